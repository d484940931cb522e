"""Idempotency keys in a group: used before, used twice in it, refused, and free again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.toy.models import Account
from tests.toy.sent import commits
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, add, get_or_create, move
from tests.txn.groups import deciding, kinds, noting
from tradepost import txn
from tradepost.txn import group
from tradepost.txn.models import Receipt

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


def replayed(answer: object) -> txn.Outcome:
    return txn.Outcome(answer, replayed=True)


def test_the_same_key_again_in_a_group_is_replayed(accounts: Accounts, keys: Keys) -> None:
    """The first decides, the others are told the same; there is one effect and one receipt."""
    (a,) = accounts(0)
    key = keys()
    order: list[int] = []
    units = [noting(order, place, add(a, 1, key)) for place in range(3)]
    assert group.execute_group(units) == [txn.Outcome(1), replayed(1), replayed(1)]
    assert (order, balances(), Receipt.objects.count()) == ([0], [1], 1)


def test_the_same_key_again_is_told_the_id_that_came(committed: None, keys: Keys) -> None:
    """The first unit's answer is complete when the second is told."""
    unit = get_or_create("new", key=keys())
    first, second = group.execute_group([unit, unit])
    answer = {"id": Account.objects.get().pk, "made": True}
    assert (first, second) == (txn.Outcome(answer), replayed(answer))


def test_the_same_key_for_another_request_in_a_group_is_refused(
    accounts: Accounts, keys: Keys
) -> None:
    """Only the request that came first is done, and again told."""
    (a,) = accounts(0)
    key = keys()
    results = group.execute_group([add(a, 1, key), add(a, 2, key), add(a, 1, key)])
    assert kinds(results) == [txn.Outcome(1), txn.KeyReused, replayed(1)]
    assert (balances(), Receipt.objects.count()) == ([1], 1)


def test_a_key_used_before_is_replayed_in_a_group(accounts: Accounts, keys: Keys) -> None:
    """Each unit with it is told what happened then; the one beside them is done."""
    (a,) = accounts(0)
    used = keys()
    txn.execute(add(a, 1, used))
    results = group.execute_group([add(a, 1, used), add(a, 10), add(a, 1, used), add(a, 2, used)])
    assert kinds(results) == [replayed(1), txn.Outcome(11), replayed(1), txn.KeyReused]
    assert (balances(), Receipt.objects.count()) == ([11], 1)


def test_a_group_of_replays_changes_nothing(accounts: Accounts, keys: Keys) -> None:
    """What was stored is told, letter by letter."""
    (a,) = accounts(0)
    units = [add(a, 1, keys()) for _ in range(3)]
    group.execute_group(units)
    with unchanged():
        assert group.execute_group(units) == [replayed(1), replayed(2), replayed(3)]


def test_a_replay_does_not_decide_in_a_group(accounts: Accounts, keys: Keys) -> None:
    """It is answered from its receipt, even where it would now be refused."""
    a, b = accounts(3, 0)
    unit = move(a, b, 3, keys())
    txn.execute(unit)

    def decide(rows: txn.Rows) -> txn.Changes:
        raise AssertionError("it decided again")

    results = group.execute_group([deciding(unit, decide), unit])
    assert results == [replayed({"source": 0, "target": 3})] * 2


def test_a_key_whose_first_unit_is_refused_goes_to_the_next(accounts: Accounts, keys: Keys) -> None:
    """A refusal stores nothing, so the second decides, even another request; the third is told."""
    a, b = accounts(2, 0)
    key = keys()
    units = [move(a, b, 3, key), move(a, b, 2, key), move(a, b, 2, key), move(a, b, 3, key)]
    results = group.execute_group(units)
    answer = {"source": 0, "target": 2}
    assert kinds(results) == [Overdrawn, txn.Outcome(answer), replayed(answer), txn.KeyReused]
    assert (balances(), Receipt.objects.count()) == ([0, 2], 1)


def test_a_key_whose_first_unit_is_a_mistake_goes_to_the_next(
    accounts: Accounts, keys: Keys
) -> None:
    """What its decision raised left no trace."""
    (a,) = accounts(0)
    unit = add(a, 1, keys())
    broken = deciding(unit, lambda _: 1 // 0)
    assert kinds(group.execute_group([broken, unit])) == [ZeroDivisionError, txn.Outcome(1)]


def test_receipts_tell_who_did_what(accounts: Accounts, keys: Keys) -> None:
    """Each unit's receipt holds its own request and its own answer."""
    a, b = accounts(5, 0)
    one, two = keys(), keys()
    with commits() as done:
        group.execute_group([move(a, b, 1, two), add(b, 5), add(a, 1, one)])
    assert (len(done), len(state().receipts)) == (1, 2)
    for key, act, terms, answer in (
        (one, "add", (a, 1), 5),
        (two, "move", (a, b, 1), {"source": 4, "target": 1}),
    ):
        stored = Receipt.objects.get(pk=key.receipt_id)
        assert (stored.actor, stored.key, stored.act) == ("tester", key.value, act)
        assert (stored.fingerprint.hex, stored.answer) == (key.fingerprint(act, terms), answer)


def test_keys_of_a_group_are_good_for_units_alone(accounts: Accounts, keys: Keys) -> None:
    """Either way of executing finds what the other stored."""
    (a,) = accounts(0)
    unit = add(a, 1, keys())
    group.execute_group([unit])
    assert txn.execute(unit) == replayed(1)
    with pytest.raises(txn.KeyReused):
        txn.execute(add(a, 2, unit.key))
