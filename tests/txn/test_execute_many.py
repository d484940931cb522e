"""Many units at once: each its own result, and an end to trying where nothing can be done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.execution import by_the_committer
from tests.toy.state import balances
from tests.toy.units import Overdrawn, add, move
from tests.txn.faults import codes, conflict, error_of
from tests.txn.groups import kinds
from tradepost import txn
from tradepost.engines import Engine, ErrorClass
from tradepost.engines.defaults import CONNECT_TIMEOUT_S
from tradepost.txn import committer as module
from tradepost.txn import execution, retry
from tradepost.txn.attempt import Attempt
from tradepost.txn.committer import QueuedUnit, committer
from tradepost.txn.failure import RunSeparately

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
DEADLINE_S = txn.RetryPolicy().deadline_s
directly = pytest.mark.parametrize("way", ["alone"], indirect=True)


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of deadlines, and of waits between tries."""
    made = Clock()
    for user in (module, retry):
        monkeypatch.setattr(user, "time", made)
    return made


class Tried:
    """Notes the units of each try, and fails those that one of some units is in.

    A try that fails takes as long as it may take to connect.

    Attributes:
        units: Of each try.
    """

    def __init__(
        self, error: Exception, units: Sequence[txn.Unit], times: int, clock: Clock
    ) -> None:
        self.units: list[list[txn.Unit]] = []
        self._error = error
        self._clock = clock
        self._left = [unit for unit in units for _ in range(times)]

    def __call__(self, attempt: Any) -> None:
        units = list(attempt.units)
        self.units.append(units)
        for unit in units:
            if unit in self._left:
                self._left.remove(unit)
                self._clock.sleep(CONNECT_TIMEOUT_S)
                with attempt.connection.wrap_database_errors:
                    raise self._error

    def distinct(self) -> list[list[txn.Unit]]:
        """Return the tries without those that only repeat the one before."""
        pairs = zip(self.units, [None, *self.units], strict=False)
        return [units for units, before in pairs if units != before]


@pytest.fixture
def failing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tried]:
    """Lets the tries of some units fail, each so many times."""

    def fail(error: Exception, *units: txn.Unit, times: int = 1000) -> Tried:
        tried = Tried(error, units, times, clock)
        begin = Attempt._transaction

        def transaction(self: Attempt, *args: Any, **options: Any) -> Any:
            tried(self)
            return begin(self, *args, **options)

        monkeypatch.setattr(Attempt, "_transaction", transaction)
        return tried

    return fail


def lost(engine: Engine) -> Exception:
    return error_of(engine, codes(engine, ErrorClass.LOST)[0])


@pytest.mark.parametrize("way", ["alone", "committer"], indirect=True)
def test_each_has_its_own_result_in_their_order(
    accounts: Accounts, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Done, refused, replayed, and failed by a mistake; one that fails stops none behind it."""
    monkeypatch.setattr(execution, "GROUP_MAX", 2)
    a, b = accounts(10, 0)
    keyed = move(a, b, 3, keys())
    units = [keyed, move(a, b, 50), keyed, add(a + 10**6, 1), add(b, 1)]
    moved = {"source": 7, "target": 3}
    assert kinds(txn.execute_many(units)) == [
        txn.Outcome(moved),
        Overdrawn,
        txn.Outcome(moved, replayed=True),
        AttributeError,
        txn.Outcome(4),
    ]
    assert (txn.execute_many([]), balances()) == ([], [7, 4])


@by_the_committer
@pytest.mark.parametrize("stuck", [0, 1])
def test_behind_a_group_for_which_nothing_can_be_done_nobody_is_tried(
    accounts: Accounts,
    engine: Engine,
    keys: Keys,
    failing: Callable[..., Tried],
    monkeypatch: pytest.MonkeyPatch,
    stuck: int,
) -> None:
    """The first one that is stuck uses up the time of those that were left to themselves.

    Control: where one was done before it, the next groups are tried, and done.
    """
    monkeypatch.setattr(execution, "GROUP_MAX", 3)
    (a,) = accounts(0)
    units = [add(a, 1, keys()) for _ in range(9)]
    tried = failing(lost(engine), units[stuck])
    results = kinds(txn.execute_many(units))
    late = txn.TooMuchWaiting
    if stuck == 0:
        assert tried.distinct() == [units[:3], units[:1]]
        assert (results, balances()) == ([txn.DatabaseUnavailable, *[late] * 8], [0])
    else:
        assert tried.distinct() == [
            units[:3],
            *([units[0]], [units[1]]),
            *(units[3:6], units[6:]),
        ]
        done = [txn.Outcome(count) for count in range(1, 8)]
        assert results == [done[0], txn.DatabaseUnavailable, late, *done[1:]]
        assert balances() == [7]


@directly
@pytest.mark.parametrize("is_away", [True, False], ids=["away", "conflict"])
def test_alone_nobody_is_tried_once_the_database_was_away_for_too_long(
    accounts: Accounts, engine: Engine, failing: Callable[..., Tried], is_away: bool
) -> None:
    """Control: one row that is not to be had is no reason to leave the others."""
    (a,) = accounts(0)
    units = [add(a, 1), add(a, 1), add(a, 1), add(a, 1)]
    tried = failing(lost(engine) if is_away else conflict(engine), units[1])
    results = kinds(txn.execute_many(units))
    if is_away:
        assert results == [
            txn.Outcome(1),
            txn.DatabaseUnavailable,
            *[txn.TooMuchWaiting] * 2,
        ]
        assert tried.distinct() == [[units[0]], [units[1]]]
    else:
        assert results == [txn.Outcome(1), txn.Busy, txn.Outcome(2), txn.Outcome(3)]
    assert balances() == [1 if is_away else 3]


@directly
def test_alone_each_has_a_deadline_of_its_own(
    accounts: Accounts, engine: Engine, clock: Clock, failing: Callable[..., Tried]
) -> None:
    """However long those before it took, it is tried again after a conflict."""
    (a,) = accounts(0)

    def slow(unit: txn.Unit) -> txn.Unit:
        def decide(rows: txn.Rows) -> txn.Changes:
            clock.sleep(2 * DEADLINE_S)
            return unit.decide(rows)

        return dataclasses.replace(unit, decide=decide)

    units = [slow(add(a, 1)) for _ in range(3)]
    failing(conflict(engine), *units, times=1)
    assert txn.execute_many(units) == [txn.Outcome(1), txn.Outcome(2), txn.Outcome(3)]


@by_the_committer
@pytest.mark.parametrize(
    ("in_doubt", "told"), [(False, txn.TooMuchWaiting), (True, txn.OutcomeUnknown)]
)
def test_who_was_left_to_itself_and_is_out_of_time_is_not_tried(
    accounts: Accounts,
    engine: Engine,
    keys: Keys,
    clock: Clock,
    failing: Callable[..., Tried],
    in_doubt: bool,
    told: type[Exception],
) -> None:
    """At its deadline; control: just before it, it is tried and done."""
    (a,) = accounts(0)
    tried = failing(lost(engine))
    waiting = QueuedUnit(add(a, 1, keys()), txn.RetryPolicy(), list, None)
    waiting.result = RunSeparately(in_doubt=in_doubt)
    clock.sleep(DEADLINE_S)
    with pytest.raises(txn.Busy if told is txn.TooMuchWaiting else told) as caught:
        committer("default").conclude(waiting)
    assert (type(caught.value), tried.units) == (told, [])
    clock.sleep(-0.001)
    assert committer("default").conclude(waiting) == txn.Outcome(1)


@by_the_committer
def test_for_whom_there_is_no_room_is_told_so(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those in front of them are done."""
    (a,) = accounts(0)
    monkeypatch.setattr(module, "QUEUE_MAX", 2)
    results = kinds(txn.execute_many([add(a, 1), add(a, 2), add(a, 4)]))
    assert results == [txn.Outcome(1), txn.Outcome(3), txn.TooMuchWaiting]
    assert balances() == [3]
