"""Each generated invariant of the toy's book is broken on purpose, past the ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.ledger.chests import CHESTS, COUNTED, FOUND, LOST, destroy, give, hour, make, post
from tests.ledger.models import Chest, ChestEntry
from tradepost.engines import Engine
from tradepost.ledger.invariants import invariants

pytestmark = pytest.mark.django_db

RANGE, GAP, SUM, LAST, LIFE, MOVES, CONSERVED, KINDS, TIMES = (
    "balances are whole numbers",
    "entries have no gap",
    "entries add up",
    "ledger and chests agree",
    "life begins and ends in the ledger",
    "moves cancel out",
    "nothing is lost or made up",
    "entries agree with their kinds",
    "entries never go back in time",
)


def broken(book: Any = CHESTS) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that break each invariant that does not hold."""
    found = {}
    for invariant in invariants(book, connection):
        with connection.cursor() as cursor:
            cursor.execute(invariant.broken)
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if rows:
            found[invariant.name] = rows
    return found


@pytest.fixture
def chests() -> tuple[int, int]:
    """Two chests with a history; the third was broken."""
    one, two, gone = make(gold=9, silver=5), make(herbs=4), make(gold=1)
    give(one, two, {"gold": -2, "herbs": 3}, hour(1))
    post(two, {"herbs": 6, "silver": 1}, FOUND, hour(2))
    post(two, {"silver": -1}, LOST, hour(3))
    post(one, {"gold": 1, "silver": -1}, COUNTED, hour(3))
    post(one, {}, COUNTED, hour(4))
    destroy(gone, hour(4))
    return one, two


def entry(chest: int, number: int) -> Any:
    return ChestEntry.objects.filter(chest_id=chest, number=number)


def chest(pk: int) -> Any:
    return Chest.objects.filter(pk=pk)


def test_an_honest_book_holds(chests: tuple[int, int]) -> None:
    """Also over a chest of which nobody has counted the herbs."""
    assert broken() == {}


def test_an_empty_book_holds() -> None:
    """Nothing is lost where nothing ever was."""
    assert broken() == {}


Break = Callable[[int, int], object]


def all_that_was_granted(one: int, _two: int) -> None:
    """As if more had been there from the beginning."""
    for number in range(1, 5):
        row = entry(one, number).get()
        changes = {"gold": row.gold + 1} if number == 1 else {}
        entry(one, number).update(gold_left=row.gold_left + 1, **changes)


def half_a_move(one: int, _two: int) -> None:
    row = entry(one, 2).get()
    entry(one, 2).update(counterparty_id=row.counterparty_id + 100)


def other_kind_of_move(_one: int, two: int) -> None:
    entry(two, 2).update(kind="gave")


def moved_more(one: int, two: int) -> None:
    """More herbs than were given."""
    entry(one, 2).update(herbs=4, herbs_after=4)
    entry(one, 3).update(herbs_after=4)
    entry(one, 4).update(herbs_after=4)
    chest(one).update(herbs=4)


BREACHES: list[tuple[str, Break, set[str]]] = [
    ("a balance past the ledger", lambda a, _: chest(a).update(gold=9), {LAST, CONSERVED}),
    ("the third asset, too", lambda _, b: chest(b).update(herbs=8), {LAST, CONSERVED}),
    ("a balance forgotten", lambda _, b: chest(b).update(herbs=None), {LAST, CONSERVED}),
    ("entries miscounted", lambda a, _: chest(a).update(entry_count=3), {LAST}),
    ("an entry lost", lambda a, _: entry(a, 3).delete(), {GAP, SUM, CONSERVED}),
    ("the first entry lost", lambda a, _: entry(a, 1).delete(), {GAP, SUM, CONSERVED}),
    ("the last entry lost", lambda a, _: entry(a, 4).delete(), {LAST}),
    ("an owner lost", lambda a, _: chest(a).delete(), {LIFE, CONSERVED}),
    ("made twice", lambda a, _: entry(a, 4).update(kind="made"), {LIFE}),
    ("not made", lambda a, _: entry(a, 1).update(kind="found"), {LIFE}),
    ("broken, and still there", lambda a, _: entry(a, 4).update(kind="broken"), {LIFE}),
    ("a wrong balance", lambda a, _: entry(a, 3).update(silver_after=5), {SUM}),
    ("granted past the chest", all_that_was_granted, {LAST, CONSERVED}),
    ("half a move", half_a_move, {MOVES}),
    ("two that gave", other_kind_of_move, {MOVES, KINDS}),
    ("more got than given", moved_more, {MOVES, CONSERVED}),
    (
        "a side without another",
        lambda a, _: entry(a, 2).update(counterparty_id=None, counterparty_number=None),
        {MOVES},
    ),
    (
        "another side of what is no move",
        lambda a, b: entry(a, 3).update(counterparty_id=b, counterparty_number=2),
        {MOVES},
    ),
    ("found less", lambda _, b: entry(b, 4).update(kind="found"), {KINDS}),
    ("lost more", lambda _, b: entry(b, 3).update(kind="lost"), {KINDS}),
    ("found nothing", lambda a, _: entry(a, 4).update(kind="found"), {KINDS}),
    ("an unknown kind", lambda a, _: entry(a, 3).update(kind="stolen"), {KINDS}),
    ("an earlier time", lambda a, _: entry(a, 3).update(at=hour(0)), {TIMES}),
]


@pytest.mark.parametrize(
    ("spoil", "named"), [one[1:] for one in BREACHES], ids=[b[0] for b in BREACHES]
)
def test_a_breach_is_named(spoil: Break, named: set[str], chests: tuple[int, int]) -> None:
    """By the invariants that it breaks, and by no others."""
    spoil(*chests)

    assert broken().keys() == named


def test_an_owner_without_entries_is_named(chests: tuple[int, int]) -> None:
    """One who never was opened."""
    Chest.objects.create()

    assert broken().keys() == {LAST}


def test_a_number_beyond_an_asset_s_limit_is_named(chests: tuple[int, int]) -> None:
    """Owners', entries', and changes of either sign; with the column."""
    one, _ = chests
    silver = dataclasses.replace(CHESTS.assets[1], limit=4)
    book = dataclasses.replace(CHESTS, assets=(CHESTS.assets[0], silver, CHESTS.assets[2]))

    rows = broken(book)[RANGE]

    assert [(row["place"], row["chest"], row["found"]) for row in rows] == [
        ("toy_chest_entry.silver", one, 5),
        ("toy_chest_entry.silver_after", one, 5),
        ("toy_chest_entry.silver_after", one, 5),
    ]


def test_what_is_no_whole_number_is_named(chests: tuple[int, int], engine: Engine) -> None:
    """SQLite stores any type in any column; the others refuse it themselves."""
    if engine.not_whole_sql is None:
        pytest.skip("this engine's columns hold only their own type")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE toy_chest SET herbs = 2.5 WHERE id = %s", [chests[0]])

    assert [row["place"] for row in broken()[RANGE]] == ["toy_chest.herbs"]


def test_a_breach_tells_the_numbers(chests: tuple[int, int]) -> None:
    """Of every asset."""
    one, _ = chests
    chest(one).update(gold=9)

    assert broken()[LAST] == [
        {
            "chest": one,
            "entries_counted": 4,
            "last_number": 4,
            "gold": 9,
            "gold_in_ledger": 8,
            "silver": 4,
            "silver_in_ledger": 4,
            "herbs": -3 + 6,
            "herbs_in_ledger": 3,
        }
    ]
    [row] = broken()[CONSERVED]
    assert {name: str(value) for name, value in row.items()} == {
        "asset": "gold",
        "there_are": "11",
        "created": "11",
        "destroyed": "1",
    }


def test_sums_beyond_64_bits_are_compared_exactly() -> None:
    """A double would take them for the same."""
    most = CHESTS.assets[0].limit
    row = {"number": 1, "kind": "made", "silver": 0, "silver_after": 0, "herbs": 0}
    row |= {"herbs_after": 0, "actor": "a", "at": hour(0), "gold": most, "gold_left": most}
    made = Chest.objects.bulk_create(
        [Chest(gold=most, herbs=0, entry_count=1, last_entry_at=hour(0)) for _ in range(1030)],
        batch_size=200,
    )
    ids = Chest.objects.order_by("pk").values_list("pk", flat=True)
    ChestEntry.objects.bulk_create([ChestEntry(chest_id=pk, **row) for pk in ids], batch_size=50)
    assert len(made) * most > 2**63
    assert broken() == {}

    chest(ids[0]).update(gold=most - 1)

    assert broken().keys() == {LAST, CONSERVED}


def test_every_invariant_has_been_broken() -> None:
    """A new one without such a test fails this one."""
    tried = set[str]().union(*(named for *_, named in BREACHES), {RANGE})

    assert {one.name for one in invariants(CHESTS, connection)} == tried


def test_a_book_without_moves_or_lives_claims_nothing_of_them() -> None:
    """Owners who have no entries are fine there."""
    kinds = tuple(kind for kind in CHESTS.kinds if kind in (FOUND, LOST, COUNTED))
    book = dataclasses.replace(CHESTS, kinds=kinds)

    names = {one.name for one in invariants(book, connection)}

    assert names.isdisjoint({LIFE, MOVES})
    Chest.objects.create()
    assert broken(book) == {}
