"""Orders: place, change, cancel; and a purchase, an order of one product."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from tradepost import txn
from tradepost.shop import customers, money, rules
from tradepost.shop import lines as order_lines
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.lines import Line
from tradepost.shop.models import Order, OrderState
from tradepost.shop.rules import Buyer, Conditions, LineRequest
from tradepost.shop.stock import product_lock

PLACE, PURCHASE, CHANGE = "place order", "purchase", "change order"
CANCEL, OVERRIDE_TOTAL = "cancel order", "restate order"
PLACED, CANCELLED = OrderState.PLACED.value, OrderState.CANCELLED.value
SHOWN = ("id", "customer_id", "state", "total", "total_stated", "created_at")
# As many products as an order may have: each is a row that it locks.
LINES_MAX = 1000


def place(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Order products, all or none, and return the order.

    Args:
        requested: Those of one product count together; callers bound how many by `LINES_MAX`.
        stated: The total that the client states, from 0.00 to `MONEY_MAX`; else it is the sum
            of quantities times prices.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Raises:
        NobodyNamed, QuantityOutOfRange, AmountOutOfRange: A value makes no sense.
        CustomerNotFound, ProductNotFound: Somebody, or something, is not there.
        CustomerExists: Username and number are two customers'.
        OutOfStockError: Nothing is left of a product.
        InsufficientQuantityError: Less is left of a product than is asked for.
        PriceChanged: A product costs something else than was expected.
        TotalTooLarge: The order would cost more than an amount can hold.
    """
    return txn.execute(unit(buyer, requested, stated=stated, actor=actor, key=key), **call)


def purchase(
    buyer: Buyer, wish: LineRequest, *, actor: str, key: txn.Key | None = None, **call: Any
) -> txn.Outcome:
    """Order one product, and return the order; see `place`."""
    return txn.execute(unit(buyer, (wish,), act=PURCHASE, actor=actor, key=key), **call)


def unit(
    buyer: Buyer,
    requested: Sequence[LineRequest],
    *,
    stated: Decimal | None = None,
    act: str = PLACE,
    actor: str,
    key: txn.Key | None = None,
) -> txn.Unit:
    """Return the unit that places an order; see `place`."""
    rules.check_buyer(buyer)
    quantities = rules.merge_quantities(requested)
    if stated is not None:
        stated = money.from_cents(money.cents(stated))

    def decide(rows: txn.Rows) -> txn.Changes:
        customer, made = customers.identify(rows, buyer, actor)
        lines = [order_lines.wanted(rows, None, one, many) for one, many in quantities.items()]
        order_lines.check_prices(lines, requested)
        order = txn.Insert(
            Order,
            {
                "customer_id": customer,
                "state": PLACED,
                "total": order_lines.total(lines) if stated is None else stated,
                "total_stated": stated is not None,
                "version": 1,
                "lines_version": 1,
                "created_at": rows.now,
                "updated_at": rows.now,
                "updated_by": actor,
            },
        )
        moves = {product: -quantity for product, quantity in order_lines.taken(lines).items()}
        updates, entries = order_lines.stock_moved(rows, moves, order=order.id, actor=actor)
        return txn.Changes(
            answer=_shown(order.values | {"id": order.id}, lines),
            updates=(*made.updates, *updates),
            inserts=(*made.inserts, order, *order_lines.inserts(order.id, 1, lines), *entries),
        )

    locks = [product_lock(product_id) for product_id in quantities]
    terms = (list(buyer), _listed(requested), None if stated is None else str(stated))
    return txn.Unit(
        locks=(*customers.buyer_locks(buyer), *locks),
        decide=decide,
        act=act,
        terms=terms,
        key=key,
    )


def change(
    order_id: int,
    requested: Sequence[LineRequest],
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Order something else instead, and return the order.

    A product that was in the order keeps its price, and what is taken back is in stock again.

    Args:
        versions: The versions that are fine to change; None where any is.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
        Refusal: See `place`.
    """
    quantities = rules.merge_quantities(requested)

    def decide(rows: txn.Rows, order: txn.Row, before: Sequence[Line]) -> txn.Changes:
        was = {line.product: line for line in before}
        lines = [
            order_lines.wanted(rows, was.get(one), one, many) for one, many in quantities.items()
        ]
        order_lines.check_prices(lines, requested)
        moves = order_lines.taken(before)
        for product_id, quantity in order_lines.taken(lines).items():
            moves[product_id] = moves.get(product_id, 0) - quantity
        new = order.version + 1
        values = {
            "total": order_lines.total(lines),
            "total_stated": False,
            "lines_version": new,
        }
        inserts = order_lines.inserts(order.id, new, lines)
        return _rewritten(rows, order, values, lines, moves, inserts, actor=actor)

    terms = (order_id, _listed(requested), None if versions is None else sorted(versions))
    return _execute(order_id, quantities, decide, Conditions(versions), CHANGE, terms, key, call)


def cancel(
    order_id: int,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Cancel an order, put back what it took from stock, and return it.

    Args:
        open_only: Refuse one that was cancelled, or whose customer was taken away, as not found.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be cancelled.
        StockTooLarge: There would be more of a product than a stock can hold.
    """

    def decide(rows: txn.Rows, order: txn.Row, lines: Sequence[Line]) -> txn.Changes:
        return _rewritten(
            rows, order, {"state": CANCELLED}, lines, order_lines.taken(lines), (), actor=actor
        )

    terms = (order_id, None if versions is None else sorted(versions))
    wanted = Conditions(versions, open_only)
    return _execute(order_id, (), decide, wanted, CANCEL, terms, key, call)


def override_total(
    order_id: int,
    total: Decimal,
    *,
    versions: Collection[str] | None = None,
    open_only: bool = False,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """State another total for an order, and return the order.

    Args:
        open_only: Refuse one that was cancelled, or whose customer was taken away, as not found.

    Raises:
        AmountOutOfRange: The total is outside its limits.
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
    """
    total = money.from_cents(money.cents(total))

    def decide(rows: txn.Rows, order: txn.Row, lines: Sequence[Line]) -> txn.Changes:
        values = {"total": total, "total_stated": True}
        return _rewritten(rows, order, values, lines, {}, (), actor=actor)

    terms = (order_id, str(total), None if versions is None else sorted(versions))
    wanted = Conditions(versions, open_only)
    return _execute(order_id, (), decide, wanted, OVERRIDE_TOTAL, terms, key, call)


def _execute(
    order_id: int,
    wished: Collection[int],
    decide: Callable[[txn.Rows, txn.Row, Sequence[Line]], txn.Changes],
    wanted: Conditions,
    act: str,
    terms: Sequence[Any],
    key: txn.Key | None,
    call: dict[str, Any],
) -> txn.Outcome:
    """Execute a decision over a placed order, its lines and all products that it may move."""
    lock = txn.RowLock(Order, order_id)

    def build() -> txn.Unit:
        seen = order_lines.read(order_id, call.get("using", "default"))
        owner = customers.buyer_locks(Buyer(id=seen.customer_id)) if wanted.open_only else ()

        def checked(rows: txn.Rows) -> txn.Changes:
            order = rows.get(lock)
            if order is None:
                raise OrderNotFound(order=order_id)
            if order.lines_version != seen.version:
                raise txn.StaleRead
            for named in owner:
                rules.check_open(order, rows.get(named))
            rules.check_version(str(order.version), wanted.versions)
            rules.check_placed(order)
            return decide(rows, order, seen.lines)

        products = dict.fromkeys((*(line.product for line in seen.lines), *wished))
        locks = [product_lock(product_id) for product_id in products]
        return txn.Unit(locks=(lock, *owner, *locks), decide=checked, act=act, terms=terms, key=key)

    return txn.execute_rebuilding(build, **call)


def _rewritten(
    rows: txn.Rows,
    order: txn.Row,
    values: dict[str, Any],
    lines: Sequence[Line],
    moves: dict[int, int],
    inserts: Sequence[txn.Insert],
    *,
    actor: str,
) -> txn.Changes:
    """Return the changes of a placed order, with the order as answer."""
    stamp = {"version": order.version + 1, "updated_at": rows.now, "updated_by": actor}
    values = values | stamp
    updates, entries = order_lines.stock_moved(rows, moves, order=order.id, actor=actor)
    was = {name: getattr(order, name) for name in SHOWN}
    return txn.Changes(
        answer=_shown(was | values, lines),
        updates=(txn.Update(txn.RowLock(Order, order.id), values), *updates),
        inserts=(*inserts, *entries),
    )


def _shown(values: dict[str, Any], lines: Sequence[Line]) -> dict[str, Any]:
    """Return what is answered of an order."""
    return {
        "id": values["id"],
        "customer_id": values["customer_id"],
        "state": values["state"],
        "total": str(values["total"]),
        "total_stated": values["total_stated"],
        "version": str(values["version"]),
        "lines": [
            {"product_id": line.product, "quantity": line.quantity, "price": str(line.price)}
            for line in lines
        ],
        "created_at": values["created_at"].isoformat(),
        "updated_at": values["updated_at"].isoformat(),
    }


def _listed(requested: Sequence[LineRequest]) -> list[list[Any]]:
    """Return requested as JSON values."""
    return [
        [product, quantity, None if price is None else str(price)]
        for product, quantity, price in requested
    ]
