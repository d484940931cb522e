"""When to try again: the schedule alone, without a database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tradepost.engines import ErrorClass
from tradepost.txn import RetryPolicy, retry
from tradepost.txn.retry import Tries

pytestmark = pytest.mark.once
CONFLICTS = [ErrorClass.RETRY, ErrorClass.BUSY]
OUTAGES = [ErrorClass.LOST, ErrorClass.UNKNOWN]


class Clock:
    """A clock that only sleeping moves, and a die that always shows its highest face."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, share: float = 1.0) -> None:
        self.now = 1000.0
        self.drawn: list[tuple[float, float]] = []
        monkeypatch.setattr(
            retry, "time", SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep)
        )
        monkeypatch.setattr(retry, "random", SimpleNamespace(uniform=self.uniform))
        self.share = share
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def uniform(self, low: float, high: float) -> float:
        self.drawn.append((low, high))
        return low + (high - low) * self.share


@pytest.mark.parametrize("error_class", CONFLICTS)
def test_the_longest_wait_after_a_conflict_doubles_up_to_its_cap(error_class: ErrorClass) -> None:
    """From 5 ms it grows to half a second, and stays there."""
    waits = [RetryPolicy().longest_wait_s(error_class, tries) for tries in range(1, 11)]
    assert waits == [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5, 0.5]


@pytest.mark.parametrize("error_class", OUTAGES)
def test_the_longest_wait_in_an_outage_begins_higher(error_class: ErrorClass) -> None:
    """A database that is away is asked less often: from a tenth of a second to two."""
    waits = [RetryPolicy().longest_wait_s(error_class, tries) for tries in range(1, 8)]
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


@pytest.mark.parametrize("error_class", [*CONFLICTS, *OUTAGES])
def test_the_longest_wait_never_overflows(error_class: ErrorClass) -> None:
    """After any number of tries it is the cap."""
    caps = {RetryPolicy().longest_wait_s(error_class, 10**n) for n in range(2, 7)}
    assert caps == {0.5 if error_class in CONFLICTS else 2.0}


def test_a_wait_is_drawn_evenly_from_nothing_to_the_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Full jitter: the draw begins at zero and ends at the longest wait of that try."""
    clock = Clock(monkeypatch)
    tries = Tries(RetryPolicy())
    for error_class in (ErrorClass.RETRY, ErrorClass.LOST, ErrorClass.BUSY):
        tries.sleep(error_class)
    assert clock.drawn == [(0, 0.005), (0, 0.2), (0, 0.02)]
    assert clock.slept == [0.005, 0.2, 0.02]


@pytest.mark.parametrize("error_class", [*CONFLICTS, *OUTAGES])
def test_no_try_begins_after_the_deadline(
    monkeypatch: pytest.MonkeyPatch, error_class: ErrorClass
) -> None:
    """Even with the longest waits, the last one ends before the deadline."""
    clock = Clock(monkeypatch)
    tries = Tries(RetryPolicy(deadline_s=10))
    while tries.sleep(error_class):
        assert clock.now < 1010
    assert clock.now < 1010


def test_a_wait_that_would_pass_the_deadline_is_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The caller is told at once that there is no time left."""
    clock = Clock(monkeypatch)
    tries = Tries(RetryPolicy(deadline_s=0.3, outage_base_s=0.2))
    assert [tries.sleep(ErrorClass.LOST), tries.sleep(ErrorClass.LOST)] == [True, False]
    assert clock.slept == [0.2]


def test_time_that_the_work_takes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try that waited for a lock until past the deadline is the last one."""
    clock = Clock(monkeypatch, share=0.0)
    tries = Tries(RetryPolicy(deadline_s=10))
    assert tries.sleep(ErrorClass.BUSY)
    clock.now += 10
    assert not tries.sleep(ErrorClass.BUSY)


def test_a_policy_without_time_tries_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline of nothing leaves no second try, even without a wait."""
    Clock(monkeypatch, share=0.0)
    assert not Tries(RetryPolicy(deadline_s=0)).sleep(ErrorClass.RETRY)
