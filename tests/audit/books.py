"""What the audit finds, and a shop whose books are honest so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.shop.actors import buy, cancel, place, register, stock_up
from tradepost.audit.report import audit
from tradepost.shop.models import Order, OrderLine, Product, StockEntry


def broken() -> dict[str, list[dict[str, Any]]]:
    """Return the breaches of each invariant that does not hold."""
    return {one.name: one.breaches for one in audit().findings if not one.holds}


@dataclass(frozen=True)
class Shop:
    """Who bought what.

    Attributes:
        tea: Ten were received; the order has three, the cancelled one had two.
        ice: Nobody counts it; one is in the order.
    """

    ann: int
    tea: int
    ice: int
    order: int
    cancelled: int


def open_shop() -> Shop:
    """Keep books: an order under the key ``k``, and a purchase that is cancelled."""
    ann = register(username="ann", uid=7)
    tea, ice = stock_up(10, price="2.50"), stock_up(None, price="1.25", name="ice")
    order = place(ann, (tea, 3), (ice, 1), key="k").answer.id
    cancelled = buy(ann, tea, 2, key="p").answer.id
    cancel(cancelled)
    return Shop(ann, tea, ice, order, cancelled)


def product(pk: int) -> Any:
    """Return a product's row, to be changed past the services."""
    return Product.objects.filter(pk=pk)


def entry(shop: Shop, number: int) -> Any:
    """Return an entry of the tea's, to be changed past the services."""
    return StockEntry.objects.filter(product_id=shop.tea, number=number)


def order(shop: Shop) -> Any:
    """Return the order that stands, to be changed past the services."""
    return Order.objects.filter(pk=shop.order)


def line(shop: Shop, number: int) -> Any:
    """Return a line of the order, to be changed past the services."""
    return OrderLine.objects.filter(order_id=shop.order, number=number)
