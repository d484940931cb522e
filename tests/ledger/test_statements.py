"""Statements over the toy's book: pages, filters, and balances at a point in time."""

from __future__ import annotations

import pytest

from tests.ledger.chests import CHESTS, COUNTED, FOUND, LOST, NOON, hour, make, post
from tradepost.ledger import EntryFilter, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def chest() -> int:
    """A chest with six entries, the last two of the same time."""
    chest = make(gold=5)
    make(gold=100)
    post(chest, {"silver": 1}, FOUND, hour(1))
    post(chest, {"gold": -1}, LOST, hour(2), actor="ann")
    post(chest, {"herbs": 2}, COUNTED, hour(3))
    post(chest, {"gold": 7}, FOUND, hour(4), actor="ann")
    post(chest, {"gold": -2}, LOST, hour(4))
    return chest


def numbers(chest: int, wanted: EntryFilter = statements.EVERY) -> list[int]:
    page = statements.list_entries(CHESTS, chest, limit=10, filters=wanted)
    return [one.number for one in page]


def test_pages_follow_each_other(chest: int) -> None:
    """The newest first, from below a number."""
    first = statements.list_entries(CHESTS, chest, limit=4)
    second = statements.list_entries(CHESTS, chest, limit=4, before=first[-1].number)

    assert [one.number for one in first] == [6, 5, 4, 3]
    assert [one.number for one in second] == [2, 1]
    assert (first[0].gold, first[0].gold_left) == (-2, 9)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EntryFilter(), [6, 5, 4, 3, 2, 1]),
        (EntryFilter(kinds=[FOUND.name, COUNTED.name]), [5, 4, 2]),
        (EntryFilter(kinds=[]), []),
        (EntryFilter(actor="ann"), [5, 3]),
        (EntryFilter(since=hour(3)), [6, 5, 4]),
        (EntryFilter(until=hour(3)), [3, 2, 1]),
        (EntryFilter(since=hour(1), until=hour(4)), [4, 3, 2]),
        (EntryFilter(kinds=[LOST.name], actor="ann", since=NOON, until=hour(9)), [3]),
    ],
)
def test_entries_are_filtered(chest: int, wanted: EntryFilter, found: list[int]) -> None:
    """By kind, by actor, and from a time on to before another."""
    assert numbers(chest, wanted) == found


@pytest.mark.parametrize("size", [1, 2, 6, 7])
def test_all_entries_come_page_by_page(chest: int, size: int) -> None:
    """The oldest first, each once."""
    pages = list(statements.each_page(CHESTS, chest, size=size))

    assert [one.number for page in pages for one in page] == [1, 2, 3, 4, 5, 6]
    assert max(len(page) for page in pages) == min(size, 6)


@pytest.mark.parametrize(
    ("hours", "balances"),
    [
        (-1, None),
        (0, (5, 0, 0)),
        (1.5, (5, 1, 0)),
        (2, (4, 1, 0)),
        (3, (4, 1, 2)),
        (4, (9, 1, 2)),
        (99, (9, 1, 2)),
    ],
)
def test_a_balance_at_a_time(
    chest: int, hours: float, balances: tuple[int, int, int] | None
) -> None:
    """With all that happened then; None before there was anything."""
    found = statements.balance_at(CHESTS, chest, hour(hours))

    assert found == (balances and dict(zip(("gold", "silver", "herbs"), balances, strict=True)))


@pytest.mark.parametrize("owner", [10**9, 2**63])
def test_no_one_s_statement_is_empty(owner: int) -> None:
    """Also of an id that no column holds."""
    assert statements.list_entries(CHESTS, owner, limit=1) == []
    assert list(statements.each_page(CHESTS, owner)) == []
    assert statements.balance_at(CHESTS, owner, NOON) is None
