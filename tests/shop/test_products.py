"""Products through the services: each change of a stock is an entry."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    key,
    ledger,
    receive,
    refused,
    register,
    stock_of,
    stock_up,
)
from tradepost.shop import products, queries
from tradepost.shop.errors import (
    AmountOutOfRange,
    InsufficientQuantityError,
    NothingToChange,
    OutOfStockError,
    ProductNotFound,
    QuantityOutOfRange,
    StockNotTracked,
    StockTooLarge,
    VersionChanged,
)
from tradepost.shop.models import STOCK_MAX, Product, StockEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
KEY = key("k")


def row(product: int) -> dict[str, Any]:
    columns = ("name", "folded_name", "price", "stock", "entry_count", "edit_count", "updated_by")
    return Product.objects.values(*columns).get(pk=product)


@pytest.mark.parametrize(
    ("stock", "entries"), [(None, []), (0, []), (10, [(1, "received", 10, 10, None)])]
)
def test_a_product_begins_with_what_was_received(
    stock: int | None, entries: list[tuple[Any, ...]]
) -> None:
    """Nothing, or nobody counts it, or an entry."""
    answer = products.add("Tea", Decimal("2.5"), stock=stock, actor=ACTOR).answer

    product = answer.id
    assert ledger(product) == entries
    assert row(product) == {
        "name": "Tea",
        "folded_name": "tea",
        "price": Decimal("2.50"),
        "stock": stock,
        "entry_count": len(entries),
        "edit_count": 0,
        "updated_by": ACTOR,
    }
    told = {name: getattr(answer, name) for name in ("name", "price", "stock", "version")}
    version = f"0.{len(entries)}"
    assert told == {"name": "Tea", "price": Decimal("2.50"), "stock": stock, "version": version}


def test_products_are_counted_from_one_another() -> None:
    """Ids follow each other."""
    first = stock_up()

    assert [stock_up() for _ in range(3)] == [first + 1, first + 2, first + 3]


@pytest.mark.parametrize(
    ("price", "stock", "refusal"),
    [
        ("-0.01", None, AmountOutOfRange),
        ("0.001", None, AmountOutOfRange),
        ("1", -1, QuantityOutOfRange),
        ("1", STOCK_MAX + 1, QuantityOutOfRange),
    ],
)
def test_a_product_outside_the_limits_is_not_added(
    price: str, stock: int | None, refusal: type[Exception]
) -> None:
    """And its key stays free."""
    with refused(refusal):
        products.add("tea", Decimal(price), stock=stock, actor=ACTOR, key=KEY)


def test_a_product_at_the_limits_is_added() -> None:
    """They are inclusive."""
    product = stock_up(STOCK_MAX, price="9999999999999999.99")

    assert ledger(product) == [(1, "received", STOCK_MAX, STOCK_MAX, None)]
    assert breaches() == []


def test_name_and_price_are_edited_alone_or_together() -> None:
    """Each edit is another version, and no stock entry."""
    product = stock_up(10)

    edits: list[dict[str, Any]] = [
        {"name": "Ice"},
        {"price": Decimal("9.99")},
        {"name": "Fog", "price": Decimal(0)},
    ]
    versions = [products.edit(product, **given, actor="another").answer.version for given in edits]

    assert versions == ["1.1", "2.1", "3.1"]
    assert row(product) == {
        "name": "Fog",
        "folded_name": "fog",
        "price": Decimal("0.00"),
        "stock": 10,
        "entry_count": 1,
        "edit_count": 3,
        "updated_by": "another",
    }
    assert len(ledger(product)) == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, NothingToChange),
        ({"price": Decimal(-1)}, AmountOutOfRange),
        ({"price": Decimal("NaN")}, AmountOutOfRange),
        ({"name": "ice", "versions": ["0.0"]}, VersionChanged),
        ({"name": "ice", "versions": []}, VersionChanged),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(
    given: dict[str, Any], refusal: type[Exception]
) -> None:
    """Nothing given, no amount, another version."""
    product = stock_up(10)

    with refused(refusal):
        products.edit(product, **given, actor=ACTOR, key=KEY)


def test_a_version_changes_with_name_price_and_stock() -> None:
    """Whoever saw the product before is told, and whoever saw it as it is may change it."""
    product = stock_up(10)
    receive(product, 1)
    with refused(VersionChanged, version="0.2"):
        products.edit(product, name="ice", versions=["0.1"], actor=ACTOR)

    answer = products.edit(product, name="ice", versions=["9.9", "0.2"], actor=ACTOR).answer
    assert answer.version == "1.2"
    with refused(VersionChanged, version="1.2"):
        products.delete(product, versions=["0.2"], actor=ACTOR)
    assert products.delete(product, versions=["1.2"], actor=ACTOR).answer.version == "2.2"


def test_what_is_received_is_added_with_an_entry() -> None:
    """The answer is the entry."""
    product = stock_up(10)

    answer = receive(product, 5, reason="delivery").answer

    assert ledger(product)[1:] == [(2, "received", 5, 15, None)]
    assert stock_of(product) == 15
    told = {
        name: getattr(answer, name) for name in ("product_id", "number", "quantity", "stock_after")
    }
    assert told == {"product_id": product, "number": 2, "quantity": 5, "stock_after": 15}
    assert (answer.kind, answer.order_id, answer.reason) == ("received", None, "delivery")


def test_a_stock_that_nobody_counted_is_counted_from_what_is_received() -> None:
    """Its first entry has the number 1."""
    product = stock_up(None)

    receive(product, 5)

    assert (ledger(product), stock_of(product)) == ([(1, "received", 5, 5, None)], 5)
    assert breaches() == []


@pytest.mark.parametrize(("quantity", "after"), [(3, 13), (-4, 6), (-10, 0)])
def test_a_stock_is_corrected_either_way(quantity: int, after: int) -> None:
    """Down to nothing."""
    product = stock_up(10)

    products.adjust(product, quantity, reason="counted", actor=ACTOR)

    assert ledger(product)[1:] == [(2, "adjusted", quantity, after, None)]
    assert StockEntry.objects.values_list("reason", "actor").get(number=2) == ("counted", ACTOR)
    assert (stock_of(product), breaches()) == (after, [])


@pytest.mark.parametrize(
    ("stock", "quantity", "refusal"),
    [
        (10, 0, NothingToChange),
        (10, STOCK_MAX + 1, QuantityOutOfRange),
        (10, -STOCK_MAX - 1, QuantityOutOfRange),
        (10, STOCK_MAX, StockTooLarge),
        (10, -11, InsufficientQuantityError),
        (0, -1, OutOfStockError),
        (None, 1, StockNotTracked),
    ],
)
def test_an_adjustment_that_cannot_be_made_changes_nothing(
    stock: int | None, quantity: int, refusal: type[Exception]
) -> None:
    """Of nothing, too much, too little, of what nobody counts."""
    product = stock_up(stock)

    with refused(refusal):
        products.adjust(product, quantity, reason="no", actor=ACTOR, key=KEY)


@pytest.mark.parametrize(
    ("quantity", "refusal"),
    [
        (0, QuantityOutOfRange),
        (-1, QuantityOutOfRange),
        (STOCK_MAX + 1, QuantityOutOfRange),
        (STOCK_MAX, StockTooLarge),
    ],
)
def test_what_cannot_be_received_changes_nothing(quantity: int, refusal: type[Exception]) -> None:
    """Less than one, or more than a stock holds."""
    product = stock_up(10)

    with refused(refusal):
        receive(product, quantity, key=KEY)


def test_a_deleted_product_keeps_its_books_and_is_found_no_more() -> None:
    """Its row, its entries and its orders stay."""
    product = stock_up(10)
    order = buy(register(), product, 3).answer.id

    answer = products.delete(product, actor="another").answer

    assert (answer.stock, answer.version) == (7, "1.2")
    gone = Product.objects.get(pk=product)
    assert (gone.deleted_at is not None, gone.updated_by) == (True, "another")
    assert [entry.number for entry in queries.list_stock_entries(product, limit=9)] == [2, 1]
    assert queries.get_order(order).pk == order
    with pytest.raises(ProductNotFound):
        queries.get_product(product)
    assert breaches() == []


ACTS: list[Callable[[int], object]] = [
    lambda product: products.edit(product, name="ice", actor=ACTOR, key=KEY),
    lambda product: products.delete(product, actor=ACTOR, key=KEY),
    lambda product: receive(product, 1, key=KEY),
    lambda product: products.adjust(product, 1, reason="r", actor=ACTOR, key=KEY),
]


@pytest.mark.parametrize("act", ACTS, ids=["edit", "delete", "receive", "adjust"])
@pytest.mark.parametrize("nobody", [10**9, 2**63, 0, -1])
def test_acts_on_no_product_change_nothing(act: Callable[[int], object], nobody: int) -> None:
    """The id of no one, also one that no column holds."""
    stock_up(10)

    with refused(ProductNotFound, product=nobody):
        act(nobody)


@pytest.mark.parametrize("act", ACTS, ids=["edit", "delete", "receive", "adjust"])
def test_acts_on_a_deleted_product_change_nothing(act: Callable[[int], object]) -> None:
    """It is not there."""
    product = stock_up(10)
    products.delete(product, actor=ACTOR)

    with refused(ProductNotFound, product=product):
        act(product)
