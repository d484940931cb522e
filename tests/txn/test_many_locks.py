"""Units that name few rows, and many: each sees what it named and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.state import balances, unchanged
from tests.toy.units import account
from tradepost import txn

Accounts = Callable[..., list[int]]
COUNTS = [1, 16, 100]


def give(pks: list[int]) -> txn.Unit:
    """Return a unit that gives each account what it has, named by id and by name."""
    names = [txn.RowLock(Account, f"account-{place}", field="name") for place in range(len(pks))]
    locks = [account(pk) for pk in pks]

    def decide(rows: txn.Rows) -> txn.Changes:
        found = [rows.get(name) for name in names]
        assert [row.id for row in found] == pks
        updates = [
            txn.Update(lock, {"balance": rows.get(lock).balance * 2 + 1})
            for lock in reversed(locks)
        ]
        return txn.Changes(answer=len(updates), updates=updates)

    return txn.Unit(locks=[*locks, *names], decide=decide, act=toy_act("give"), terms=())


@pytest.mark.parametrize("count", COUNTS)
def test_a_unit_sees_and_changes_every_row_that_it_named(accounts: Accounts, count: int) -> None:
    """Under both of its keys."""
    pks = accounts(*range(count))

    assert txn.execute(give(pks)) == txn.Outcome(count)
    assert balances() == [2 * one + 1 for one in range(count)]


@pytest.mark.parametrize("count", COUNTS)
def test_a_row_that_was_not_named_is_not_seen(accounts: Accounts, count: int) -> None:
    """However many were: a mistake, and nothing changes."""
    *named, other = accounts(*range(count + 1))

    def decide(rows: txn.Rows) -> txn.Changes:
        assert [rows.get(account(pk)).balance for pk in named] == list(range(count))
        assert rows.get(account(other)) is None, "this is not reached"
        return txn.Changes(answer=None)

    locks = [account(pk) for pk in named]
    unit = txn.Unit(locks=locks, decide=decide, act=toy_act("look"), terms=())
    with unchanged(), pytest.raises(LookupError, match="did not name"):
        txn.execute(unit)


@pytest.mark.parametrize("count", COUNTS)
def test_a_row_may_be_named_more_than_once(accounts: Accounts, count: int) -> None:
    """It is one row."""
    (a,) = accounts(1)

    def decide(rows: txn.Rows) -> txn.Changes:
        balance = rows.get(account(a)).balance + 1
        return txn.Changes(answer=balance, updates=(txn.Update(account(a), {"balance": balance}),))

    unit = txn.Unit(locks=[account(a)] * count, decide=decide, act=toy_act("add"), terms=())
    assert (txn.execute(unit), balances()) == (txn.Outcome(2), [2])
