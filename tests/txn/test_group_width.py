"""Groups wider than any statement: every row is written once, and every id is told right."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Account, Note
from tests.toy.sent import commits
from tests.toy.state import balances
from tests.toy.units import add, get_or_create, move, open_many, rename
from tradepost import txn
from tradepost.engines.defaults import STATEMENT_PARAMETERS, STATEMENT_ROWS
from tradepost.txn import group
from tradepost.txn.models import Receipt

Keys = Callable[[], txn.Key]
UNITS = 1200
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


@pytest.fixture
def many(committed: None) -> list[int]:
    """As many accounts as units, with 5 each."""
    Account.objects.bulk_create(Account(name=f"many-{n}", balance=5) for n in range(UNITS))
    return list(Account.objects.order_by("pk").values_list("pk", flat=True))


def test_the_groups_here_are_wider_than_statements() -> None:
    """In rows and in parameters."""
    assert max(STATEMENT_PARAMETERS, STATEMENT_ROWS) < UNITS


def test_updates_inserts_and_receipts_of_many_units_are_exact(many: list[int], keys: Keys) -> None:
    """Each passes 1 to its neighbour under a key of its own: one commit, nothing lost."""
    units = [move(pk, many[place - 1], 1, keys()) for place, pk in enumerate(many)]
    with commits() as done:
        results = group.execute_group(units)
    # The first to give has nothing from its neighbour yet, the last has already got it.
    first, last = {"source": 4, "target": 6}, {"source": 5, "target": 5}
    between = {"source": 4, "target": 5}
    assert results[0] == txn.Outcome(first)
    assert results[1:-1] == [txn.Outcome(between)] * (UNITS - 2)
    assert (results[-1], len(done)) == (txn.Outcome(last), 1)
    assert balances() == [5] * UNITS
    assert list(Note.objects.order_by("pk").values_list("account", flat=True)) == many
    stored = {receipt.key: receipt.answer for receipt in Receipt.objects.all()}
    assert stored == {
        unit.key.value: result.answer
        for unit, result in zip(units, results, strict=True)
        if unit.key and isinstance(result, txn.Outcome)
    }


def test_a_wide_group_is_replayed_from_its_receipts(many: list[int], keys: Keys) -> None:
    """So many keys are looked up at once, and nothing happens again."""
    units = [add(pk, 1, keys()) for pk in many]
    first = group.execute_group(units)
    again = group.execute_group(units)
    assert first == [txn.Outcome(6)] * UNITS
    assert again == [txn.Outcome(6, replayed=True)] * UNITS
    assert balances() == [6] * UNITS


def test_ids_of_rows_that_many_units_make_are_told_each_its_own(committed: None) -> None:
    """Some of one row, some of several: the answers name the rows with the names given."""
    units = [
        open_many([f"many-{n}-{place}" for place in range(3)]) if n % 7 == 0 else made(n)
        for n in range(UNITS)
    ]
    results = group.execute_group(units)
    ids = dict(Account.objects.values_list("name", "pk"))
    for n, result in enumerate(results):
        if n % 7 == 0:
            answer = [ids[f"many-{n}-{place}"] for place in range(3)]
            assert result == txn.Outcome(answer)
        else:
            assert result == txn.Outcome({"id": ids[f"one-{n}"], "made": True})
    assert len(ids) == UNITS + 2 * len(range(0, UNITS, 7))
    assert sorted(ids.values()) == [pk for _, pk in sorted(ids.items(), key=in_order)]


# What an array's text, or a statement's, might take for something else.
ODD = [
    "",
    "NULL",
    "null",
    '"',
    "\\",
    '\\"',
    "{a,b}",
    "a,b",
    " ",
    "a  b",
    "%s",
    "'",
    "\t",
    "🪙",
    "é",
]


def test_odd_texts_come_back_as_they_were_from_wherever_they_were_written(
    committed: None, keys: Keys
) -> None:
    """In names, keys and answers of one group; times and their absence come back, too."""
    times = [None if place % 2 else NOON for place in range(len(ODD))]
    units = [
        dataclasses.replace(named(10**6 + place, f"{place}:{text}", time), key=key_of(place, text))
        for place, (text, time) in enumerate(zip(ODD, times, strict=True))
    ]
    results = group.execute_group(units)
    texts = [f"{place}:{text}" for place, text in enumerate(ODD)]
    assert results == [txn.Outcome(text) for text in texts]
    stored = Account.objects.order_by("pk").values_list("name", "changed_at")
    assert list(stored) == list(zip(texts, times, strict=True))
    kept = {(one.key, one.answer) for one in Receipt.objects.all()}
    assert kept == {(key_of(place, text).value, texts[place]) for place, text in enumerate(ODD)}
    again = group.execute_group(
        [dataclasses.replace(unit, decide=add(0, 0).decide) for unit in units]
    )
    assert again == [txn.Outcome(text, replayed=True) for text in texts]


def named(pk: int, name: str, time: datetime | None) -> txn.Unit:
    """Return a unit that makes an account with all of these."""
    new = txn.Insert(Account, {"id": pk, "name": name, "changed_at": time})
    return txn.Unit(
        locks=(),
        decide=lambda _: txn.Changes(answer=name, inserts=(new,)),
        act=toy_act("name"),
        terms=(name,),
    )


def key_of(place: int, text: str) -> txn.Key:
    return txn.Key("tester", f"{text}{place}{text}")


def test_names_that_a_group_changes_are_those_it_was_given(committed: None) -> None:
    """In one update of many rows, odd texts as well."""
    pks = [Account.objects.create(name=f"old-{place}").pk for place in range(len(ODD))]
    names = [f"{place}:{text}" for place, text in enumerate(ODD)]
    results = group.execute_group([rename(pk, name) for pk, name in zip(pks, names, strict=True)])
    assert results == [txn.Outcome(name) for name in names]
    assert list(Account.objects.order_by("pk").values_list("name", flat=True)) == names


def test_answers_that_together_exceed_a_packet_are_stored(committed: None, keys: Keys) -> None:
    """Twenty outcomes of a megabyte each, in one group: all are done, and told again."""
    a = Account.objects.create(name="a").pk
    answers = [letter * 2**20 for letter in string.ascii_letters[:20]]

    def answering(answer: str) -> txn.Unit:
        unit = add(a, 1, keys())
        return dataclasses.replace(
            unit, decide=lambda rows: dataclasses.replace(unit.decide(rows), answer=answer)
        )

    units = [answering(answer) for answer in answers]
    assert group.execute_group(units) == [txn.Outcome(answer) for answer in answers]
    assert group.execute_group(units) == [txn.Outcome(answer, replayed=True) for answer in answers]
    assert balances() == [20]


def made(n: int) -> txn.Unit:
    return get_or_create(f"one-{n}", n)


def in_order(item: tuple[str, int]) -> tuple[int, ...]:
    """Sort names by the unit that made them, then by their place in it."""
    return tuple(int(part) for part in item[0].split("-")[1:])
