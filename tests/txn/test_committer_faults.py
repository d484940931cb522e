"""The committer beside what goes wrong: somebody stuck, a row held, a lost connection, a fork."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tests.execution import by_the_committer
from tests.toy.rivals import PATIENCE_S, Holder
from tests.toy.sent import commits
from tests.toy.state import balances
from tests.toy.units import add
from tests.txn.faults import codes, error_of, sever
from tests.txn.groups import SEPARATELY, deciding
from tests.txn.queues import THREAD, Told, callers, threads
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks
from tradepost.txn import committer as module
from tradepost.txn import group
from tradepost.txn.committer import QueuedUnit

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
SHORT_S = 0.01
pytestmark = [by_the_committer, pytest.mark.driver]


@pytest.fixture
def impatient(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the committer wait as little as it does in the product."""
    monkeypatch.setattr(module, "LONE_WAIT_S", SHORT_S)


def grouped(told: Told, first: txn.Unit, *units: txn.Unit) -> list[Any]:
    """Let units queue up behind a first one, and return what their group made of them."""
    before = len(told.settled)
    with Holder.of(first) as holder:
        told.submit(*units)
        holder.release()
        return told.results(before + len(units))[before:]


def test_who_is_stuck_in_front_does_not_stop_the_others(
    accounts: Accounts, impatient: None, engine: Engine
) -> None:
    """They are done while the first still holds its row, where rows are locked one by one."""
    a, b = accounts(0, 0)
    told = Told()
    with Holder.of(add(a, 1)) as holder:
        told.submit(add(b, 1), add(b, 2))
        results = told.results(2)
        held = balances()
        first = holder.outcome()
    if engine.row_locks is RowLocks.NONE:
        # Nobody can write meanwhile: they are left to themselves, to wait in their own threads.
        assert (results, held) == ([SEPARATELY] * 2, [0, 0])
        results = [txn.conclude(one) for one in told.settled]
    else:
        assert held == [0, 3]
    assert (first, results) == (txn.Outcome(1), [txn.Outcome(1), txn.Outcome(3)])
    assert balances() == [1, 3]


def test_who_needs_a_row_that_a_stranger_holds_waits_alone(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, way: str, engine: Engine, keys: Keys
) -> None:
    """The others of its group are done while the stranger still holds the row."""
    a, b, c = accounts(0, 0, 0)
    if engine.row_locks is RowLocks.NONE:
        pytest.skip(f"{engine.title} has no row locks: a stranger holds everything")
    told = Told()
    # However long it takes until all three are in the queue, they are one group.
    monkeypatch.setattr(module, "LONE_WAIT_S", PATIENCE_S)
    with callers() as waiting, Holder.of(add(b, 100), group.execute_alone) as stranger:
        with Holder.of(add(c, 1)) as holder:
            told.submit(add(a, 1, keys()))
            (stuck,) = waiting.execute(add(b, 1))
            told.submit(add(a, 2))
            monkeypatch.setattr(module, "LONE_WAIT_S", SHORT_S)
            holder.release()
            results = told.results(2)
        assert results == [txn.Outcome(1), txn.Outcome(3)]
        assert (stuck.done(), balances()) == (False, [3, 0, 1])
        answers = [stranger.outcome().answer, stuck.result(PATIENCE_S).answer]
        # Where the isolation is serializable, the stranger may be the one that has to retry.
        assert answers in ([100, 101], [101, 1])
    assert balances() == [3, 101, 1]


@contextlib.contextmanager
def patient_sessions(engine: Engine) -> Iterator[None]:
    """Let every session that is made in the block wait for locks longer than a test does."""

    def be_patient(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if engine.row_locks is RowLocks.NONE:
            # A group waits for the one writer as long as the session does.
            return
        with connection.cursor() as cursor:
            cursor.execute(engine.lock_wait.statement(2 * PATIENCE_S))

    connection_created.connect(be_patient)
    try:
        yield
    finally:
        connection_created.disconnect(be_patient)


@pytest.mark.parametrize("renewed", [False, True], ids=["its first", "a new one"])
def test_a_group_waits_for_a_stranger_no_longer_than_others_have_patience(
    accounts: Accounts, impatient: None, engine: Engine, keys: Keys, renewed: bool
) -> None:
    """On whichever connection; who needs the row is left to itself while it is still held."""
    a, b = accounts(0, 0)
    told = Told()
    with patient_sessions(engine):
        if renewed:
            with answer_lost(engine):
                grouped(told, add(b, 1), add(b, 1, keys()), add(b, 1, keys()))
        before = len(told.settled)
        with Holder.of(add(a, 1), group.execute_alone):
            waiting = [QueuedUnit(add(a, 1), txn.RetryPolicy(), told, place) for place in range(2)]
            module.committer("default")._push(waiting)
            # The stranger holds the row to the end of the block.
            assert told.results(before + 2)[before:] == [SEPARATELY] * 2


def test_a_committer_whose_connection_was_lost_makes_another(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """The group that finds it out is tried again, and each of its units happens once."""
    if engine.default_port is None:
        pytest.skip(f"{engine.title} is a file: there is no connection to lose")
    a, b = accounts(0, 0)
    told = Told()
    wrappers: list[Any] = []

    def remember(rows: txn.Rows) -> txn.Changes:
        wrappers.append(connections["default"])
        return add(a, 1).decide(rows)

    assert grouped(told, add(b, 1), deciding(add(a, 1), remember), add(a, 1)) == [
        txn.Outcome(1),
        txn.Outcome(2),
    ]
    sever(wrappers[0], engine)
    results = grouped(told, add(b, 1), add(a, 1, keys()), add(a, 10))
    assert results == [txn.Outcome(3), txn.Outcome(13)]
    sever(wrappers[0], engine)
    assert grouped(told, add(b, 1), add(a, 100)) == [txn.Outcome(113)]
    assert (balances(), len(threads())) == ([113, 3], 1)


def test_a_mistake_of_the_committers_own_leaves_a_group_to_itself(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it was is logged, nobody waits for ever, and the next group is committed."""
    (a,) = accounts(0)
    told = Told()

    def broken(*_args: Any, **_options: Any) -> Any:
        raise MemoryError

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(module, "execute_group", broken)
        assert grouped(told, add(a, 1), add(a, 1), add(a, 1)) == [SEPARATELY] * 2
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [MemoryError]
    assert [txn.conclude(one).answer for one in told.settled] == [2, 3]
    assert grouped(told, add(a, 1), add(a, 1), add(a, 1)) == [txn.Outcome(5), txn.Outcome(6)]


def test_a_unit_that_fails_lone_in_the_committer_is_told(accounts: Accounts, keys: Keys) -> None:
    """Its own error reaches its caller, and the committer goes on."""
    a, b = accounts(0, 0)
    told = Told()

    def fail(_rows: txn.Rows) -> txn.Changes:
        raise RuntimeError("a mistake")

    (failed,) = grouped(told, add(b, 1), deciding(add(a, 1, keys()), fail))
    assert type(failed) is RuntimeError
    assert grouped(told, add(b, 1), add(a, 1)) == [txn.Outcome(1)]


def test_a_unit_that_raises_what_is_no_exception_fails_alone(accounts: Accounts) -> None:
    """Whatever one decision raises, the others are told, and the next group is committed."""
    (a,) = accounts(0)
    told = Told()

    def leave(_rows: txn.Rows) -> txn.Changes:
        raise SystemExit

    with Holder.of(add(a, 1)) as holder:
        told.submit(add(a, 1), deciding(add(a, 1), leave), add(a, 1))
        holder.outcome()
        told.wait(3, patience_s=1)
    assert [thread.is_alive() for thread in threads()] == [True]


@pytest.mark.parametrize("count", [1, 2], ids=["lone", "group"])
def test_a_commit_in_doubt_is_settled_for_who_has_a_key(
    accounts: Accounts, engine: Engine, keys: Keys, count: int
) -> None:
    """The committer asks for the receipts, and its callers are told their own outcomes."""
    a, b = accounts(0, 0)
    keyed = [add(a, 1, keys()) for _ in range(count)]
    told = Told()
    with answer_lost(engine):
        assert grouped(told, add(b, 1), *keyed) == [txn.Outcome(n + 1) for n in range(count)]
    with answer_lost(engine):
        (unknown, *done) = grouped(told, add(b, 1), add(b, 10), *keyed[1:])
    assert type(unknown) is txn.OutcomeUnknown
    assert done == [txn.Outcome(2, replayed=True)] * (count - 1)
    assert balances() == [count, 12]


@contextlib.contextmanager
def answer_lost(engine: Engine) -> Iterator[None]:
    """Lose the answer to the committer's first commit in the block, which is done."""
    lost: list[str] = []
    commit = BaseDatabaseWrapper.commit

    def lose(wrapper: BaseDatabaseWrapper) -> None:
        commit(wrapper)
        if threading.current_thread().name == THREAD and not lost:
            lost.append(THREAD)
            with wrapper.wrap_database_errors:
                raise error_of(engine, codes(engine, ErrorClass.LOST)[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "commit", lose)
        yield
    assert lost == [THREAD]


def test_a_child_process_has_a_committer_of_its_own(accounts: Accounts) -> None:
    """A group in the child and then one in the parent: both commit, each in one transaction."""
    a, b = accounts(0, 0)
    told = Told()
    assert grouped(told, add(b, 1), add(a, 1), add(a, 1)) == [txn.Outcome(1), txn.Outcome(2)]
    (mine,) = threads()
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, json.dumps(in_child(a, b)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = json.load(pipe)
    assert os.waitpid(child, 0) == (child, 0)
    assert said == {"before": 0, "answers": [12, 22], "committed": 1, "after": 1}
    assert grouped(told, add(b, 1), add(a, 1), add(a, 1)) == [txn.Outcome(23), txn.Outcome(24)]
    assert (threads(), balances()) == ([mine], [24, 3])


def in_child(a: int, b: int) -> Any:
    """Execute a group in a process that was just forked; an error is what it says."""
    try:
        before = len(threads())
        with commits() as done:
            results = grouped(Told(), add(b, 1), add(a, 10), add(a, 10))
        return {
            "before": before,
            "answers": [result.answer for result in results],
            "committed": done.count(THREAD),
            "after": len(threads()),
        }
    except BaseException as error:
        return repr(error)
