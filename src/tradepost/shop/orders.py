"""Orders: place, change, cancel. A purchase is an order of one product."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Unpack

from tradepost import txn
from tradepost.shop import acts, buyers, money, rules
from tradepost.shop import lines as order_lines
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.models import Order
from tradepost.shop.revisions import CANCELLED, PLACED, Revision
from tradepost.shop.rows import product_lock
from tradepost.shop.rules import Buyer, LineRequest

# Each product is a row to lock.
LINES_MAX = 1000


def place(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    **call: Unpack[txn.Call],
) -> txn.Outcome[OrderAnswer]:
    """Order products, all or nothing.

    Args:
        requested: Lines of the same product are merged. Callers allow up to `LINES_MAX` lines.
        stated: The client's total, from 0.00 to `MONEY_MAX`; None for the sum of the lines.

    Raises:
        NobodyNamed, QuantityOutOfRange, AmountOutOfRange: A value is invalid.
        CustomerNotFound, ProductNotFound: There is no such customer or product.
        CustomerExists: Username and uid belong to two customers.
        OutOfStockError: A product's stock is 0.
        InsufficientQuantityError: A product's stock is less than the quantity.
        PriceChanged: A product has another price than expected.
        TotalTooLarge: The total would be above `MONEY_MAX`.
    """
    one = unit(buyer, requested, stated=stated, actor=call["actor"], key=call.get("key"))
    return txn.execute(one, **txn.options_of(call))


def purchase(
    buyer: Buyer, request: LineRequest, **call: Unpack[txn.Call]
) -> txn.Outcome[OrderAnswer]:
    """Order one product; see `place`."""
    actor, key = call["actor"], call.get("key")
    one = unit(buyer, (request,), act=acts.PURCHASE, actor=actor, key=key)
    return txn.execute(one, **txn.options_of(call))


def unit(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    act: txn.Act[acts.NewOrder, OrderAnswer] = acts.PLACE_ORDER,
    actor: str,
    key: txn.Key | None = None,
) -> txn.Unit[OrderAnswer]:
    """Return the unit that places an order; see `place`."""
    rules.check_buyer(buyer)
    products = rules.merge_quantities(requested)
    total = None if stated is None else money.exact(stated)
    terms = acts.NewOrder(buyer, requested, total)
    return txn.Unit(
        locks=(*buyers.locks(buyer), *map(product_lock, products)),
        decide=lambda rows: _placed(rows, terms, actor),
        act=act,
        terms=terms,
        key=key,
    )


def change(
    order_id: int,
    requested: Sequence[LineRequest],
    *,
    versions: Collection[str] | None = None,
    **call: Unpack[txn.Call],
) -> txn.Outcome[OrderAnswer]:
    """Replace an order's lines; the difference is taken from stock or returned to it.

    A product that is already in the order keeps its price.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
        Refusal: See `place`.
    """
    products = rules.merge_quantities(requested)
    allowed = rules.sorted_versions(versions)
    terms = acts.OrderEdit(id=order_id, versions=allowed, lines=requested)

    def revise(rows: txn.Rows, order: OrderAnswer) -> OrderAnswer:
        lines = order_lines.make(rows, requested, order.lines)
        return replace(order, lines=lines, total=order_lines.total(lines), total_stated=False)

    change = Revision(acts.CHANGE_ORDER, terms, revise, call, products=products)
    return change.execute()


def cancel(
    order_id: int,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    **call: Unpack[txn.Call],
) -> txn.Outcome[OrderAnswer]:
    """Cancel an order, and put what it took back into stock.

    Args:
        open_only: Whether to treat an order that is not open as not found.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be cancelled.
        StockTooLarge: A stock would be above `STOCK_MAX`.
    """
    terms = acts.Target(id=order_id, versions=rules.sorted_versions(versions))

    def revise(_rows: txn.Rows, order: OrderAnswer) -> OrderAnswer:
        return replace(order, state=CANCELLED)

    change = Revision(acts.CANCEL_ORDER, terms, revise, call, open_only=open_only)
    return change.execute()


def override_total(
    order_id: int,
    total: Decimal,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    **call: Unpack[txn.Call],
) -> txn.Outcome[OrderAnswer]:
    """Set an order's total, whatever its lines cost; see `cancel`.

    Raises:
        AmountOutOfRange: The total is out of range.
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
    """
    total, allowed = money.exact(total), rules.sorted_versions(versions)
    terms = acts.TotalOverride(id=order_id, versions=allowed, total=total)

    def revise(_rows: txn.Rows, order: OrderAnswer) -> OrderAnswer:
        return replace(order, total=total, total_stated=True)

    change = Revision(acts.OVERRIDE_TOTAL, terms, revise, call, open_only=open_only)
    return change.execute()


def _placed(rows: txn.Rows, terms: acts.NewOrder, actor: str) -> txn.Changes[OrderAnswer]:
    customer = buyers.identify(rows, terms.buyer, actor)
    lines = order_lines.make(rows, terms.lines)
    total = order_lines.total(lines) if terms.total is None else terms.total
    is_stated, now = terms.total is not None, rows.now
    order = txn.Insert(
        Order,
        {
            "customer_id": customer.id,
            "state": PLACED,
            "total": total,
            "total_stated": is_stated,
            "created_at": now,
            "updated_at": now,
            "updated_by": actor,
        },
    )
    updates, entries = order_lines.post_stock(rows, (), lines, order=order.id, actor=actor)

    def answer() -> OrderAnswer:
        order_id, customer_id = order.id.value, txn.known_id(customer.id)
        return OrderAnswer(order_id, customer_id, PLACED, total, is_stated, "1", lines, now, now)

    return txn.Changes(
        answer=txn.Deferred(answer),
        updates=(*customer.updates, *updates),
        inserts=(*customer.inserts, order, *order_lines.inserts(order.id, 1, lines), *entries),
    )
