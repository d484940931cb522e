"""Each invariant of price entries is broken on purpose, past the services; the audit names it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.audit.books import Shop, broken, product
from tests.shop.actors import ACTOR
from tradepost.shop import products
from tradepost.shop.models import PriceEntry

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
GAP, CHAIN = "price entries have no gap", "price entries follow each other"
AGREE, ORPHANS = "price entries and products agree", "nothing is orphaned"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, where tea was 2.50, then 3.00, then 2.00."""
    for price in (3, 2):
        products.edit(shop.tea, price=Decimal(price), actor=ACTOR)
    return shop


def entry(shop: Shop, number: int) -> Any:
    """Return a price entry of the tea's, to be changed past the services."""
    return PriceEntry.objects.filter(product_id=shop.tea, number=number)


def no_product(shop: Shop) -> None:
    entry(shop, 3).update(product_id=10**9, number=1, price_before=None)
    entry(shop, 2).update(price_after=Decimal(2))
    product(shop.tea).update(price_count=2)


Break = Callable[[Shop], object]
BREACHES: list[tuple[str, Break, set[str]]] = [
    ("an entry lost", lambda s: entry(s, 2).delete(), {GAP, CHAIN}),
    ("the first entry lost", lambda s: entry(s, 1).delete(), {GAP, CHAIN}),
    ("the last entry lost", lambda s: entry(s, 3).delete(), {AGREE}),
    ("all entries lost", lambda s: PriceEntry.objects.all().delete(), {AGREE}),
    ("another number", lambda s: entry(s, 3).update(number=4), {GAP, AGREE}),
    ("another old price", lambda s: entry(s, 2).update(price_before=Decimal(1)), {CHAIN}),
    ("no old price", lambda s: entry(s, 2).update(price_before=None), {CHAIN}),
    ("an old price before the first", lambda s: entry(s, 1).update(price_before=0), {CHAIN}),
    ("another new price", lambda s: entry(s, 2).update(price_after=Decimal(1)), {CHAIN}),
    ("another last price", lambda s: entry(s, 3).update(price_after=Decimal(1)), {AGREE}),
    ("a price without an entry", lambda s: product(s.tea).update(price=Decimal(1)), {AGREE}),
    ("entries miscounted", lambda s: product(s.tea).update(price_count=2), {AGREE}),
    ("an entry before its predecessor", lambda s: entry(s, 2).update(at=NOON), {CHAIN}),
    ("an entry of no product", no_product, {ORPHANS}),
]


def test_honest_prices_hold(shop: Shop) -> None:
    assert broken() == {}


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(spoil, named) for _, spoil, named in BREACHES],
    ids=[name for name, *_ in BREACHES],
)
def test_a_breach_is_named(spoil: Break, named: set[str], shop: Shop) -> None:
    """By the invariants that it breaks, and by no others."""
    spoil(shop)

    assert broken().keys() == named


def test_a_breach_shows_the_prices_that_differ(shop: Shop) -> None:
    """In cents."""
    entry(shop, 2).update(price_before=Decimal(1))

    [row] = broken()[CHAIN]
    assert row["product_id"] == shop.tea
    assert row["number"] == 2
    assert (row["previous_price_in_cents"], row["price_before_in_cents"]) == (250, 100)
