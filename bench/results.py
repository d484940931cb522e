"""Measurements, and what the table says of them: medians over the rounds, ratios of medians."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bench.cases import Case
from bench.load.plan import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One case in one round.

    Attributes:
        stolen: Share of the processors' time that the host gave to others.
        other: Share that went to other processes of this machine, and to the system.
        app_cpu_s: Processor time of the application within the measured time.
        database_cpu_s: Of the database's server; 0 where the application is the database.
        rss_mib: Resident memory of the application before and after.
        worker_mib: Resident memory of its largest process at the end.
        start_s: How long the application took from its start to its first answer.
        discarded: Whether the round was taken again because too much time was stolen.
    """

    case: Case
    round: int
    tally: Tally
    stolen: float
    other: float
    fdatasync_us: float
    app_cpu_s: float
    database_cpu_s: float
    rss_mib: tuple[float, float]
    worker_mib: float = 0.0
    start_s: float = 0.0
    discarded: bool = False

    @property
    def rate(self) -> float:
        """Trades acknowledged per second, including answers to reads."""
        return self.tally.trades / self.tally.seconds if self.tally.seconds else 0.0

    @property
    def app_cpu_us(self) -> float:
        """Processor time of the application for a trade."""
        return self._for_a_trade(self.app_cpu_s)

    @property
    def database_cpu_us(self) -> float:
        """Processor time of the database for a trade."""
        return self._for_a_trade(self.database_cpu_s)

    @property
    def cpu_us(self) -> float:
        """Processor time of both for a trade."""
        return self.app_cpu_us + self.database_cpu_us

    @property
    def client_cpu_us(self) -> float:
        """Processor time of the load client for a request."""
        return self.tally.cpu_s * 1e6 / self.tally.requests if self.tally.requests else 0.0

    @property
    def p50_ms(self) -> float:
        """Half of the right answers came within this."""
        return self.tally.p50_ms

    @property
    def p99_ms(self) -> float:
        """99 of 100 right answers came within this."""
        return self.tally.p99_ms

    @property
    def writes_p99_ms(self) -> float:
        """The 99th percentile of the latency of writes, in milliseconds."""
        return self.tally.writes_p99_ms

    @property
    def writes_at_once(self) -> float:
        """How many writes were in flight at a time, on average."""
        return self.tally.writes_at_once

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        told = asdict(self)
        figures = ("rate", "app_cpu_us", "database_cpu_us", "cpu_us", "client_cpu_us")
        return {"name": self.case.name} | told | {name: getattr(self, name) for name in figures}

    def _for_a_trade(self, cpu_s: float) -> float:
        return cpu_s * 1e6 / self.tally.trades if self.tally.trades else 0.0


class Results:
    """All measurements that count."""

    def __init__(self) -> None:
        self._taken: dict[Case, list[Measurement]] = defaultdict(list)

    def add(self, measurement: Measurement) -> None:
        """Take one up, unless it was discarded."""
        if not measurement.discarded:
            self._taken[measurement.case].append(measurement)

    def __contains__(self, case: Case) -> bool:
        return case in self._taken

    def __iter__(self) -> Iterator[Case]:
        return iter(self._taken)

    def of(self, case: Case) -> list[Measurement]:
        """Return a case's measurements, round by round."""
        return self._taken.get(case, [])

    def median(self, case: Case, figure: str) -> float:
        """Return the median of a figure over the rounds; 0 of none."""
        values = [float(getattr(one, figure)) for one in self.of(case)]
        return statistics.median(values) if values else 0.0

    def ratio(self, case: Case, other: Case, figure: str) -> float:
        """Return the ratio of two medians; 0 where either is missing."""
        above, below = self.median(case, figure), self.median(other, figure)
        return above / below if below else 0.0

    @property
    def other(self) -> float:
        """The largest share of the processors' time that went to others in any measurement."""
        return max((one.other for taken in self._taken.values() for one in taken), default=0.0)

    def failed(self, *cases: Case) -> int:
        """Return how many answers were wrong, in all rounds together."""
        return sum(one.tally.failed for case in cases for one in self.of(case))
