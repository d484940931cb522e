"""An order's lines: what they take from stock, what they cost, how they are read and written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tradepost import txn
from tradepost.limits import ID_MAX
from tradepost.shop import rules
from tradepost.shop.models import Order, OrderLine
from tradepost.shop.rules import LineRequest
from tradepost.shop.stock import RETURNED, SOLD, moved, on_sale, product_lock


class Line(NamedTuple):
    """So many of one product, at the price they had.

    Attributes:
        from_stock: Whether they were taken from a stock.
    """

    product: int
    quantity: int
    price: Decimal
    from_stock: bool


class Seen(NamedTuple):
    """What a unit over an order is built from; without an order, nothing.

    Attributes:
        version: The one that the lines are of.
    """

    customer_id: int | None = None
    version: int | None = None
    lines: Sequence[Line] = ()


def read(order_id: int, using: str) -> Seen:
    """Return what an order and its lines are before they are locked."""
    if order_id > ID_MAX:
        return Seen()
    orders = Order.objects.using(using).filter(pk=order_id)
    order = orders.values_list("customer_id", "lines_version").first()
    if order is None:
        return Seen()
    customer_id, version = order
    found = OrderLine.objects.using(using).filter(order_id=order_id, version=version)
    columns = ("product_id", "quantity", "price", "from_stock")
    lines = [Line(*row) for row in found.order_by("number").values_list(*columns)]
    return Seen(customer_id, version, lines)


def wanted(rows: txn.Rows, was: Line | None, product_id: int, quantity: int) -> Line:
    """Return the line of a product that is, or is not, in the order already."""
    # Fewer can be had also of a product that was taken away, and are from where they were.
    if was is not None and quantity <= was.quantity:
        return was._replace(quantity=quantity)
    product = on_sale(rows, product_id)
    price = product.price if was is None else was.price
    return Line(product_id, quantity, price, product.stock is not None)


def check_prices(lines: Sequence[Line], requested: Sequence[LineRequest]) -> None:
    """Refuse prices that are not those expected.

    Raises:
        PriceChanged: One is not.
    """
    prices = {line.product: line.price for line in lines}
    for wish in requested:
        rules.check_price(wish.product, prices[wish.product], wish.expected_price)


def total(lines: Sequence[Line]) -> Decimal:
    """Return what the lines cost together.

    Raises:
        TotalTooLarge: More than an amount can hold.
    """
    return rules.total([(line.quantity, line.price) for line in lines])


def taken(lines: Sequence[Line]) -> dict[int, int]:
    """Return how many of each product were taken from its stock."""
    return {line.product: line.quantity for line in lines if line.from_stock}


def stock_moved(
    rows: txn.Rows, moves: dict[int, int], *, order: int | txn.NewId, actor: str
) -> tuple[list[txn.Update], list[txn.Insert]]:
    """Return the updates and entries of stocks that an order changes."""
    updates, entries = [], []
    for product_id, quantity in moves.items():
        if quantity == 0:
            continue
        product = rows.get(product_lock(product_id))
        kind = SOLD if quantity < 0 else RETURNED
        update, entry = moved(product, quantity, kind=kind, at=rows.now, actor=actor, order=order)
        updates.append(update)
        entries.append(entry)
    return updates, entries


def inserts(order: int | txn.NewId, version: int, lines: Sequence[Line]) -> list[txn.Insert]:
    """Return the rows of lines that belong to this version of an order."""
    return [
        txn.Insert(
            OrderLine,
            {
                "order_id": order,
                "version": version,
                "number": number,
                "product_id": line.product,
                "quantity": line.quantity,
                "price": line.price,
                "from_stock": line.from_stock,
            },
        )
        for number, line in enumerate(lines, start=1)
    ]
