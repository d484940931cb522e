"""What is measured: each case once in a round, however many rows of the table need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# The systems: the reference twice, ours in groups and one transaction per trade, and the bare
# statements of a batch.
R0, R1, OURS, DIRECT, DRIVER = "R0", "R1", "ours", "direct", "driver"
TITLES = {
    R0: "R0, the tutorial under runserver",
    R1: "R1, the same view under our server",
    OURS: "Tradepost",
    DIRECT: "Tradepost, one transaction per trade",
    DRIVER: "the same statements, bare driver",
}
SHORT = {
    R0: "R0",
    R1: "R1",
    OURS: "Tradepost",
    DIRECT: "One transaction per trade",
    DRIVER: "Bare driver",
}
REFERENCES = (R0, R1)
CLIENTS = 32
# The mixes that are purchases.
PURCHASES = ("flash", "many")


class Data(NamedTuple):
    """What a database holds at the start.

    Attributes:
        players: Or customers, of the shop.
        history: Ledger entries of each player.
        shop: Whether it is the shop that is measured.
    """

    players: int
    history: int
    shop: bool = False


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
        read: A page to get instead of trading: see `load.dialects`.
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
        return "/".join(parts)

    @property
    def data(self) -> Data:
        """What it is measured on."""
        return Data(self.players, self.history, self.mix in PURCHASES)

    @property
    def load(self) -> str:
        """What is sent, in words."""
        clients = "1 client" if self.clients == 1 else f"{self.clients} clients"
        if self.batch > 1:
            return f"batches of {self.batch:,}, {self.mix}, {clients}"
        if self.history > 1:
            return f"{self.read or 'a trade'}, {self.players:,} players"
        return f"{self.mix}, {clients}{', +1 ms per commit' if self.slow else ''}"

    @property
    def dialect(self) -> str:
        """How the load client speaks to it."""
        if self.mix in PURCHASES:
            return "note" if self.system in REFERENCES else "purchase"
        if self.system in REFERENCES:
            return "tutorial"
        if self.read:
            return self.read
        return "batch" if self.batch > 1 else "trade"
