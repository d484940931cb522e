"""Idempotency keys: the same request once, another one never."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.toy.acts import toy_act
from tests.toy.clocks import stop_the_clock
from tests.toy.models import Account
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, add, get_or_create, move
from tradepost import txn
from tradepost.txn import receipts
from tradepost.txn.models import Receipt

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


def test_the_same_key_answers_the_same_and_does_nothing_again(
    accounts: Accounts, keys: Keys
) -> None:
    """The second time, the stored answer is given and every row stays as it is."""
    a, b = accounts(10, 0)
    unit = move(a, b, 3, keys())
    first = txn.execute(unit)
    with unchanged():
        assert txn.execute(unit) == txn.Outcome(first.answer, replayed=True)
    assert (first.replayed, balances()) == (False, [7, 3])


def test_a_replay_does_not_decide(accounts: Accounts, keys: Keys) -> None:
    """Even a decision that would now refuse is not asked: the answer is the first one."""
    a, b = accounts(3, 0)
    unit = move(a, b, 3, keys())
    txn.execute(unit)

    def decide(rows: txn.Rows) -> txn.Changes:
        raise AssertionError("it decided again")

    again = txn.execute(dataclasses.replace(unit, decide=decide))
    assert again == txn.Outcome({"source": 0, "target": 3}, replayed=True)


def test_a_receipt_tells_who_did_what_when_and_its_answer(
    accounts: Accounts, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column of the one receipt holds exactly what the request brought."""
    a, b = accounts(10, 0)
    stop_the_clock(monkeypatch, NOON)
    key = keys()
    txn.execute(move(a, b, 3, key))
    stored = Receipt.objects.get()
    assert (stored.actor, stored.key, stored.act) == ("tester", key.value, "move")
    assert (stored.pk.hex, stored.created_at) == (key.receipt_id, NOON)
    assert stored.fingerprint.hex == key.fingerprint("move", (a, b, 3))
    assert json.loads(stored.outcome) == {"source": 7, "target": 3}


def test_a_unit_without_a_key_leaves_no_receipt(accounts: Accounts) -> None:
    """Nobody can ask for what had no key, so nothing is stored for it."""
    a, b = accounts(10, 0)
    txn.execute(move(a, b, 3))
    assert state().receipts == ()


@pytest.mark.parametrize(
    "other",
    [
        lambda unit: dataclasses.replace(unit, terms=(*unit.terms, 1)),
        lambda unit: dataclasses.replace(unit, terms=unit.terms[:-1]),
        lambda unit: dataclasses.replace(unit, terms=(*unit.terms[:-1], 3.0)),
        lambda unit: dataclasses.replace(unit, terms=(*unit.terms[:-1], "3")),
        lambda unit: dataclasses.replace(unit, terms=unit.terms[::-1]),
        lambda unit: dataclasses.replace(unit, act=toy_act("move back")),
        lambda unit: dataclasses.replace(
            unit, key=dataclasses.replace(unit.key, scope="POST /other")
        ),
    ],
    ids=["more", "less", "a float", "a text", "another order", "another act", "another route"],
)
def test_a_key_is_not_good_for_another_request(
    accounts: Accounts, keys: Keys, other: Callable[[txn.Unit], txn.Unit]
) -> None:
    """Other terms, another act or another route under a used key is refused."""
    a, b = accounts(10, 0)
    unit = move(a, b, 3, keys())
    txn.execute(unit)
    with unchanged(), pytest.raises(txn.KeyReused) as caught:
        txn.execute(other(unit))
    assert caught.value.facts == {"key": "key-1"}


def test_two_actors_share_no_key(accounts: Accounts, keys: Keys) -> None:
    """The same key of another actor is another key, with a receipt of its own."""
    a, b = accounts(10, 0)
    key = keys()
    txn.execute(move(a, b, 3, key))
    outcome = txn.execute(move(a, b, 3, dataclasses.replace(key, actor="another")))
    assert outcome == txn.Outcome({"source": 4, "target": 6})
    assert sorted(Receipt.objects.values_list("actor", flat=True)) == ["another", "tester"]


def test_actor_and_key_are_told_apart_wherever_one_ends(accounts: Accounts) -> None:
    """No pair of actor and key is taken for another that is written alike."""
    (a,) = accounts(0)
    pairs = [("a", "bc"), ("ab", "c"), ('a","b', "c"), ("a", 'b","c'), ("", "abc"), ("abc", "")]
    for actor, value in pairs:
        assert not txn.execute(add(a, 1, txn.Key(actor, value))).replayed
    assert balances() == [len(pairs)]


def test_keys_are_compared_letter_by_letter(accounts: Accounts) -> None:
    """Case, accents, trailing spaces and ways to write a letter make other keys."""
    (a,) = accounts(0)
    values = ["key", "KEY", "kéy", "ke\u0301y", "key ", " key", "key\t", "ß", "ss", "🪙", "🪙🪙"]
    for value in values:
        assert not txn.execute(add(a, 1, txn.Key("tester", value))).replayed
    assert balances() == [len(values)]


def test_a_refusal_leaves_the_key_free(accounts: Accounts, keys: Keys) -> None:
    """After a refusal the same request under the same key is decided anew, and may succeed."""
    a, b = accounts(2, 0)
    unit = move(a, b, 3, keys())
    with pytest.raises(Overdrawn):
        txn.execute(unit)
    txn.execute(add(a, 1))
    assert txn.execute(unit) == txn.Outcome({"source": 0, "target": 3})


def test_a_refused_key_may_be_used_for_another_request(accounts: Accounts, keys: Keys) -> None:
    """No receipt means that nothing happened, so the key stands for nothing yet."""
    a, b = accounts(2, 0)
    key = keys()
    with pytest.raises(Overdrawn):
        txn.execute(move(a, b, 3, key))
    assert txn.execute(move(a, b, 2, key)) == txn.Outcome({"source": 0, "target": 2})


def test_a_mistake_in_a_decision_leaves_the_key_free(accounts: Accounts, keys: Keys) -> None:
    """An error that is no refusal stores no receipt either."""
    (a,) = accounts(0)
    unit = add(a, 1, keys())
    broken = dataclasses.replace(unit, decide=lambda rows: txn.Changes(answer=1 // 0))
    with unchanged(), pytest.raises(ZeroDivisionError):
        txn.execute(broken)
    assert txn.execute(unit) == txn.Outcome(1)


def test_an_answer_that_is_not_json_changes_nothing(accounts: Accounts, keys: Keys) -> None:
    """What could not be told again under the key is not done at all."""
    (a,) = accounts(0)

    def decide(rows: txn.Rows) -> txn.Changes:
        return dataclasses.replace(add(a, 1).decide(rows), answer=NOON)

    with unchanged(), pytest.raises(TypeError):
        txn.execute(dataclasses.replace(add(a, 1, keys()), decide=decide))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        True,
        2**53 - 1,
        "Łukasz \u0000 🪙 \u2028 '\"\\ %s",
        [1, [2, [3, None]]],
        {"a": {"b": [1, 2.5, "c"]}, "": []},
        "x" * 20_000,
    ],
    ids=["null", "true", "large", "text", "list", "object", "long"],
)
def test_an_answer_is_told_again_exactly(accounts: Accounts, keys: Keys, answer: Any) -> None:
    """Whatever JSON value the first answer was, the replay's is equal to it."""
    (a,) = accounts(0)

    def decide(rows: txn.Rows) -> txn.Changes:
        return txn.Changes(answer=answer)

    unit = dataclasses.replace(add(a, 1, keys()), decide=decide)
    assert [txn.execute(unit), txn.execute(unit)] == [
        txn.Outcome(answer),
        txn.Outcome(answer, replayed=True),
    ]


def test_a_new_id_is_told_again_as_the_number_it_became(committed: None, keys: Keys) -> None:
    """The receipt holds the id that the database gave, not what stood for it."""
    unit = get_or_create("new", key=keys())
    first, second = txn.execute(unit), txn.execute(unit)
    assert first.answer == {"id": Account.objects.get().pk, "made": True}
    assert second == txn.Outcome(first.answer, replayed=True)


def test_a_receipt_can_be_asked_for(accounts: Accounts, keys: Keys) -> None:
    """Before the request there is none; afterwards it has the answer."""
    (a,) = accounts(0)
    key = keys()
    assert txn.find_receipt(key) is None
    txn.execute(add(a, 5, key))
    found = txn.find_receipt(key)
    assert found is not None
    assert found.answer == 5


def test_old_receipts_are_pruned_and_no_others(
    accounts: Accounts, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of receipts on several pages, exactly those older than told are deleted."""
    (a,) = accounts(0)
    monkeypatch.setattr(receipts, "PRUNE_PAGE", 3)
    made = [keys() for _ in range(10)]
    for age, key in enumerate(made):
        txn.execute(add(a, 1, key))
        at = NOON - timedelta(hours=24 + age - 5)
        Receipt.objects.filter(pk=key.receipt_id).update(created_at=at)
    assert txn.prune_receipts(older_than=timedelta(hours=24), now=NOON) == 4
    assert sorted(Receipt.objects.values_list("key", flat=True)) == [k.value for k in made[:6]]


def test_receipts_are_kept_for_a_day_at_the_least(accounts: Accounts, keys: Keys) -> None:
    """Asked to prune younger ones, nothing is deleted."""
    (a,) = accounts(0)
    txn.execute(add(a, 1, keys()))
    with unchanged(), pytest.raises(ValueError, match="24 hours"):
        txn.prune_receipts(older_than=timedelta(hours=23, minutes=59), now=NOON)


def test_a_pruned_key_may_be_used_again(accounts: Accounts, keys: Keys) -> None:
    """Once its receipt is gone, a key stands for nothing."""
    (a,) = accounts(0)
    key = keys()
    txn.execute(add(a, 1, key))
    Receipt.objects.update(created_at=NOON - timedelta(days=400))
    assert txn.prune_receipts(older_than=timedelta(days=1), now=NOON) == 1
    assert txn.execute(add(a, 10, key)) == txn.Outcome(11)


def test_a_unit_that_locks_nothing_is_applied_once_too(committed: None, keys: Keys) -> None:
    """The key alone keeps it from being applied twice."""
    unit = txn.Unit(
        locks=(),
        decide=lambda rows: txn.Changes(
            answer=1, inserts=(txn.Insert(Account, {"name": "lone", "balance": 1}),)
        ),
        act=toy_act("insert"),
        terms=(),
        key=keys(),
    )
    assert [txn.execute(unit).replayed for _ in range(2)] == [False, True]
    assert balances() == [1]
