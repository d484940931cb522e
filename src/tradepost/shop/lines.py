"""Order lines: read, priced, and written; and the stock that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tradepost import txn
from tradepost.limits import ID_MAX
from tradepost.shop import rules, stock
from tradepost.shop.acts import LineAnswer
from tradepost.shop.models import Order, OrderLine
from tradepost.shop.rows import product_lock, require_product
from tradepost.shop.rules import LineRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of one product at the price it had when ordered.

    Attributes:
        from_stock: Whether the quantity was taken from a tracked stock.
    """

    product: int
    quantity: int
    price: Decimal
    from_stock: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order's customer and lines before its row was locked; empty if there is no order.

    Attributes:
        lines_version: The order's `lines_version` when the lines were read.
    """

    customer_id: int | None = None
    lines_version: int | None = None
    lines: Sequence[Line] = ()


def read(order_id: int, using: str) -> Snapshot:
    """Return an order's customer and lines, without locking anything."""
    if order_id > ID_MAX:
        return Snapshot()
    orders = Order.objects.using(using).filter(pk=order_id)
    order = orders.values_list("customer_id", "lines_version").first()
    if order is None:
        return Snapshot()
    customer_id, version = order
    found = OrderLine.objects.using(using).filter(order_id=order_id, version=version)
    columns = ("product_id", "quantity", "price", "from_stock")
    lines = [Line(*row) for row in found.order_by("number").values_list(*columns)]
    return Snapshot(customer_id, version, lines)


def make(
    rows: txn.Rows, requested: Sequence[LineRequest], before: Sequence[Line] = ()
) -> list[Line]:
    """Return the lines for what is requested, one per product.

    Args:
        before: The order's current lines. A product in them keeps its price.

    Raises:
        ProductNotFound: There is no such product, or not enough of a deleted one in ``before``.
        PriceChanged: A product has another price than expected.
    """
    current = {line.product: line for line in before}
    lines = [
        _line(rows, current.get(product_id), product_id, quantity)
        for product_id, quantity in rules.merge_quantities(requested).items()
    ]
    prices = {line.product: line.price for line in lines}
    for request in requested:
        rules.check_price(request.product, prices[request.product], request.expected_price)
    return lines


def total(lines: Sequence[Line]) -> Decimal:
    """Return the sum of the lines.

    Raises:
        TotalTooLarge: The sum is above `MONEY_MAX`.
    """
    return rules.total([(line.quantity, line.price) for line in lines])


def stock_changes(before: Sequence[Line], after: Sequence[Line]) -> dict[int, int]:
    """Return by how much each product's stock changes when an order's lines do."""
    changes = {line.product: line.quantity for line in before if line.from_stock}
    for line in after:
        if line.from_stock:
            changes[line.product] = changes.get(line.product, 0) - line.quantity
    return {product_id: quantity for product_id, quantity in changes.items() if quantity}


def post_stock(
    rows: txn.Rows, changes: Mapping[int, int], *, order: txn.Id, actor: str
) -> tuple[list[txn.Update], list[txn.Insert]]:
    """Return the updates and stock entries of an order's stock changes.

    Raises:
        OutOfStockError, InsufficientQuantityError: There is not enough of a product.
        StockTooLarge: A stock would be above `STOCK_MAX`.
    """
    updates, entries = [], []
    for product_id, quantity in changes.items():
        product = rows.get(product_lock(product_id))
        if product is None:
            raise LookupError(f"order {order} took stock of product {product_id}, which is gone")
        kind = stock.SOLD if quantity < 0 else stock.RETURNED
        update, entry = stock.post(
            product, quantity, kind=kind, at=rows.now, actor=actor, order=order
        )
        updates.append(update)
        entries.append(entry)
    return updates, entries


def inserts(order: txn.Id, version: int, lines: Sequence[Line]) -> list[txn.Insert]:
    """Return the rows of an order's lines."""
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


def answers(lines: Sequence[Line]) -> tuple[LineAnswer, ...]:
    """Return the lines as an order's answer has them."""
    return tuple(LineAnswer(line.product, line.quantity, line.price) for line in lines)


def _line(rows: txn.Rows, current: Line | None, product_id: int, quantity: int) -> Line:
    # An order may keep what it has of a deleted product, or part of it.
    if current is not None and quantity <= current.quantity:
        return replace(current, quantity=quantity)
    product = require_product(rows, product_id)
    price = product.price if current is None else current.price
    return Line(product_id, quantity, price, product.stock is not None)
