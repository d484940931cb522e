"""Counts what this process executed in each of the last minutes."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tradepost.engines import ErrorClass
from tradepost.errors import Refusal
from tradepost.txn.unit import Outcome

MINUTES = 10


@dataclass(slots=True)
class Minute:
    """What this process did in one minute.

    Attributes:
        began: In minutes since 1970.
        committed: Units whose changes were committed.
        refused: Units that were refused by their decision or because of their key.
        transactions: Transactions that committed these units; one may commit many.
        failed: Attempts that failed, by error class; most of them are retried.
    """

    began: int
    committed: int = 0
    refused: int = 0
    transactions: int = 0
    failed: Counter[ErrorClass] = field(default_factory=Counter)

    @property
    def per_transaction(self) -> float:
        """The average number of units per transaction."""
        return self.committed / self.transactions if self.transactions else 0.0


class Counters:
    """The counts of the last minutes.

    The lock is taken once per transaction, not once per unit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minutes: dict[int, Minute] = {}
        self._events = 0

    @property
    def events(self) -> int:
        """The number of events counted. While it does not change, neither do the counts."""
        return self._events

    def note_results(self, results: Sequence[object]) -> None:
        """Count the units of one finished transaction."""
        committed = refused = 0
        for result in results:
            if isinstance(result, Outcome):
                committed += not result.replayed
            else:
                refused += isinstance(result, Refusal)
        with self._lock:
            minute = self._minute()
            minute.committed += committed
            minute.refused += refused
            minute.transactions += committed > 0

    def note_failed(self, error_class: ErrorClass) -> None:
        """Count a failed attempt."""
        with self._lock:
            self._minute().failed[error_class] += 1

    def last_minutes(self) -> list[Minute]:
        """Return the last minutes, newest first, including the current one."""
        newest = _now()
        with self._lock:
            return [
                replace(found, failed=Counter(found.failed))
                if (found := self._minutes.get(began))
                else Minute(began)
                for began in range(newest, newest - MINUTES, -1)
            ]

    def _minute(self) -> Minute:
        self._events += 1
        began = _now()
        found = self._minutes.get(began)
        if found is None:
            # Once a minute, drop the minutes that are too old.
            kept = {old: one for old, one in self._minutes.items() if began - old < MINUTES}
            found = kept[began] = Minute(began)
            self._minutes = kept
        return found


def _now() -> int:
    return int(time.time() // 60)


tally = Counters()
