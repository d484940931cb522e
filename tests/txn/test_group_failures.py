"""A group that fails: a conflict runs it again, anything else leaves its units to themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from tests.toy.models import Account
from tests.toy.off import switch_row_counts_off
from tests.toy.rivals import ONCE, QUICK, Midway, Watched
from tests.toy.sent import Statement, commits, sent
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, add, get_or_create, move, remove, rename
from tests.txn.faults import Fault, codes, error_of, unlisted
from tests.txn.groups import SEPARATELY, finished, insert, kinds, noting
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks
from tradepost.engines.statements import Statement as Sendable
from tradepost.txn import group

pytestmark = pytest.mark.driver

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
DONE = [
    txn.Outcome({"source": 9, "target": 1}),
    Overdrawn,
    txn.Outcome({"source": 7, "target": 3}),
    txn.Outcome({"source": 7, "target": 3}, replayed=True),
    txn.Outcome(8),
]


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


def mixed(keys: Keys, a: int, b: int) -> list[txn.Unit]:
    """Return a group of every kind: done, refused, keyed, with a key twice; see `DONE`."""
    keyed = move(a, b, 2, keys())
    return [move(a, b, 1), move(a, b, 50, keys()), keyed, keyed, add(a, 1, keys())]


def is_done_once(results: Sequence[Any]) -> None:
    """Check that the one mixed group there was happened exactly once."""
    assert kinds(results) == DONE
    assert (balances(), len(state().notes), len(state().receipts)) == ([8, 3], 2, 2)


def places(accounts: Accounts, keys: Keys) -> int:
    """Count a mixed group's statements."""
    units = mixed(keys, *accounts(10, 0))
    with sent() as statements:
        group.execute_group(units)
    forget()
    return len(statements)


def forget() -> None:
    Account.objects.all().delete()
    for table in ("toy_note", "receipt"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", [ErrorClass.RETRY, ErrorClass.LOST])
def test_a_conflict_or_a_loss_at_any_statement_leaves_each_unit_done_once(
    accounts: Accounts, engine: Engine, keys: Keys, kind: ErrorClass, after: bool
) -> None:
    """The group is tried again as a whole; no unit is left to itself."""
    known = codes(engine, kind)
    for place in range(places(accounts, keys) if known else 0):
        error = error_of(engine, known[0])
        cut = kind is ErrorClass.LOST
        fault = Fault(connection, engine, error, at=place, after=after, cut=cut)
        units = mixed(keys, *accounts(10, 0))
        with commits() as done, fault.installed():
            results = group.execute_group(units, policy=QUICK)
        is_done_once(results)
        assert (fault.fired, len(done)) == (1, 1)
        forget()


def test_a_group_that_waits_in_vain_is_tried_again_with_what_is_available(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """At whichever statement it waited: once nobody holds anything, every unit is done in it."""
    error = error_of(engine, codes(engine, ErrorClass.BUSY)[0])
    for place in range(places(accounts, keys)):
        units = mixed(keys, *accounts(10, 0))
        with commits() as done, Fault(connection, engine, error, at=place).installed() as fault:
            results = group.execute_group(units, policy=QUICK)
        is_done_once(results)
        assert (fault.fired, len(done)) == (1, 1)
        forget()


def test_a_group_that_waits_in_vain_for_something_else_than_rows_is_run_separately(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """Such as a receipt that another process is about to store: nobody can say which unit waits."""
    error = error_of(engine, codes(engine, ErrorClass.BUSY)[0])
    waits: list[str] = []

    def wait(execute: Any, sql: str, *rest: Any) -> Any:
        if "INSERT" in sql and "receipt" in sql:
            waits.append(sql)
            with connection.wrap_database_errors:
                raise error
        return execute(sql, *rest)

    units = mixed(keys, *accounts(10, 0))
    with unchanged(), connection.execute_wrapper(wait):
        assert group.execute_group(units, policy=QUICK) == [SEPARATELY] * 5
    assert len(waits) == 2
    is_done_once(finished(units))


@pytest.mark.parametrize("kind", [ErrorClass.CONSTRAINT, ErrorClass.BUG])
def test_what_is_no_conflict_leaves_every_unit_to_itself(
    accounts: Accounts, engine: Engine, keys: Keys, kind: ErrorClass
) -> None:
    """Nothing of the group is done, at whichever statement; by themselves all are, once.

    A receipt that a constraint refuses is one that somebody else stored meanwhile: the last
    statement, which inserts them, is a conflict then.
    """
    error = unlisted(engine) if kind is ErrorClass.BUG else error_of(engine, codes(engine, kind)[0])
    for place in range(places(accounts, keys) - (kind is ErrorClass.CONSTRAINT)):
        units = mixed(keys, *accounts(10, 0))
        with unchanged(), Fault(connection, engine, error, at=place).installed() as fault:
            assert group.execute_group(units, policy=QUICK) == [SEPARATELY] * 5
        assert fault.fired == 1
        is_done_once(finished(units))
        forget()


def test_a_receipt_that_is_there_already_runs_the_group_again(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """Its next try finds what the other one stored."""
    last = places(accounts, keys) - 1
    error = error_of(engine, codes(engine, ErrorClass.CONSTRAINT)[0])
    units = mixed(keys, *accounts(10, 0))
    with Fault(connection, engine, error, at=last).installed() as fault:
        results = group.execute_group(units, policy=QUICK)
    is_done_once(results)
    assert fault.fired == 1


def test_what_is_no_conflict_leaves_a_group_to_itself_also_after_one(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """That the attempt before it met a receipt does not make it a conflict."""
    count = places(accounts, keys)
    taken = error_of(engine, codes(engine, ErrorClass.CONSTRAINT)[0])
    error = unlisted(engine)
    units = mixed(keys, *accounts(10, 0))
    policy = Watched(deadline_s=60)
    first = Fault(connection, engine, taken, at=count - 1)
    second = Fault(connection, engine, error, at=count)
    with unchanged(), second.installed(), first.installed():
        assert group.execute_group(units, policy=policy) == [SEPARATELY] * 5
    assert (first.fired, second.fired, policy.seen) == (1, 1, [ErrorClass.CONSTRAINT])


def test_a_group_that_is_out_of_time_leaves_every_unit_to_itself(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """Others are waiting: it is not tried again for longer than its policy says."""
    units = mixed(keys, *accounts(10, 0))
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    with unchanged(), Fault(connection, engine, lost, at=0, cut=True).installed():
        assert group.execute_group(units, policy=ONCE) == [SEPARATELY] * 5
    is_done_once(finished(units))


def test_a_group_is_tried_for_less_time_than_a_unit_is() -> None:
    """What is left of the unit's own deadline is for running it alone."""
    assert group.POLICY.deadline_s < txn.RetryPolicy().deadline_s


def test_a_conflict_decides_again_over_fresh_rows_in_the_same_order(
    accounts: Accounts, engine: Engine
) -> None:
    """Each try has its own rows: what the first one decided is forgotten."""
    (a,) = accounts(0)
    order: list[int] = []
    units = [noting(order, place, add(a, 1)) for place in range(3)]
    certain = engine.certain_at_commit.intersection(codes(engine, ErrorClass.RETRY))
    policy = Watched(deadline_s=60)
    lost = codes(engine, ErrorClass.LOST)[0]
    # Where no code says for certain at COMMIT that nothing happened, the last statement is lost.
    at = None if certain else 2
    error = error_of(engine, min(certain) if certain else lost)
    with Fault(connection, engine, error, at=at, cut=not certain).installed():
        results = group.execute_group(units, policy=policy)
    assert results == [txn.Outcome(1), txn.Outcome(2), txn.Outcome(3)]
    assert (order, balances(), len(policy.seen)) == ([0, 1, 2] * 2, [3], 1)


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_unit_that_a_constraint_refuses_fails_alone(
    accounts: Accounts, keys: Keys, bad: int
) -> None:
    """The group leaves all to themselves; wherever it stood, only the one with the name fails."""
    a, b = accounts(0, 0)
    units = [add(a, 1, keys()), add(b, 10, keys())]
    units.insert(bad, rename(a, "account-1"))
    with unchanged():
        assert group.execute_group(units, policy=QUICK) == [SEPARATELY] * 3
    results = kinds(finished(units))
    assert results.pop(bad) is txn.ConstraintRefused
    assert (results, balances()) == ([txn.Outcome(1), txn.Outcome(10)], [1, 10])


def test_a_constraint_that_a_missing_row_may_explain_is_tried_again_and_then_left(
    accounts: Accounts, keys: Keys
) -> None:
    """Another unit's missing row is no reason to try for ever."""
    (a,) = accounts(0)
    units = [get_or_create("new", 5), insert(name="account-0"), add(a, 1, keys())]
    policy = Watched(deadline_s=60)
    with unchanged():
        assert group.execute_group(units, policy=policy) == [SEPARATELY] * 3
    assert policy.seen == [ErrorClass.CONSTRAINT] * 3
    made, refused, added = finished(units)
    assert (made.answer["made"], type(refused), added) == (
        True,
        txn.ConstraintRefused,
        txn.Outcome(1),
    )


def test_a_row_that_a_rival_makes_first_is_found_by_the_groups_next_try(
    accounts: Accounts, engine: Engine
) -> None:
    """Its insert is refused, so the group runs again and adds to the rival's row."""
    (a,) = accounts(0)
    rival = get_or_create("new", 100)
    midway = Midway(get_or_create("new", 5), lambda: txn.execute(rival, wait_s=0))
    made, added = group.execute_group([midway.unit, add(a, 1)], policy=QUICK)
    row = Account.objects.get(name="new")
    alone = engine.row_locks is RowLocks.NONE
    assert made == txn.Outcome({"id": row.pk, "made": alone})
    assert (added, midway.decisions) == (txn.Outcome(1), 1 if alone else 2)
    assert (row.balance, type(midway.result)) == ((5, txn.Locked) if alone else (105, txn.Outcome))


def test_two_groups_that_take_names_from_each_other_are_right_in_the_end(
    accounts: Accounts,
) -> None:
    """Names passed on within a group are free one after another, whatever the bulk write needs."""
    a, b = accounts(1, 2)
    results = finished([rename(a, "spare"), rename(b, "account-0"), rename(a, "account-1")])
    assert results == [txn.Outcome("spare"), txn.Outcome("account-0"), txn.Outcome("account-1")]
    assert [name for _, name, *_ in state().accounts] == ["account-1", "account-0"]


def test_constraints_judge_what_a_group_leaves(accounts: Accounts) -> None:
    """What rules let pass that should not is refused if it stays: alone, the first would be."""
    a, b = accounts(0, 0)

    assert finished([rename(a, "account-1"), remove(a)]) == [
        txn.Outcome("account-1"),
        txn.Outcome(None),
    ]
    assert list(Account.objects.values_list("pk", "name")) == [(b, "account-1")]


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted"])
def test_a_row_of_many_that_vanished_is_noticed(
    accounts: Accounts, engine: Engine, monkeypatch: pytest.MonkeyPatch, counted: bool
) -> None:
    """A bulk update that wrote fewer rows than it should runs again; control: it would not."""
    a, b = accounts(0, 0)
    if not counted:
        switch_row_counts_off(monkeypatch)
    gone: list[int] = []
    dialect, run = type(engine.speak(connection)), type(engine.speak(connection)).run

    def vanish(self: Any, statements: Sequence[Any]) -> Any:
        if not gone and any(Statement(one.sql, ()).verb == "UPDATE" for one in statements):
            gone.append(b)
            run(self, [Sendable(f"DELETE FROM toy_account WHERE id = {b}")])
        return run(self, statements)

    monkeypatch.setattr(dialect, "run", vanish)
    units = [add(a, 1), get_or_create("account-1", 5)]
    first, second = group.execute_group(units, policy=QUICK)
    assert (first, gone) == (txn.Outcome(1), [b])
    # The transaction that deleted it was taken back, or committed with half of its updates.
    assert second == txn.Outcome({"id": b, "made": False})
    assert balances() == ([1, 5] if counted else [1])
