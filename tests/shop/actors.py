"""Products, customers and orders by a word each, and all that the shop's tables hold."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tradepost import txn
from tradepost.audit.report import audit
from tradepost.shop import customers, orders, products
from tradepost.shop.acts import id_of
from tradepost.shop.models import Customer, Order, OrderLine, PriceEntry, Product, StockEntry
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.txn.models import Receipt

ACTOR = "tester"
MODELS = (Customer, Product, StockEntry, PriceEntry, Order, OrderLine, Receipt)


def key(value: str | None) -> txn.Key | None:
    """Return an idempotency key."""
    return None if value is None else txn.Key(ACTOR, value)


def stock_up(stock: int | None = 10, *, price: str = "2.50", name: str = "tea") -> int:
    """Add a product, and return its id."""
    return id_of(products.add(name, Decimal(price), stock=stock, actor=ACTOR).answer)


def register(name: str = "Ann", **named: Any) -> int:
    """Register a customer, and return the id."""
    return id_of(customers.register(name, **named, actor=ACTOR).answer)


def place(
    customer: int | Buyer, *requested: tuple[int, int] | LineRequest, **call: Any
) -> txn.Outcome:
    """Order some of each product."""
    buyer = customer if isinstance(customer, Buyer) else Buyer(id=customer)
    named = key(call.pop("key", None))
    return orders.place(buyer, requests(requested), actor=ACTOR, key=named, **call)


def requests(requested: Iterable[tuple[int, int] | LineRequest]) -> list[LineRequest]:
    """Return what is requested, where pairs are a product and a quantity."""
    return [one if isinstance(one, LineRequest) else LineRequest(*one) for one in requested]


def buy(customer: int | Buyer, product: int, quantity: int = 1, **call: Any) -> txn.Outcome:
    """Order one product."""
    buyer = customer if isinstance(customer, Buyer) else Buyer(id=customer)
    named = key(call.pop("key", None))
    return orders.purchase(buyer, LineRequest(product, quantity), actor=ACTOR, key=named, **call)


def change(order: int, *requested: tuple[int, int] | LineRequest, **call: Any) -> txn.Outcome:
    """Order something else instead."""
    return orders.change(order, requests(requested), actor=ACTOR, **call)


def cancel(order: int, **call: Any) -> txn.Outcome:
    """Cancel an order."""
    return orders.cancel(order, actor=ACTOR, **call)


def receive(product: int, quantity: int, **call: Any) -> txn.Outcome:
    """Add to a stock."""
    return products.receive(product, quantity, actor=ACTOR, **call)


def stock_of(product: int) -> int | None:
    """Return how many there are of a product."""
    return Product.objects.values_list("stock", flat=True).get(pk=product)


def ledger(product: int) -> list[tuple[Any, ...]]:
    """Return a product's stock entries: number, kind, quantity, stock after, order."""
    entries = StockEntry.objects.filter(product_id=product).order_by("number")
    return list(entries.values_list("number", "kind", "quantity", "stock_after", "order_id"))


def prices(product: int) -> list[tuple[Any, ...]]:
    """Return a product's price entries: number, price before, price after, actor."""
    entries = PriceEntry.objects.filter(product_id=product).order_by("number")
    return list(entries.values_list("number", "price_before", "price_after", "actor"))


def head(order: int) -> tuple[Any, ...]:
    """Return an order's state, total, whether that was stated, version, and that of its lines."""
    columns = ("state", "total", "total_stated", "version", "lines_version")
    return Order.objects.values_list(*columns).get(pk=order)


def lines(order: int) -> list[tuple[Any, ...]]:
    """Return an order's current lines: product, quantity, price, from stock."""
    version = Order.objects.values_list("lines_version", flat=True).get(pk=order)
    found = OrderLine.objects.filter(order_id=order, version=version).order_by("number")
    return list(found.values_list("product_id", "quantity", "price", "from_stock"))


def shown(outcome: txn.Outcome) -> list[tuple[int, int, str]]:
    """Return the lines that were answered: product, quantity, price."""
    return [(line.product_id, line.quantity, str(line.price)) for line in outcome.answer.lines]


def everything() -> dict[str, list[Any]]:
    """Return every row there is, to compare before and after."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for model in MODELS
    }


@contextlib.contextmanager
def refused(kind: type[Exception], **facts: object) -> Iterator[None]:
    """See to it that the block is refused, with these facts, and leaves every row as it was."""
    before = everything()
    with pytest.raises(kind) as caught:
        yield
    told = getattr(caught.value, "facts", {})
    assert facts == {name: told[name] for name in facts}
    assert everything() == before


def breaches() -> list[str]:
    """Return the names of the invariants that do not hold."""
    return [finding.name for finding in audit().findings if not finding.holds]
