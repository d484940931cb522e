"""Orders: place, change, cancel; and a purchase, which is an order of one product."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Unpack

from tradepost import txn
from tradepost.shop import acts, buyers, money, rules
from tradepost.shop import lines as order_lines
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.models import Order
from tradepost.shop.revisions import CANCELLED, PLACED, Content, Revision, answer
from tradepost.shop.rows import product_lock
from tradepost.shop.rules import Buyer, Conditions, LineRequest

# Each product is a row to lock.
LINES_MAX = 1000


def place(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[OrderAnswer]:
    """Order products, all or nothing.

    Args:
        requested: Lines of the same product are merged. Callers allow up to `LINES_MAX`.
        stated: The client's total, from 0.00 to `MONEY_MAX`; None for the sum of the lines.

    Raises:
        NobodyNamed, QuantityOutOfRange, AmountOutOfRange: A value makes no sense.
        CustomerNotFound, ProductNotFound: There is no such customer or product.
        CustomerExists: Username and uid belong to two customers.
        OutOfStockError: A product's stock is 0.
        InsufficientQuantityError: A product's stock is less than the quantity.
        PriceChanged: A product has another price than expected.
        TotalTooLarge: The total would be above `MONEY_MAX`.
    """
    return txn.execute(unit(buyer, requested, stated=stated, actor=actor, key=key), **options)


def purchase(
    buyer: Buyer,
    request: LineRequest,
    *,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[OrderAnswer]:
    """Order one product; see `place`."""
    one = unit(buyer, (request,), act=acts.PURCHASE, actor=actor, key=key)
    return txn.execute(one, **options)


def unit(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    act: txn.Act[acts.PlaceOrder, OrderAnswer] = acts.PLACE_ORDER,
    actor: str,
    key: txn.Key | None = None,
) -> txn.Unit[OrderAnswer]:
    """Return the unit that places an order; see `place`."""
    rules.check_buyer(buyer)
    quantities = rules.merge_quantities(requested)
    if stated is not None:
        stated = money.from_cents(money.cents(stated))
    return txn.Unit(
        locks=(*buyers.locks(buyer), *(product_lock(product_id) for product_id in quantities)),
        decide=lambda rows: _placed(rows, buyer, requested, stated, actor=actor),
        act=act,
        terms=acts.PlaceOrder(buyer, requested, stated),
        key=key,
    )


def change(
    order_id: int,
    requested: Sequence[LineRequest],
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[OrderAnswer]:
    """Replace an order's lines; the difference is taken from stock or returned to it.

    A product that is already in the order keeps its price.

    Args:
        versions: The versions that may be changed; None allows any.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
        Refusal: See `place`.
    """
    quantities = rules.merge_quantities(requested)

    def revise(rows: txn.Rows, order: Content) -> Content:
        lines = order_lines.make(rows, requested, order.lines)
        return replace(order, lines=lines, total=order_lines.total(lines), total_stated=False)

    return Revision(
        order_id=order_id,
        revise=revise,
        conditions=Conditions(versions),
        actor=actor,
        act=acts.CHANGE_ORDER,
        terms=acts.ChangeOrder(order_id, requested, rules.sorted_versions(versions)),
        key=key,
        products=quantities,
    ).execute(**options)


def cancel(
    order_id: int,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[OrderAnswer]:
    """Cancel an order, and return what it took to stock.

    Args:
        versions: The versions that may be cancelled; None allows any.
        open_only: Treat an order that is not open as not found.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be cancelled.
        StockTooLarge: A stock would be above `STOCK_MAX`.
    """

    def revise(_rows: txn.Rows, order: Content) -> Content:
        return replace(order, state=CANCELLED)

    return Revision(
        order_id=order_id,
        revise=revise,
        conditions=Conditions(versions, open_only),
        actor=actor,
        act=acts.CANCEL_ORDER,
        terms=acts.CancelOrder(order_id, rules.sorted_versions(versions)),
        key=key,
    ).execute(**options)


def override_total(
    order_id: int,
    total: Decimal,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[OrderAnswer]:
    """Set an order's total, whatever its lines cost.

    Args:
        versions: The versions that may be changed; None allows any.
        open_only: Treat an order that is not open as not found.

    Raises:
        AmountOutOfRange: The total is out of range.
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
    """
    total = money.from_cents(money.cents(total))

    def revise(_rows: txn.Rows, order: Content) -> Content:
        return replace(order, total=total, total_stated=True)

    return Revision(
        order_id=order_id,
        revise=revise,
        conditions=Conditions(versions, open_only),
        actor=actor,
        act=acts.OVERRIDE_TOTAL,
        terms=acts.OverrideTotal(order_id, total, rules.sorted_versions(versions)),
        key=key,
    ).execute(**options)


def _placed(
    rows: txn.Rows,
    buyer: Buyer,
    requested: Sequence[LineRequest],
    stated: Decimal | None,
    *,
    actor: str,
) -> txn.Changes[OrderAnswer]:
    customer = buyers.identify(rows, buyer, actor)
    lines = order_lines.make(rows, requested)
    total = order_lines.total(lines) if stated is None else stated
    content = Content(PLACED, total, stated is not None, lines)
    now = rows.now
    order = txn.Insert(
        Order,
        {
            "customer_id": customer.id,
            "state": PLACED,
            "total": total,
            "total_stated": stated is not None,
            "version": 1,
            "lines_version": 1,
            "created_at": now,
            "updated_at": now,
            "updated_by": actor,
        },
    )
    changes = order_lines.stock_changes((), lines)
    updates, entries = order_lines.post_stock(rows, changes, order=order.id, actor=actor)
    return txn.Changes(
        answer=txn.Deferred(lambda: answer(order.id, customer.id, content, 1, now, now)),
        updates=(*customer.updates, *updates),
        inserts=(*customer.inserts, order, *order_lines.inserts(order.id, 1, lines), *entries),
    )
