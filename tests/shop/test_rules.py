"""The rules of the shop, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.shop import rules
from tradepost.shop.errors import (
    NobodyNamed,
    OrderNotFound,
    OrderNotPlaced,
    PriceChanged,
    QuantityOutOfRange,
    TotalTooLarge,
    VersionChanged,
)
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX
from tradepost.shop.money import CENTS_MAX, MONEY_MAX, from_cents
from tradepost.shop.rules import Buyer, LineRequest

pytestmark = pytest.mark.once
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Placed:
    """An order, as far as the rules know one."""

    state: str
    id: int = 3


@dataclass(frozen=True)
class Kept:
    """A customer, as far as the rules know one."""

    deleted_at: datetime | None


def test_requests_for_one_product_are_merged() -> None:
    """In the order in which the products are first named."""
    requested = [LineRequest(5, 2), LineRequest(3), LineRequest(5, 4)]

    assert list(rules.merge_quantities(requested).items()) == [(5, 6), (3, 1)]


@pytest.mark.parametrize(
    ("quantities", "told"),
    [
        ([0], 0),
        ([-1], -1),
        ([STOCK_MAX + 1], STOCK_MAX + 1),
        ([STOCK_MAX, 1], STOCK_MAX + 1),
        ([3, 0], 0),
    ],
)
def test_a_quantity_is_from_one_to_the_largest_stock(quantities: list[int], told: int) -> None:
    """Alone, and together."""
    with pytest.raises(QuantityOutOfRange) as refusal:
        rules.merge_quantities([LineRequest(5, quantity) for quantity in quantities])

    assert refusal.value.facts == {"quantity": told, "least": 1, "limit": STOCK_MAX}


def test_the_largest_quantity_may_be_requested() -> None:
    """And nothing at all: the list may be empty."""
    assert rules.merge_quantities([LineRequest(5, STOCK_MAX)]) == {5: STOCK_MAX}
    assert rules.merge_quantities([]) == {}


@pytest.mark.parametrize(
    "buyer", [Buyer(id=1), Buyer(username="ann"), Buyer(uid=1), Buyer(username="ann", uid=1)]
)
def test_a_buyer_is_named_one_way(buyer: Buyer) -> None:
    """By id, or by what another system knows."""
    rules.check_buyer(buyer)


@pytest.mark.parametrize(
    "buyer", [Buyer(), Buyer(id=1, username="ann"), Buyer(id=1, uid=1), Buyer(1, "ann", 1)]
)
def test_a_buyer_is_not_named_in_two_ways_or_none(buyer: Buyer) -> None:
    """Which would be right?"""
    with pytest.raises(NobodyNamed):
        rules.check_buyer(buyer)


@pytest.mark.parametrize("expected", [None, Decimal("2.50"), Decimal("2.5")])
def test_an_expected_price_is_fine(expected: Decimal | None) -> None:
    """The same amount, however it is written."""
    rules.check_price(7, Decimal("2.50"), expected)


@pytest.mark.parametrize("expected", ["2.49", "2.51", "0"])
def test_another_price_than_expected_is_refused(expected: str) -> None:
    """A lower one as well."""
    with pytest.raises(PriceChanged) as refusal:
        rules.check_price(7, Decimal("2.50"), Decimal(expected))

    assert refusal.value.facts == {"product": 7, "expected": expected, "price": "2.50"}


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ([], "0.00"),
        ([(3, "2.50"), (1, "1.25")], "8.75"),
        ([(STOCK_MAX, "0.01")], "90071992547409.91"),
        ([(1, str(MONEY_MAX)), (5, "0")], str(MONEY_MAX)),
    ],
)
def test_a_total_is_the_exact_sum(lines: list[tuple[int, str]], total: str) -> None:
    """With two places."""
    assert str(rules.total([(many, Decimal(price)) for many, price in lines])) == total


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([(1, MONEY_MAX), (1, Decimal("0.01"))], "10000000000000000.00"),
        ([(STOCK_MAX, MONEY_MAX)], "90071992547409909909928007452590.09"),
    ],
)
def test_a_total_beyond_the_largest_amount_is_refused(
    lines: list[tuple[int, Decimal]], told: str
) -> None:
    """Told to the cent, of 34 digits."""
    with pytest.raises(TotalTooLarge) as refusal:
        rules.total(lines)

    assert refusal.value.facts == {"total": told, "limit": "9999999999999999.99"}


@given(st.lists(st.tuples(st.integers(1, STOCK_MAX), st.integers(0, CENTS_MAX)), max_size=5))
def test_totals_are_those_of_whole_numbers(lines: list[tuple[int, int]]) -> None:
    """Whatever is ordered: exact, or refused."""
    whole = sum(many * price for many, price in lines)
    try:
        total = rules.total([(many, from_cents(price)) for many, price in lines])
    except TotalTooLarge:
        assert whole > CENTS_MAX
    else:
        assert total == from_cents(whole)


def test_only_a_placed_order_can_be_changed() -> None:
    """A cancelled one stays as it is."""
    rules.check_placed(Placed("placed"))
    with pytest.raises(OrderNotPlaced) as refusal:
        rules.check_placed(Placed("cancelled"))

    assert refusal.value.facts == {"order": 3, "state": "cancelled"}


@pytest.mark.parametrize(
    ("state", "customer"),
    [("cancelled", Kept(None)), ("placed", Kept(NOON)), ("placed", None)],
    ids=["cancelled", "of who was deleted", "of nobody"],
)
def test_an_order_that_does_not_stand_is_not_there(state: str, customer: Kept | None) -> None:
    """For who asks for standing ones."""
    rules.check_open(Placed("placed"), Kept(None))
    with pytest.raises(OrderNotFound) as refusal:
        rules.check_open(Placed(state), customer)

    assert refusal.value.facts == {"order": 3}


@pytest.mark.parametrize("versions", [None, ["2"], {"1", "2"}])
def test_a_version_is_among_those_wanted(versions: list[str] | None) -> None:
    """Or any is wanted."""
    rules.check_version("2", versions)


@pytest.mark.parametrize("versions", [[], ["1"], {"1", "3"}, ["02"]])
def test_another_version_is_refused(versions: list[str]) -> None:
    """With the one that there is."""
    with pytest.raises(VersionChanged) as refusal:
        rules.check_version("2", versions)

    assert refusal.value.facts == {"version": "2"}


@pytest.mark.parametrize(
    ("name", "folded"),
    [("TEA", "tea"), ("Grüße", "grüsse"), ("ß" * NAME_MAX_LENGTH, "s" * NAME_MAX_LENGTH)],
)
def test_a_name_is_searched_without_case(name: str, folded: str) -> None:
    """And fits its column, whatever folding makes of it."""
    assert rules.folded(name) == folded


def test_usernames_are_told_apart_by_their_bytes() -> None:
    """Case, accents, blanks and forms of Unicode make another customer."""
    names = ["ann", "Ann", "ánn", "a\u0301nn", "ann ", ""]

    assert len({rules.digest(name) for name in names}) == len(names)
    assert {len(rules.digest(name)) for name in names} == {64}
