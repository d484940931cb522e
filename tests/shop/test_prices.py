"""Each change of a product's price is an entry: who, when, from what to what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.shop.actors import ACTOR, breaches, key, prices, receive, refused, stock_up
from tradepost.shop import products
from tradepost.shop.errors import AmountOutOfRange, VersionChanged
from tradepost.shop.models import PriceEntry, Product, StockEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
FIRST, SECOND = Decimal("2.50"), Decimal("3.00")


@pytest.mark.parametrize("stock", [None, 0, 10])
def test_the_first_price_is_an_entry(stock: int | None) -> None:
    """With nothing before it, whether stock is tracked or not."""
    product = stock_up(stock, price="2.50")

    assert prices(product) == [(1, None, FIRST, ACTOR)]
    assert breaches() == []


def test_each_new_price_is_an_entry() -> None:
    """Of whoever changed it; a change back is one, too."""
    product = stock_up(price="2.50")

    products.edit(product, price=SECOND, actor="ann")
    products.edit(product, name="ice", price=FIRST, actor="bob")

    assert prices(product) == [
        (1, None, FIRST, ACTOR),
        (2, FIRST, SECOND, "ann"),
        (3, SECOND, FIRST, "bob"),
    ]
    assert breaches() == []


@pytest.mark.parametrize("given", [{"name": "ice"}, {"price": FIRST}, {"price": Decimal("2.5")}])
def test_an_edit_that_keeps_the_price_makes_no_entry(given: dict[str, Any]) -> None:
    """It still is another version of the product."""
    product = stock_up(price="2.50")

    answer = products.edit(product, **given, actor=ACTOR).answer

    assert (len(prices(product)), answer.version) == (1, "1.1")


def test_a_version_does_not_count_price_entries() -> None:
    """It is made of edits and stock entries."""
    product = stock_up(10)
    answer = products.edit(product, price=SECOND, actor=ACTOR).answer
    receive(product, 1)

    row = Product.objects.get(pk=product)
    assert (answer.version, row.edit_count, row.entry_count, row.price_count) == ("1.1", 1, 2, 2)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"price": Decimal(-1)}, AmountOutOfRange),
        ({"price": SECOND, "versions": ["7.7"]}, VersionChanged),
    ],
)
def test_a_refused_price_leaves_no_entry(given: dict[str, Any], refusal: type[Exception]) -> None:
    product = stock_up()

    with refused(refusal):
        products.edit(product, **given, actor=ACTOR, key=key("k"))


def test_a_price_is_applied_once_under_its_key() -> None:
    product = stock_up()

    for _ in range(2):
        products.edit(product, price=SECOND, actor=ACTOR, key=key("k"))

    assert len(prices(product)) == 2


def test_entries_of_a_product_never_go_back_in_time() -> None:
    """Whichever kind the last one is, and whatever the database's clock says."""
    product = stock_up(10)
    later = StockEntry.objects.get().at + timedelta(days=1)
    Product.objects.filter(pk=product).update(last_entry_at=later)

    products.edit(product, price=SECOND, actor=ACTOR)
    receive(product, 1)

    assert PriceEntry.objects.get(number=2).at == later
    assert StockEntry.objects.get(number=2).at == later
    assert Product.objects.get(pk=product).updated_at < later
    assert breaches() == []
