"""What is measured: each case once in a round, however many rows of the table need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# The systems: the reference twice, ours in groups and one transaction per trade, the bare
# statements of a batch, the peer, and ours with two workers and started for one load alone.
R0, R1, OURS, DIRECT, DRIVER = "R0", "R1", "ours", "direct", "driver"
NAKAMA, TWO, FRESH = "nakama", "two", "fresh"
TITLES = {
    R0: "R0, the tutorial under runserver",
    R1: "R1, the same view under our server",
    OURS: "Tradepost",
    DIRECT: "Tradepost, one transaction per trade",
    DRIVER: "the same statements, bare driver",
    NAKAMA: "Nakama",
    TWO: "Tradepost, two workers",
    FRESH: "Tradepost, started for this load",
}
SHORT = {
    R0: "R0",
    R1: "R1",
    OURS: "Tradepost",
    DIRECT: "One transaction per trade",
    DRIVER: "Bare driver",
    NAKAMA: "Nakama",
    TWO: "Two workers",
    FRESH: "Started anew",
}
REFERENCES = (R0, R1)
CLIENTS = 32
# The mixes that are purchases.
PURCHASES = ("flash", "many")
# The name of the mixed load: four reads to a trade, in random order.
MIXED = "mixed"


class Data(NamedTuple):
    """What a database holds at the start.

    Attributes:
        players: Or customers, of the shop.
        history: Ledger entries of each player.
        shop: Whether there is a shop.
        trading: Whether there are players, or the shop alone.
    """

    players: int
    history: int
    shop: bool = False
    trading: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to measure.

    Attributes:
        mix: Who trades with whom, or buys what: see `load.mixes`.
        batch: Trades in one request.
        close: A new connection for each request: with kept ones `runserver` waits 40 ms for an
            acknowledgement that comes late when there is one client alone.
        slow: While each commit takes a millisecond longer.
        players: How many there are.
        history: Ledger entries that each has at the start.
        read: What to read instead of trading, or between trades: see `load.dialects`.
        trades: How many to make, however long it takes; 0: as many as fit into the time.
    """

    engine: str
    system: str
    mix: str
    clients: int = CLIENTS
    batch: int = 1
    close: bool = False
    slow: bool = False
    players: int = 10_000
    history: int = 1
    read: str = ""
    trades: int = 0

    @property
    def name(self) -> str:
        """What it is called, short and stable."""
        parts = [self.engine, self.system, self.mix, str(self.clients)]
        if self.batch > 1:
            parts.append(f"batch-{self.batch}")
        if self.slow:
            parts.append("slow-commit")
        if self.history > 1:
            parts += [self.read or "trade", f"{self.players}-players"]
        elif self.read:
            parts.append(self.read)
        return "/".join(parts)

    @property
    def data(self) -> Data:
        """What it is measured on."""
        buys = self.mix in PURCHASES
        return Data(self.players, self.history, buys or self.read == MIXED, not buys)

    @property
    def load(self) -> str:
        """What is sent, in words."""
        clients = "1 client" if self.clients == 1 else f"{self.clients} clients"
        if self.batch > 1:
            return f"batches of {self.batch:,}, {self.mix}, {clients}"
        if self.history > 1:
            return f"{self.read or 'a trade'}, {self.players:,} players"
        if self.read:
            return f"{self.read}, {clients}"
        if self.trades:
            return f"{self.trades:,} trades, {self.mix}, {clients}"
        return f"{self.mix}, {clients}{', +1 ms per commit' if self.slow else ''}"

    @property
    def dialect(self) -> str:
        """How the load client speaks to it."""
        if self.mix in PURCHASES:
            return "note" if self.system in REFERENCES else "purchase"
        if self.system in REFERENCES:
            return f"tutorial {self.read}".rstrip()
        if self.system == NAKAMA:
            return NAKAMA
        if self.read:
            return self.read
        return "batch" if self.batch > 1 else "trade"
