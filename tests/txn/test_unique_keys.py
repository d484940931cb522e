"""Rows named by a unique key: looked up first, locked by their primary key, and still theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.rivals import QUICK, elsewhere
from tests.toy.state import balances, unchanged
from tests.toy.units import account, get_or_create
from tradepost import txn
from tradepost.engines import Engine, RowLocks

Accounts = Callable[..., list[int]]


def test_a_name_that_passes_from_one_row_to_another_is_always_found(
    accounts: Accounts, engine: Engine
) -> None:
    """Between looking a name up and locking its row, a rival gives the name to another row."""
    a, b = accounts(1, 2)
    name = txn.RowLock(Account, "account-0", field="name")
    look = txn.Unit(
        locks=(name,),
        decide=lambda rows: txn.Changes(answer=(row := rows.get(name)) and row.id),
        act=toy_act("look"),
        terms=(),
    )
    names = (txn.Update(account(a), {"name": "old"}), txn.Update(account(b), {"name": "account-0"}))
    swap = txn.Unit(
        locks=(account(a), account(b)),
        decide=lambda _: txn.Changes(answer=None, updates=names),
        act=toy_act("swap"),
        terms=(),
    )
    met: list[Any] = []

    def hook(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        result = execute(sql, params, *rest)
        if not met and sql.startswith("SELECT") and params and "account-0" in params:
            met.append(elsewhere(lambda: txn.execute(swap, wait_s=0)))
        return result

    with connections["default"].execute_wrapper(hook):
        found = txn.execute(look, policy=QUICK).answer
    # At every moment some account had that name.
    assert (type(met[0]), found) == (
        (txn.Locked, a) if engine.row_locks is RowLocks.NONE else (txn.Outcome, b)
    )


def test_a_constraint_that_no_missing_row_explains_is_refused_as_such(accounts: Accounts) -> None:
    """A unit that named a missing row, and breaks another constraint, is no conflict."""
    accounts(1)
    lock = txn.RowLock(Account, "missing", field="name")
    twice = txn.Insert(Account, {"name": "account-0"})
    unit = txn.Unit(
        locks=(lock,),
        decide=lambda _: txn.Changes(answer=None, inserts=(twice,)),
        act=toy_act("insert"),
        terms=(),
    )
    with unchanged(), pytest.raises(txn.ConstraintRefused):
        txn.execute(unit, policy=QUICK)


def test_a_name_that_the_database_takes_for_another_is_no_conflict(accounts: Accounts) -> None:
    """Where case makes no difference to the column, the caller is told something final."""
    accounts(1)
    try:
        outcome = txn.execute(get_or_create("ACCOUNT-0", 5), policy=QUICK)
    except txn.ConstraintRefused:
        assert balances() == [1]
    else:
        assert sum(balances()) == 6
        assert outcome.answer["made"] == (len(balances()) == 2)
