"""Guards behind the locks: counted rows, the rule, the CHECK. Each holds without the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.off import checks_off, switch_locks_off, switch_row_counts_off
from tests.toy.rivals import QUICK, Midway
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, account, add, add_note, move, remove
from tradepost import txn
from tradepost.engines import Engine
from tradepost.errors import NotFound

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


def asked(sql: str) -> str:
    """Ask the database for one value, as its promises are asked."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone()[-1]).lower()


@pytest.fixture
def enforced(engine: Engine, committed: None) -> bool:
    """Does this server enforce a CHECK: always, or because its promise is kept?"""
    return engine.enforces_checks or any(
        asked(promise.sql) in promise.kept
        for promise in engine.promises
        if promise.name == "CHECK constraints"
    )


@pytest.fixture
def check_off(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes the CHECK of the balance away."""
    with checks_off(Account, monkeypatch):
        yield


def test_a_row_that_vanished_under_its_lock_is_noticed(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even without locks, a unit whose row is gone runs again, and finds that it is not there."""
    (a,) = accounts(0)
    switch_locks_off(monkeypatch)
    midway = Midway(add_note(a, 1), lambda: txn.execute(remove(a)))
    with pytest.raises(NotFound):
        txn.execute(midway.unit, policy=QUICK)
    assert (midway.result, midway.decisions) == (txn.Outcome(None), 2)
    assert (state().accounts, state().notes) == ((), ())


def test_without_counting_rows_half_a_unit_is_written(
    accounts: Accounts, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the note of an account that is gone is there, and the caller told it was done."""
    (a,) = accounts(0)
    switch_locks_off(monkeypatch)
    switch_row_counts_off(monkeypatch)
    midway = Midway(add_note(a, 1), lambda: txn.execute(remove(a)))
    if engine.isolation == "serializable":
        # The isolation alone refuses to write a row that another transaction has deleted.
        with pytest.raises(NotFound):
            txn.execute(midway.unit, policy=QUICK)
        assert (midway.decisions, state().notes) == (2, ())
    else:
        assert txn.execute(midway.unit, policy=QUICK).answer == 1
        assert [(of, text) for _, of, text in state().notes] == [(a, "note 1")]
    assert state().accounts == ()


def test_the_check_refuses_what_a_missing_rule_lets_pass(
    accounts: Accounts, keys: Keys, enforced: bool
) -> None:
    """A unit without the rule cannot take a balance below zero where CHECK is enforced."""
    (a,) = accounts(2)
    if enforced:
        with unchanged(), pytest.raises(txn.ConstraintRefused):
            txn.execute(add(a, -3, keys()))
    else:
        assert txn.execute(add(a, -3, keys())).answer == -1


def test_without_rule_and_check_a_balance_falls_below_zero(
    accounts: Accounts, check_off: None
) -> None:
    """Control: with neither, three are taken from an account that has two."""
    (a,) = accounts(2)
    assert (txn.execute(add(a, -3)).answer, balances()) == (-1, [-1])


def test_the_rule_refuses_where_there_is_no_check(accounts: Accounts, check_off: None) -> None:
    """The rule needs no help of the database's."""
    a, b = accounts(2, 0)
    with unchanged(), pytest.raises(Overdrawn):
        txn.execute(move(a, b, 3))


def test_a_check_breached_by_one_row_of_many_changes_none(
    accounts: Accounts, enforced: bool
) -> None:
    """One bulk update is refused as a whole."""
    pks = accounts(5, 5, 2)
    locks = [account(pk) for pk in pks]

    def decide(rows: txn.Rows) -> txn.Changes:
        updates = [txn.Update(lock, {"balance": rows.get(lock).balance - 3}) for lock in locks]
        return txn.Changes(answer=None, updates=updates)

    unit = txn.Unit(locks=locks, decide=decide, act=toy_act("take"), terms=())
    if enforced:
        with unchanged(), pytest.raises(txn.ConstraintRefused):
            txn.execute(unit)
    else:
        txn.execute(unit)
        assert balances() == [2, 2, -1]
