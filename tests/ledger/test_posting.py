"""Postings over a book of three assets that the product does not have."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

import pytest

from tests.ledger.chests import (
    ACTOR,
    CHESTS,
    COUNTED,
    FOUND,
    GAVE,
    LOST,
    NOON,
    destroy,
    give,
    hour,
    make,
    post,
)
from tests.ledger.models import Chest, ChestEntry
from tradepost.ledger import Asset, Cause, Effect, Insufficient, Kind, LimitExceeded, Refusals
from tradepost.limits import WHOLE_MAX

pytestmark = pytest.mark.django_db

COLUMNS = ("number", "kind", "gold", "gold_left", "silver", "silver_after", "herbs", "herbs_after")


def entries(chest: int) -> list[tuple[object, ...]]:
    return list(ChestEntry.objects.filter(chest_id=chest).order_by("number").values_list(*COLUMNS))


def test_an_owner_opens_with_its_first_entry() -> None:
    """What is not named, there is none of."""
    chest = make(gold=5, herbs=2)

    assert entries(chest) == [(1, "made", 5, 5, 0, 0, 2, 2)]
    stored = Chest.objects.values_list("label", "gold", "silver", "herbs", "entry_count")
    assert stored.get(pk=chest) == ("new", 5, 0, 2, 1)
    assert Chest.objects.get(pk=chest).last_entry_at == NOON


def test_a_posting_changes_the_balances_and_says_so() -> None:
    """Some of the assets, of either sign."""
    chest = make(gold=5, silver=7)

    after = post(chest, {"gold": -2, "herbs": 3}, COUNTED, hour(1))

    assert after == {"gold": 3, "silver": 7, "herbs": 3}
    assert entries(chest)[1] == (2, "counted", -2, 3, 0, 7, 3, 3)
    row = Chest.objects.get(pk=chest)
    assert (row.gold, row.silver, row.herbs, row.entry_count) == (3, 7, 3, 2)
    assert row.last_entry_at == hour(1)


def test_what_is_not_tracked_yet_counts_as_nothing() -> None:
    """A null balance."""
    chest = Chest.objects.create().pk

    assert post(chest, {"herbs": 3}, FOUND) == {"gold": 0, "silver": 0, "herbs": 3}


def test_a_move_is_two_postings_that_cancel_out() -> None:
    """Each names the other."""
    one, two = make(gold=5), make(silver=9)

    assert give(one, two, {"gold": -5, "silver": 4}) == [
        {"gold": 0, "silver": 4, "herbs": 0},
        {"gold": 5, "silver": 5, "herbs": 0},
    ]

    sides = ("chest_id", "number", "kind", "counterparty_id", "counterparty_number")
    found = ChestEntry.objects.filter(number=2).order_by("chest_id").values_list(*sides)
    assert list(found) == [(one, 2, "gave", two, 2), (two, 2, "got", one, 2)]


def test_closing_leaves_nothing_but_the_ledger() -> None:
    """The last entry takes all there was."""
    chest = make(gold=5, silver=1)

    destroy(chest)

    assert not Chest.objects.exists()
    assert entries(chest)[1] == (2, "broken", -5, 0, -1, 0, 0, 0)


@pytest.mark.parametrize(
    ("deltas", "asset", "required", "available"),
    [
        ({"gold": -6}, "gold", 6, 5),
        ({"herbs": -1}, "herbs", 1, 0),
        ({"silver": -3, "gold": -6}, "silver", 3, 2),
    ],
)
def test_who_has_too_little_is_told_how_much(
    deltas: dict[str, int], asset: str, required: int, available: int
) -> None:
    """The first of the changes that cannot be made; nothing is written."""
    chest = make(gold=5, silver=2)

    with pytest.raises(Insufficient) as refusal:
        post(chest, deltas, LOST)

    facts = {"owner": chest, "asset": asset, "required": required, "available": available}
    assert refusal.value.facts == facts
    assert len(entries(chest)) == 1


@pytest.mark.parametrize(
    ("deltas", "asset", "limit"),
    [
        ({"gold": WHOLE_MAX}, "gold", WHOLE_MAX),
        ({"silver": 999}, "silver", 1000),
        ({"silver": 999, "gold": WHOLE_MAX}, "gold", WHOLE_MAX),
    ],
)
def test_a_balance_has_a_limit(deltas: dict[str, int], asset: str, limit: int) -> None:
    """Each asset its own."""
    chest = make(gold=5, silver=2)

    with pytest.raises(LimitExceeded) as refusal:
        post(chest, deltas, FOUND)

    assert (refusal.value.facts["asset"], refusal.value.facts["limit"]) == (asset, limit)


def test_a_limit_can_be_reached() -> None:
    """And all of it be taken again."""
    chest = make()

    assert post(chest, {"silver": 1000}, FOUND) == {"gold": 0, "silver": 1000, "herbs": 0}
    assert post(chest, {"silver": -1000}, LOST) == {"gold": 0, "silver": 0, "herbs": 0}


def test_a_book_says_no_in_its_domain_s_words() -> None:
    """Both refusals are the domain's own."""

    class NoRoom(LimitExceeded):
        code = "no_room"

    class Poor(Insufficient):
        code = "poor"

    book = dataclasses.replace(
        CHESTS,
        refusals=Refusals(
            insufficient=lambda *_: Poor(asset="any", required=0, available=0),
            too_large=lambda *_: NoRoom(asset="any", required=0, limit=0),
        ),
    )
    row = Chest(id=1, gold=5, silver=2)
    cause = Cause(COUNTED, NOON, ACTOR)

    with pytest.raises(Poor):
        book.post(row, {"gold": -6}, cause)
    with pytest.raises(NoRoom):
        book.post(row, {"silver": 999}, cause)


def test_a_posting_carries_what_else_changes() -> None:
    """More columns of the entry and of the owner."""
    posting = CHESTS.post(
        Chest(id=1, gold=5, silver=2),
        {},
        Cause(COUNTED, NOON, ACTOR, "renamed"),
        entry={"counterparty_id": 7},
        owner={"label": "x"},
    )

    assert posting.update.values["label"] == "x"
    assert (posting.insert.values["counterparty_id"], posting.insert.values["reason"]) == (
        7,
        "renamed",
    )


def test_an_entry_is_not_dated_before_the_one_before() -> None:
    """The clock of the database was set back, or another server's is late."""
    chest = make(hour(3), gold=5)

    post(chest, {"gold": 1}, FOUND, hour(1))

    assert ChestEntry.objects.get(chest_id=chest, number=2).at == hour(3)
    assert Chest.objects.get(pk=chest).last_entry_at == hour(3)


@pytest.mark.parametrize(("one", "two", "now"), [(2, 3, 1), (3, 2, 1), (1, 2, 3)])
def test_both_sides_of_a_move_have_the_latest_time(one: int, two: int, now: int) -> None:
    """Of the transaction and of both owners' last entries."""
    giver, taker = make(hour(one), gold=5), make(hour(two))

    give(giver, taker, {"gold": -1}, hour(now))

    assert set(ChestEntry.objects.filter(number=2).values_list("at", flat=True)) == {hour(3)}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"last_entry_at": "seen_at"}, "Chest has no seen_at"),
        ({"owner_column": "box_id"}, "ChestEntry has no box_id"),
        ({"assets": (Asset("tin"),)}, "Chest has no tin"),
        ({"assets": (Asset("gold"),)}, "ChestEntry has no gold_after"),
        ({"kinds": (GAVE,)}, "no other side has the kind gave"),
    ],
)
def test_a_book_names_columns_that_there_are(changes: dict[str, object], complaint: str) -> None:
    """A mistake in a declaration is found when it is imported."""
    with pytest.raises(ValueError, match=complaint):
        dataclasses.replace(CHESTS, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("call", [CHESTS.post, partial(CHESTS.move, Chest(id=2))])
def test_an_asset_that_there_is_not_is_a_mistake(call: Callable[..., object]) -> None:
    """Silently, nothing would be posted."""
    with pytest.raises(LookupError, match="no asset is called tin"):
        call(Chest(id=1), {"gold": 0, "tin": 1}, Cause(GAVE, NOON, ACTOR))


def test_a_book_knows_every_kind_that_its_entries_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the model lists them."""
    kinds = [(kind.name, kind.name) for kind in CHESTS.kinds]
    monkeypatch.setattr(ChestEntry._meta.get_field("kind"), "choices", kinds)
    dataclasses.replace(CHESTS)

    with pytest.raises(ValueError, match="other kinds"):
        dataclasses.replace(CHESTS, kinds=(*CHESTS.kinds, Kind("stolen", Effect.DESTROYS)))
