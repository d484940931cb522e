"""Many threads on few rows: nothing is lost, and no deadlock reaches a caller."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connections

from tests.toy.models import Account, Note
from tests.toy.off import switch_lock_order_off
from tests.toy.rivals import PATIENCE_S, QUICK, Holder, Watched, elsewhere
from tests.toy.state import balances
from tests.toy.units import add, move, open_many
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks

Accounts = Callable[..., list[int]]
Together = Callable[[list[Callable[[], Any]]], list[Any]]


def test_a_hot_row_under_64_threads_has_the_exact_sum(
    accounts: Accounts, together: Together
) -> None:
    """Each of 64 additions is in the sum, and each answered a balance of its own."""
    (a,) = accounts(0)
    outcomes = together([partial(txn.execute, add(a, 1), policy=QUICK)] * 64)
    assert sorted(outcome.answer for outcome in outcomes) == list(range(1, 65))
    assert balances() == [64]


def to_and_fro(together: Together, pks: Sequence[int], policy: txn.RetryPolicy) -> list[Any]:
    """Move 1 along each side of a triangle, both ways, in sixteen threads, four times each."""
    a, b, c = pks
    pairs = [(a, b), (b, a), (b, c), (c, b), (c, a), (a, c), (a, b), (b, a)] * 2

    def work(source: int, target: int) -> list[txn.Outcome]:
        return [txn.execute(move(source, target, 1), policy=policy) for _ in range(4)]

    return together([partial(work, *pair) for pair in pairs])


def test_opposite_lock_orders_from_many_threads_reach_no_caller_as_a_deadlock(
    accounts: Accounts, together: Together
) -> None:
    """Each move to and fro happens once, and the total is what it was."""
    results = to_and_fro(together, accounts(1000, 1000, 1000), QUICK)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert (balances(), Note.objects.count()) == ([1000, 1000, 1000], 64)


def test_locks_in_order_meet_no_deadlock(
    accounts: Accounts, together: Together, engine: Engine
) -> None:
    """No try ends in a conflict, save where the isolation itself finds some: they only wait."""
    policy = Watched(deadline_s=PATIENCE_S)
    results = to_and_fro(together, accounts(1000, 1000, 1000), policy)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert ErrorClass.RETRY not in policy.seen or engine.isolation == "serializable"


def test_bulk_inserts_from_many_threads_know_each_their_ids(
    committed: None, together: Together
) -> None:
    """Eight threads insert 300 rows each; every id answered is that of the row with the name."""
    batches = [[f"{letter}-{place}" for place in range(300)] for letter in "abcdefgh"]
    outcomes = together([partial(txn.execute, open_many(names), policy=QUICK) for names in batches])
    answered = {
        pk: name
        for outcome, names in zip(outcomes, batches, strict=True)
        for pk, name in zip(outcome.answer, names, strict=True)
    }
    assert dict(Account.objects.values_list("pk", "name")) == answered


@pytest.fixture
def unsorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the order of locks away."""
    switch_lock_order_off(monkeypatch)


def meeting(
    unit: txn.Unit, barrier: threading.Barrier, policy: txn.RetryPolicy
) -> Callable[[], txn.Outcome]:
    """Return an execution that has locked its first row when the other one has, at first."""
    locking = itertools.count(1)

    def meet(execute: Any, sql: str, *rest: Any) -> Any:
        # By then the first has been answered: in a pipeline it is sent only when it is asked for.
        if sql.endswith("FOR UPDATE") and next(locking) == 2:
            barrier.wait(PATIENCE_S)
        return execute(sql, *rest)

    def call() -> txn.Outcome:
        with connections["default"].execute_wrapper(meet):
            return txn.execute(unit, policy=policy)

    return call


@pytest.mark.parametrize("deadline_s", [0, PATIENCE_S], ids=["once", "again"])
def test_without_an_order_of_locks_two_moves_deadlock(
    accounts: Accounts,
    engine: Engine,
    together: Together,
    unsorted: None,
    way: str,
    deadline_s: float,
) -> None:
    """Control: each has one row and wants the other's; one fails, unless it tries again.

    A group waits for too short a time to find out that it is a deadlock. What fails in it is tried
    once more in any case, separately.
    """
    a, b = accounts(10, 10)
    there, back = move(a, b, 1), move(b, a, 1)
    if engine.row_locks is RowLocks.NONE:
        # The second cannot have any row while the first has one.
        with Holder.of(there):
            result = elsewhere(partial(txn.execute, back, wait_s=0))
        assert (type(result), balances()) == (txn.Locked, [9, 11])
        return
    policy = Watched(deadline_s=deadline_s)
    barrier = threading.Barrier(2)
    results = together([meeting(there, barrier, policy), meeting(back, barrier, policy)])
    refused = [type(result) for result in results if isinstance(result, Exception)]
    assert policy.seen != []
    assert set(policy.seen) <= {ErrorClass.RETRY, ErrorClass.BUSY}
    if deadline_s:
        assert refused == []
    elif way == "alone":
        assert (refused, policy.seen) == ([txn.Busy], [ErrorClass.RETRY])
    else:
        assert refused in ([], [txn.Busy])
    assert (sum(balances()), Note.objects.count()) == (20, 2 - len(refused))
