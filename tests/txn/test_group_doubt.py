"""A group whose commit is in doubt: each unit is settled by its receipt, or told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.toy.off import switch_receipts_off
from tests.toy.rivals import ONCE, QUICK
from tests.toy.sent import sent
from tests.toy.state import balances, state
from tests.toy.units import Overdrawn, add, move
from tests.txn.faults import Fault, codes, error_of, unlisted
from tests.txn.groups import SEPARATELY, conclude, kinds
from tradepost import txn
from tradepost.engines import Engine, ErrorClass
from tradepost.txn import group
from tradepost.txn.failure import RunSeparately

pytestmark = pytest.mark.driver

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
BOTH = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
IN_DOUBT = RunSeparately(in_doubt=True)


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


def lost(engine: Engine, *, after: bool = False, at: int | None = None) -> Fault:
    """Make a fault that loses the connection, at a statement or before or after the commit."""
    error = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    return Fault(connection, engine, error, at=at, after=after, cut=True)


def replayed(answer: Any) -> txn.Outcome:
    return txn.Outcome(answer, replayed=True)


@BOTH
def test_each_unit_of_a_group_in_doubt_is_settled_by_its_receipt(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """Keyed ones once, with their own outcome; what was replayed or refused stays so.

    A unit without a key is told that nobody knows, and is not tried again.
    """
    a, b, c = accounts(10, 0, 0)
    used = add(c, 100, keys())
    txn.execute(used)
    keyed, twice = move(a, b, 3, keys()), move(a, b, 2, keys())
    units = [keyed, add(c, 1), twice, used, move(a, b, 50, keys()), twice, move(a, b, 50)]
    with lost(engine, after=after).installed() as fault:
        results = group.execute_group(units, policy=QUICK)
    assert kinds(results) == [
        txn.Outcome({"source": 7, "target": 3}),
        txn.OutcomeUnknown,
        txn.Outcome({"source": 5, "target": 5}),
        replayed(100),
        Overdrawn,
        replayed({"source": 5, "target": 5}),
        Overdrawn,
    ]
    assert (fault.fired, balances()) == (1, [5, 5, 101 if after else 100])
    assert (len(state().notes), len(state().receipts)) == (2, 3)


@BOTH
def test_what_a_lost_unit_without_a_key_had_paid_for_is_decided_anew(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """A keyed unit that its coins had paid for is done with them, or refused without them."""
    a, b = accounts(0, 0)
    units = [add(a, 5), move(a, b, 5, keys())]
    with lost(engine, after=after).installed():
        unknown, moved = kinds(group.execute_group(units, policy=QUICK))
    assert unknown is txn.OutcomeUnknown
    assert moved == (txn.Outcome({"source": 0, "target": 5}) if after else Overdrawn)
    assert balances() == ([0, 5] if after else [0, 0])


@BOTH
def test_another_request_under_a_key_in_doubt_is_refused(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """The key belongs to the request that came first, whether its first commit was done or not."""
    (a,) = accounts(0)
    key = keys()
    with lost(engine, after=after).installed():
        results = group.execute_group([add(a, 1, key), add(a, 2, key)], policy=QUICK)
    assert kinds(results) == [txn.Outcome(1), txn.KeyReused]
    assert balances() == [1]


@BOTH
def test_a_group_twice_in_doubt_is_settled_once(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """At whichever statement of the next try the connection breaks again, a third one settles."""
    a, b = accounts(10, 0)
    warm = [move(a, b, 0, keys())] * 2
    with sent() as statements:
        group.execute_group(warm)
    count, first = 0, len(statements)
    while True:
        unit = move(a, b, 0, keys())
        second = lost(engine, at=first + count)
        with second.installed(), lost(engine, after=after).installed():
            results = group.execute_group([unit, unit], policy=QUICK)
        if not second.fired:
            break
        answer = {"source": 10, "target": 0}
        assert results == [txn.Outcome(answer), replayed(answer)]
        count += 1
        assert (len(state().notes), len(state().receipts)) == (count + 1, count + 1)
    assert count >= 2


@BOTH
def test_a_group_in_doubt_that_is_out_of_time_leaves_its_units_to_themselves_in_doubt(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """Each finds by itself what became of it; the second with its key is a replay."""
    a, b = accounts(10, 0)
    twice, refused = move(a, b, 3, keys()), move(a, b, 50, keys())
    units = [twice, add(b, 1), twice, refused]
    with lost(engine, after=after).installed():
        results = group.execute_group(units, policy=ONCE)
    assert kinds(results) == [IN_DOUBT, txn.OutcomeUnknown, SEPARATELY, SEPARATELY]
    told = [conclude(unit, result) for unit, result in zip(units, results, strict=True)]
    answer = {"source": 7, "target": 3}
    assert kinds(told) == [txn.Outcome(answer), txn.OutcomeUnknown, replayed(answer), Overdrawn]
    assert balances() == [7, 4 if after else 3]


@BOTH
def test_a_mistake_while_a_group_is_in_doubt_leaves_its_units_in_doubt(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """That the next try could not begin says nothing about the first."""
    a, b = accounts(10, 0)
    warm, unit = move(a, b, 0, keys()), move(a, b, 3, keys())
    with sent() as statements:
        group.execute_group([warm])
    mistake = Fault(connection, engine, unlisted(engine), at=len(statements))
    with mistake.installed(), lost(engine, after=after).installed():
        results = group.execute_group([unit], policy=QUICK)
    assert (results, mistake.fired) == ([IN_DOUBT], 1)
    assert conclude(unit, results[0]) == txn.Outcome({"source": 7, "target": 3})
    assert (balances(), len(state().receipts)) == ([7, 3], 2)


@BOTH
def test_the_loss_behind_a_groups_commit_is_settled_too(
    accounts: Accounts, engine: Engine, keys: Keys, after: bool
) -> None:
    """Autocommit is switched on again after it: the commit was done."""
    a, b = accounts(10, 0)
    units = [move(a, b, 3, keys()), add(b, 1)]
    with lost(engine, after=after).when_autocommit_is(True) as fault:
        results = group.execute_group(units, policy=QUICK)
    assert kinds(results) == [txn.Outcome({"source": 7, "target": 3}), txn.OutcomeUnknown]
    assert (fault.fired, balances()) == (1, [7, 4])


def test_without_receipts_a_group_in_doubt_would_happen_twice(
    accounts: Accounts, engine: Engine, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with nothing to find under its key, each unit is run again."""
    a, b = accounts(10, 0)
    switch_receipts_off(monkeypatch)
    with lost(engine, after=True).installed():
        results = group.execute_group([move(a, b, 1, keys()), move(a, b, 2, keys())], policy=QUICK)
    answers = [{"source": 6, "target": 4}, {"source": 4, "target": 6}]
    assert results == [txn.Outcome(answer) for answer in answers]
    assert balances() == [4, 6]
