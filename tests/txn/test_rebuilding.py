"""Units whose locks depend on data: built again for as long as what they read is outdated."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.rivals import Holder
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, add, move
from tradepost import txn
from tradepost.txn.rebuilding import BUILDS_MAX

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


class Poorest:
    """Adds to whoever has the least: a read tells who, and the decision whether that is so.

    Args:
        rival: What happens between reading and locking.
    """

    def __init__(self, rival: Callable[[], Any], key: txn.Key | None = None) -> None:
        self.builds = 0
        self._rival = rival
        self._key = key

    def build(self) -> txn.Unit:
        """Read, and say what to lock."""
        self.builds += 1
        found = Account.objects.order_by("balance", "pk").values_list("pk", "balance").first()
        assert found is not None
        pk, balance = found
        self._rival()
        unit = add(pk, 100, self._key)

        def decide(rows: txn.Rows) -> txn.Changes:
            if rows.get(unit.locks[0]).balance != balance:
                raise txn.StaleRead
            return unit.decide(rows)

        return dataclasses.replace(unit, decide=decide, act=toy_act("feed"), terms=())


def times(count: int, call: Callable[[], Any]) -> Callable[[], None]:
    """Return a call that happens so often, and then no more."""
    left = iter(range(count))
    return lambda: call() if next(left, None) is not None else None


def test_a_unit_that_is_not_outdated_is_built_once(accounts: Accounts) -> None:
    """And executed."""
    accounts(3, 1, 2)
    poorest = Poorest(lambda: None)

    assert txn.execute_rebuilding(poorest.build) == txn.Outcome(101)
    assert (poorest.builds, balances()) == (1, [3, 101, 2])


@pytest.mark.parametrize(("overtaken", "after"), [(1, [30, 103]), (BUILDS_MAX - 1, [130, 31])])
def test_an_outdated_unit_is_built_anew(
    accounts: Accounts, overtaken: int, after: list[int]
) -> None:
    """It locks what it reads then: in the end, somebody else is the poorest."""
    _, b = accounts(30, 1)
    poorest = Poorest(times(overtaken, lambda: txn.execute(add(b, 2))))

    assert txn.execute_rebuilding(poorest.build) == txn.Outcome(max(after))
    assert (poorest.builds, balances()) == (overtaken + 1, after)


def test_a_unit_that_is_outdated_every_time_is_given_up_as_busy(
    accounts: Accounts, keys: Keys
) -> None:
    """After sixteen times; only the rivals' changes were made, and the key is free."""
    _, b = accounts(99, 1)
    key = keys()
    poorest = Poorest(lambda: txn.execute(add(b, 1)), key)

    with pytest.raises(txn.Busy) as told:
        txn.execute_rebuilding(poorest.build)

    assert (told.value.code, told.value.retryable) == ("busy", True)
    assert (poorest.builds, balances()) == (16, [99, 17])
    assert (len(state().receipts), txn.find_receipt(key)) == (0, None)


def test_an_outdated_unit_keeps_its_key(accounts: Accounts, keys: Keys) -> None:
    """One receipt, one effect; the same key again is told so, whatever would be built."""
    _, b = accounts(30, 1)
    poorest = Poorest(times(2, lambda: txn.execute(add(b, 2))), keys())

    first = txn.execute_rebuilding(poorest.build)
    second = txn.execute_rebuilding(poorest.build)

    assert (first, second) == (txn.Outcome(105), txn.Outcome(105, replayed=True))
    assert (poorest.builds, balances(), len(state().receipts)) == (4, [30, 105], 1)


def test_a_refusal_is_not_built_anew(accounts: Accounts) -> None:
    """It would be refused again."""
    a, b = accounts(1, 0)
    builds = []

    def build() -> txn.Unit:
        builds.append(1)
        return move(a, b, 2)

    with unchanged(), pytest.raises(Overdrawn):
        txn.execute_rebuilding(build)
    assert len(builds) == 1


def test_a_dry_run_is_built_anew_too(accounts: Accounts) -> None:
    """It tells what would be."""
    _, b = accounts(30, 1)
    poorest = Poorest(times(1, lambda: txn.execute(add(b, 2))))

    assert txn.execute_rebuilding(poorest.build, dry_run=True) == txn.Outcome(103)
    assert (poorest.builds, balances()) == (2, [30, 3])


def test_who_would_not_wait_is_told_so(accounts: Accounts) -> None:
    """What is said of the call holds of each execution."""
    (a,) = accounts(1)
    with Holder.of(add(a, 1)), unchanged(), pytest.raises(txn.Locked):
        txn.execute_rebuilding(partial(add, a, 5), wait_s=0)
