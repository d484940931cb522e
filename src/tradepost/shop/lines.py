"""Reads, prices and writes order lines, and posts the stock that they take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tradepost import txn
from tradepost.ledger import Cause
from tradepost.limits import ID_MAX
from tradepost.shop import rules, stock
from tradepost.shop.acts import Line
from tradepost.shop.models import Order, OrderLine
from tradepost.shop.rows import product_lock, require_product
from tradepost.shop.rules import LineRequest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order's customer and lines before its row was locked; empty if there is no order.

    Attributes:
        lines_version: The order's `lines_version` when the lines were read.
    """

    customer_id: int | None = None
    lines_version: int | None = None
    lines: tuple[Line, ...] = ()


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
    lines = tuple(Line(*row) for row in found.order_by("number").values_list(*columns))
    return Snapshot(customer_id, version, lines)


def make(
    rows: txn.Rows, requested: Sequence[LineRequest], before: Sequence[Line] = ()
) -> tuple[Line, ...]:
    """Return the lines for what is requested, one per product.

    Args:
        before: The order's current lines. A product in them keeps its price.

    Raises:
        ProductNotFound: There is no such product, or it is deleted. An order may keep the quantity
            it has of a deleted product, or less.
        PriceChanged: A product has another price than expected.
    """
    current = {line.product_id: line for line in before}
    lines = {}
    for product_id, quantity in rules.merge_quantities(requested).items():
        line = current.get(product_id)
        if line is None or quantity > line.quantity:
            product = require_product(rows, product_id)
            price = product.price if line is None else line.price
            lines[product_id] = Line(product_id, quantity, price, product.stock is not None)
        else:
            lines[product_id] = replace(line, quantity=quantity)
    for request in requested:
        price = lines[request.product].price
        rules.check_price(request.product, price, request.expected_price)
    return tuple(lines.values())


def total(lines: Iterable[Line]) -> Decimal:
    """Return the sum of the lines, or raise `TotalTooLarge`."""
    return rules.total([(line.quantity, line.price) for line in lines])


def post_stock(
    rows: txn.Rows,
    before: Iterable[Line],
    after: Iterable[Line],
    *,
    order: txn.Id,
    actor: str,
) -> tuple[list[txn.Update], list[txn.Insert]]:
    """Return the updates and entries of the stocks that a change of an order's lines affects.

    Raises:
        OutOfStockError, InsufficientQuantityError: A stock is less than the quantity taken.
        StockTooLarge: A stock would be above `STOCK_MAX`.
    """
    changes = {line.product_id: line.quantity for line in before if line.from_stock}
    for line in after:
        if line.from_stock:
            changes[line.product_id] = changes.get(line.product_id, 0) - line.quantity
    updates, entries = [], []
    for product_id, quantity in changes.items():
        product = rows.get(product_lock(product_id))
        if product is None or quantity == 0:
            continue
        cause = Cause(stock.SOLD if quantity < 0 else stock.RETURNED, rows.now, actor)
        posting = stock.post(product, quantity, cause, order=order)
        updates.append(posting.update)
        entries.append(posting.insert)
    return updates, entries


def inserts(order: txn.Id, version: int, lines: Iterable[Line]) -> list[txn.Insert]:
    """Return the rows of an order's lines."""
    return [
        txn.Insert(
            OrderLine,
            {
                "order_id": order,
                "version": version,
                "number": number,
                "product_id": line.product_id,
                "quantity": line.quantity,
                "price": line.price,
                "from_stock": line.from_stock,
            },
        )
        for number, line in enumerate(lines, start=1)
    ]
