"""What a process counts of its own work: units, refusals, transactions and failed tries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.toy.rivals import QUICK
from tests.toy.units import Overdrawn, add, move
from tests.txn.faults import conflict
from tradepost import txn
from tradepost.engines import Engine, ErrorClass
from tradepost.txn import counters as module
from tradepost.txn import group
from tradepost.txn.attempt import Attempt
from tradepost.txn.counters import MINUTES, Counters, Minute
from tradepost.txn.failure import RunSeparately

Accounts = Callable[..., list[int]]
DONE = txn.Outcome(1)
REPLAYED = txn.Outcome(1, replayed=True)
NO = Overdrawn(name="a", available=1, required=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock, in seconds: it stands still."""
    found = SimpleNamespace(seconds=6000.0)
    found.time = lambda: found.seconds
    monkeypatch.setattr(module, "time", found)
    return found


@pytest.fixture
def counters(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Counters:
    """Counters of this test alone."""
    made = Counters()
    for user in (group,):
        monkeypatch.setattr(user, "tally", made)
    return made


@pytest.mark.once
def test_a_transactions_units_are_counted_by_what_became_of_them(counters: Counters) -> None:
    """What was replayed, failed or is is to run separately, is neither done nor refused."""
    counters.note_results([DONE, NO, DONE, REPLAYED, ValueError(), RunSeparately()])
    counters.note_results([DONE])
    counters.note_results([REPLAYED, NO])

    newest = counters.last_minutes()[0]
    assert newest == Minute(100, committed=3, refused=2, transactions=2)
    assert newest.per_transaction == 1.5
    assert Minute(100).per_transaction == 0


@pytest.mark.once
def test_minutes_pass_and_are_forgotten(counters: Counters, clock: SimpleNamespace) -> None:
    """Ten are told, the newest first; those without anything are there, too."""
    counters.note_results([DONE])
    clock.seconds += 59
    counters.note_failed(ErrorClass.RETRY)
    clock.seconds += 121
    counters.note_failed(ErrorClass.BUSY)

    told = counters.last_minutes()
    assert [minute.began for minute in told] == list(range(103, 103 - MINUTES, -1))
    assert told[0] == Minute(103, failed={ErrorClass.BUSY: 1})
    assert told[1:3] == [Minute(102), Minute(101)]
    assert told[3] == Minute(100, committed=1, transactions=1, failed={ErrorClass.RETRY: 1})

    clock.seconds += 60 * (MINUTES - 3)
    counters.note_results([])
    assert counters.last_minutes()[-1] == Minute(101)
    assert 100 not in counters._minutes


@pytest.mark.once
def test_what_was_told_does_not_change(counters: Counters) -> None:
    """Whoever reads it has it for themselves."""
    counters.note_failed(ErrorClass.RETRY)
    told = counters.last_minutes()[0]
    counters.note_failed(ErrorClass.RETRY)

    assert told.failed == {ErrorClass.RETRY: 1}
    assert counters.last_minutes()[0].failed == {ErrorClass.RETRY: 2}


@pytest.mark.once
def test_events_tell_whether_anything_was_counted(counters: Counters) -> None:
    """They grow with each count, and with nothing else."""
    assert counters.events == 0
    counters.note_results([DONE, DONE])
    counters.note_failed(ErrorClass.LOST)
    counters.last_minutes()
    assert counters.events == 2


@pytest.mark.once
def test_nothing_is_lost_between_threads(counters: Counters) -> None:
    """Eight threads count at once."""

    def count() -> None:
        for _ in range(2000):
            counters.note_results([DONE])
            counters.note_failed(ErrorClass.RETRY)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    newest = counters.last_minutes()[0]
    assert (newest.committed, newest.transactions) == (16_000, 16_000)
    assert newest.failed == {ErrorClass.RETRY: 16_000}
    assert counters.events == 32_000


def test_units_count(accounts: Accounts, keys: Callable[[], txn.Key], counters: Counters) -> None:
    """Committed, refused, replayed: whichever way they are executed."""
    a, b = accounts(10, 0)
    keyed = move(a, b, 3, keys())
    txn.execute(keyed)
    txn.execute(keyed)
    txn.execute(add(a, 1))
    with pytest.raises(Overdrawn):
        txn.execute(move(a, b, 50))

    assert counters.last_minutes()[0] == Minute(100, committed=2, refused=1, transactions=2)


def test_a_rehearsal_counts_nothing(accounts: Accounts, counters: Counters) -> None:
    """A dry run commits nothing, and refuses nobody anything."""
    a, b = accounts(10, 0)
    txn.execute(add(a, 1), dry_run=True)
    with pytest.raises(Overdrawn):
        txn.execute(move(a, b, 50), dry_run=True)

    assert counters.last_minutes()[0] == Minute(100)


def test_a_group_is_one_transaction(accounts: Accounts, counters: Counters) -> None:
    """However many units it commits."""
    a, b = accounts(10, 0)
    group.execute_group([add(a, 1), move(a, b, 50), move(a, b, 2), add(b, 1)])

    minute = counters.last_minutes()[0]
    assert minute == Minute(100, committed=3, refused=1, transactions=1)
    assert minute.per_transaction == 3


def test_failed_attempts_count_by_their_error_class(
    accounts: Accounts, counters: Counters, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that the next try makes good, besides what was committed."""
    begin, errors = Attempt._transaction, [conflict(engine), conflict(engine)]

    def transaction(self: Attempt, *args: Any, **options: Any) -> Any:
        if errors:
            with self.connection.wrap_database_errors:
                raise errors.pop()
        return begin(self, *args, **options)

    monkeypatch.setattr(Attempt, "_transaction", transaction)
    [a] = accounts(10)
    txn.execute(add(a, 1), policy=QUICK)

    minute = counters.last_minutes()[0]
    assert (minute.committed, minute.transactions) == (1, 1)
    assert minute.failed.total() == 2
    assert set(minute.failed) <= {ErrorClass.RETRY, ErrorClass.BUSY}
