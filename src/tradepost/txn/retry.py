"""When to retry: exponential backoff with full jitter, up to a deadline."""

import random
import time
from dataclasses import dataclass

from tradepost.engines import ErrorClass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, and for how long, a unit is attempted.

    Attributes:
        deadline_s: No attempt begins later than this after the first.
        conflict_base_s: The longest first wait after a conflict; it doubles with each attempt.
        conflict_cap_s: The limit of that wait.
        outage_base_s: Like `conflict_base_s`, while the database is down.
        outage_cap_s: Like `conflict_cap_s`, while the database is down.
    """

    deadline_s: float = 10.0
    conflict_base_s: float = 0.005
    conflict_cap_s: float = 0.5
    outage_base_s: float = 0.1
    outage_cap_s: float = 2.0

    def longest_wait_s(self, error_class: ErrorClass, tries: int) -> float:
        """Return the longest wait after the ``tries``-th attempt (from 1).

        The wait is drawn evenly from 0 to this ("full jitter": AWS Architecture Blog,
        "Exponential Backoff and Jitter"), so that transactions that collided spread out.
        """
        outage = error_class in (ErrorClass.LOST, ErrorClass.UNKNOWN)
        base = self.outage_base_s if outage else self.conflict_base_s
        cap = self.outage_cap_s if outage else self.conflict_cap_s
        return min(cap, base * 2.0 ** min(tries - 1, 32))


class Tries:
    """Counts the attempts of one unit, and sleeps between them."""

    def __init__(self, policy: RetryPolicy) -> None:
        self.policy = policy
        self.count = 0
        self._ends = time.monotonic() + policy.deadline_s

    def sleep(self, error_class: ErrorClass) -> bool:
        """Wait before the next attempt; return False at once if the deadline leaves no time."""
        self.count += 1
        wait_s = random.uniform(0, self.policy.longest_wait_s(error_class, self.count))  # noqa: S311
        if time.monotonic() + wait_s >= self._ends:
            return False
        time.sleep(wait_s)
        return True
