"""What the load client is told, and what it tells: both cross a process's border as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Self

# The client prints these two lines when the measured time begins and ends, then its tally.
BEGIN = "begin"
END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One load.

    Attributes:
        dialect: What is sent and which answer is right: see `dialects`.
        mix: Which pairs trade: see `mixes`.
        clients: Connections, each with one request under way.
        players: Ids run from 1 to this.
        key: Begins each request's idempotency key, which a counter ends.
        batch: Trades in one request.
        requests: For each connection, without a warm-up and within `seconds`; 0: until they end.
        close: Ask for a new connection for each request.
    """

    port: int
    dialect: str
    mix: str
    clients: int
    players: int
    seed: int
    key: str
    seconds: float = 0
    warmup: float = 0
    requests: int = 0
    batch: int = 1
    close: bool = False

    def to_json(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it from a line."""
        return cls(**json.loads(text))


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of a load.

    Attributes:
        seconds: How long the measured time was.
        requests: Right answers within it.
        trades: What they acknowledged, an answer to a read included.
        total: Trades acknowledged by right answers, those of the warm-up and of the end included.
        in_doubt: Trades of requests whose answer was not seen, or was not understood.
        failures: Answers that were not right, by status or by what else was wrong.
        examples: The first answer of each kind of failure.
        p50_ms: Of the right answers within the measured time; as are the others.
        writes_p99_ms: Of those among them that are no reads.
        writes_at_once: How many of these were under way at a time, on average.
        cpu_s: The client's own, within the measured time.
    """

    seconds: float = 0.0
    requests: int = 0
    trades: int = 0
    total: int = 0
    in_doubt: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    longest_ms: float = 0.0
    writes_p99_ms: float = 0.0
    writes_at_once: float = 0.0
    cpu_s: float = 0.0

    @property
    def failed(self) -> int:
        """How many answers were not right."""
        return sum(self.failures.values())

    def to_json(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it from a line."""
        return cls(**json.loads(text))


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of sorted values does not exceed; 0 of none."""
    if not values:
        return 0.0
    place = -int(-len(values) * share // 1) - 1
    return values[min(max(place, 0), len(values) - 1)]
