"""Numbers of the shop out of their ranges, and so large that they do not add up in 64 bits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from tests.audit.books import Shop, broken
from tests.shop.actors import ACTOR, place, register, stock_up
from tests.toy.off import checks_off
from tradepost.engines import Engine
from tradepost.shop import products
from tradepost.shop.models import STOCK_MAX, Order, OrderLine, StockEntry
from tradepost.shop.money import CENTS_MAX, MONEY_MAX
from tradepost.shop.stock import STOCK

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
STOCKS, QUANTITIES = "stocks are whole numbers", "quantities are whole numbers"
AMOUNTS, TOTALS = "amounts are whole cents", "orders add up"
BY_HAND = {STOCKS, QUANTITIES, AMOUNTS}


@pytest.mark.parametrize(
    ("limit", "most", "name", "places"),
    [
        ("STOCK_MAX", 2, QUANTITIES, ["order_line.quantity"]),
        (
            "CENTS_MAX",
            249,
            AMOUNTS,
            [*["order_line.price"] * 2, "price_entry.price_after"],
        ),
    ],
)
def test_a_number_outside_its_range_is_named(
    limit: str, most: int, name: str, places: list[str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a constraint keeps such rows out, the limit is lowered instead."""
    monkeypatch.setattr(f"tradepost.audit.shop.{limit}", most)

    assert [row["place"] for row in broken()[name]] == places


def test_a_stock_outside_its_range_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a product, and of an entry; and a quantity."""
    [asset] = STOCK.assets
    lower = replace(STOCK, assets=(replace(asset, limit=6),))
    monkeypatch.setattr("tradepost.audit.shop.STOCK", lower)

    assert [row["place"] for row in broken()[STOCKS]] == [
        "product.stock",
        "stock_entry.quantity",
        "stock_entry.stock_after",
    ]


def test_a_total_outside_its_range_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third table with amounts in it."""
    monkeypatch.setattr("tradepost.audit.shop.CENTS_MAX", 874)

    assert broken()[AMOUNTS] == [{"place": "shop_order.total", "id": shop.order, "found": 875}]


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("product", "stock", STOCKS),
        ("stock_entry", "stock_after", STOCKS),
        ("stock_entry", "quantity", STOCKS),
        ("order_line", "quantity", QUANTITIES),
        ("product", "price", AMOUNTS),
        ("price_entry", "price_before", AMOUNTS),
        ("price_entry", "price_after", AMOUNTS),
        ("order_line", "price", AMOUNTS),
        ("shop_order", "total", AMOUNTS),
    ],
)
def test_what_is_no_whole_number_is_named(
    table: str, column: str, name: str, shop: Shop, engine: Engine
) -> None:
    """SQLite stores any type in any column; the others refuse it themselves."""
    if engine.not_whole_sql is None:
        pytest.skip("this engine's columns hold only their own type")
    products.edit(shop.tea, price=Decimal(3), actor=ACTOR)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {column} + 0.5 WHERE {column} > 0")

    assert f"{table}.{column}" in [row["place"] for row in broken()[name]]


@pytest.mark.django_db(transaction=True)
def test_what_constraints_keep_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of nothing, and a state that nobody knows; a stock and a price may be 0."""
    placed = place(register(), (stock_up(None), 1)).answer.id
    stock_up(0, price="0.00")
    with checks_off(OrderLine, monkeypatch):
        OrderLine.objects.update(quantity=0, price=0)
        Order.objects.update(total=0)

        told = {"place": "order_line.quantity", "id": placed, "found": 0}
        assert broken() == {QUANTITIES: [told]}
    with checks_off(Order, monkeypatch):
        OrderLine.objects.all().delete()
        Order.objects.update(state="lost")

        told = {"order_id": placed, "state": "lost", "version": 1, "lines_version": 1}
        assert broken() == {"orders are in a known state": [told]}


def test_numbers_too_large_to_add_up_are_named(shop: Shop) -> None:
    """What is beyond 64 bits is told from what is right, and never an error."""
    huge = 2**63 - 1
    StockEntry.objects.update(quantity=huge)
    OrderLine.objects.update(quantity=STOCK_MAX, price=MONEY_MAX)
    Order.objects.update(total=MONEY_MAX)
    entry = {"kind": "received", "stock_after": STOCK_MAX, "actor": ACTOR, "at": NOON}
    for number in range(1, 20):
        StockEntry.objects.create(product_id=shop.ice, number=number, quantity=-huge, **entry)
    much = {"quantity": STOCK_MAX, "price": MONEY_MAX, "from_stock": True}
    for number in range(3, 20):
        OrderLine.objects.create(
            order_id=shop.order, version=1, number=number, product_id=number, **much
        )

    told = broken()

    assert {STOCKS, "stock entries add up", "no item is lost or made up"} < told.keys()
    assert [row["order_id"] for row in told[TOTALS]] == [shop.order, shop.cancelled]
    assert [row["order_id"] for row in told["orders and stock agree"]] == [shop.order] * 3
    assert told[TOTALS][1]["total_in_cents"] == CENTS_MAX


def test_a_large_total_is_checked_to_the_cent(shop: Shop) -> None:
    """Where a double would take 9999999999999999.99 and .98 for the same."""
    stock = stock_up(None, price=str(MONEY_MAX))
    large = place(shop.ann, (stock, 1)).answer.id
    assert broken() == {}

    Order.objects.filter(pk=large).update(total=MONEY_MAX - Decimal("0.01"))

    assert [row["order_id"] for row in broken()[TOTALS]] == [large]
