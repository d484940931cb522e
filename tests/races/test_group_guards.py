"""A group's own guards, each with the control that goes wrong without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections

from tests.toy.off import (
    switch_key_memory_off,
    switch_locks_off,
    switch_look_up_first,
    switch_row_counts_off,
)
from tests.toy.rivals import PATIENCE_S, QUICK, Holder, Midway, elsewhere
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, add, add_note, move, remove
from tests.txn.groups import SEPARATELY, finished, kinds
from tradepost import txn
from tradepost.engines import Engine
from tradepost.errors import NotFound
from tradepost.txn import group

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


@pytest.fixture
def serializable(engine: Engine) -> bool:
    """Does the isolation alone forbid what locks prevent elsewhere?"""
    return engine.isolation == "serializable"


def behind(holder: Holder, units: Sequence[txn.Unit]) -> list[Any]:
    """Execute a group whose rows the holder has: it commits once the group is about to wait."""

    def release(execute: Any, sql: str, *rest: Any) -> Any:
        if "toy_account" in sql or sql.startswith("BEGIN"):
            holder.release()
        return execute(sql, *rest)

    def run() -> list[Any]:
        try:
            with connections["default"].execute_wrapper(release):
                return finished(units)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(PATIENCE_S)


def test_a_request_whose_first_try_is_elsewhere_is_told_what_became_of_it(
    accounts: Accounts, keys: Keys
) -> None:
    """The group waits for the row, and then finds the receipt: it is no refusal."""
    a, b = accounts(10, 0)
    unit = move(a, b, 10, keys())
    with Holder.of(unit, group.execute_alone) as holder:
        results = behind(holder, [unit, add(b, 1)])
        answer = {"source": 0, "target": 10}
        assert holder.outcome() == txn.Outcome(answer)
    assert results == [txn.Outcome(answer, replayed=True), txn.Outcome(11)]
    assert (balances(), len(state().receipts)) == ([0, 11], 1)


def test_with_keys_looked_up_before_the_locks_a_request_that_was_done_is_refused(
    accounts: Accounts, keys: Keys, serializable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the coins are gone, and the receipt was not there yet when it was looked for."""
    a, b = accounts(10, 0)
    unit = move(a, b, 10, keys())
    switch_look_up_first(monkeypatch)
    with Holder.of(unit, group.execute_alone) as holder:
        (told,) = kinds(behind(holder, [unit]))
        holder.outcome()
    done = txn.Outcome({"source": 0, "target": 10}, replayed=True)
    # Where the isolation is serializable, the conflict runs the group again.
    assert told == (done if serializable else Overdrawn)
    assert balances() == [0, 10]


def test_without_the_memory_of_its_own_keys_a_group_with_a_key_twice_falls_apart(
    accounts: Accounts, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the second receipt is refused by the database, and so the whole group is."""
    (a,) = accounts(0)
    twice = add(a, 1, keys())
    units = [twice, add(a, 10), twice]
    with monkeypatch.context() as patch, unchanged():
        switch_key_memory_off(patch)
        assert group.execute_group(units, policy=QUICK) == [SEPARATELY] * 3
    done = [txn.Outcome(1), txn.Outcome(11), txn.Outcome(1, replayed=True)]
    assert (group.execute_group(units), balances()) == (done, [11])


def test_the_groups_of_two_processes_lose_no_update(accounts: Accounts) -> None:
    """The second cannot have the hot row before the first has committed."""
    a, b = accounts(0, 0)
    rival = partial(txn.execute, add(a, 10), wait_s=0)
    midway = Midway(add(a, 1), rival)
    results = group.execute_group([add(b, 1), midway.unit, add(a, 2)], policy=QUICK)
    assert results == [txn.Outcome(1), txn.Outcome(1), txn.Outcome(3)]
    assert (type(midway.result), midway.decisions, balances()) == (txn.Locked, 1, [3, 1])


def test_without_locks_the_groups_of_two_processes_lose_updates(
    accounts: Accounts, serializable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what the other group added is overwritten, save where isolation forbids it."""
    a, b = accounts(0, 0)
    switch_locks_off(monkeypatch)
    midway = Midway(add(a, 1), lambda: group.execute_group([add(a, 10), add(a, 20)], policy=QUICK))
    results = finished([midway.unit, add(b, 1), add(a, 2)])
    assert midway.result == [txn.Outcome(10), txn.Outcome(30)]
    if serializable:
        assert (midway.decisions, balances()) == (2, [33, 1])
        assert results == [txn.Outcome(31), txn.Outcome(1), txn.Outcome(33)]
    else:
        assert (midway.decisions, balances()) == (1, [3, 1])
        assert results == [txn.Outcome(1), txn.Outcome(1), txn.Outcome(3)]


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted"])
def test_a_row_of_a_bulk_update_that_vanished_is_noticed(
    accounts: Accounts, serializable: bool, monkeypatch: pytest.MonkeyPatch, counted: bool
) -> None:
    """Even without locks, its unit finds it gone; control: else half a unit is written."""
    a, b = accounts(0, 0)
    switch_locks_off(monkeypatch)
    if not counted:
        switch_row_counts_off(monkeypatch)
    midway = Midway(add_note(b, 1), lambda: txn.execute(remove(b)))
    results = kinds(finished([add_note(a, 1), midway.unit]))
    assert midway.result == txn.Outcome(None)
    notes = [of for _, of, _ in state().notes]
    if counted or serializable:
        assert (results, notes) == ([txn.Outcome(1), NotFound], [a])
    else:
        assert (results, notes) == ([txn.Outcome(1), txn.Outcome(1)], [a, b])
    assert [pk for pk, *_ in state().accounts] == [a]


def test_a_key_in_two_groups_at_once_has_one_effect(
    accounts: Accounts, keys: Keys, serializable: bool
) -> None:
    """On rows of their own, neither sees the other's receipt: the database refuses the second's.

    Its group runs again, and finds what the first one stored.
    """
    a, b = accounts(0, 0)
    key = keys()
    rival = partial(group.execute_group, [add(b, 10), add(b, 20, key)], policy=QUICK)
    if serializable:
        elsewhere(rival)
        results = kinds(group.execute_group([add(a, 1), add(a, 2, key)], policy=QUICK))
    else:
        midway = Midway(add(a, 1), rival)
        results = kinds(group.execute_group([midway.unit, add(a, 2, key)], policy=QUICK))
        assert (midway.result, midway.decisions) == ([txn.Outcome(10), txn.Outcome(30)], 2)
    assert results == [txn.Outcome(1), txn.KeyReused]
    assert (balances(), len(state().receipts)) == ([1, 30], 1)
