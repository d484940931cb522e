"""Orders: place, change, cancel; and a purchase, an order of one product."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tradepost import txn
from tradepost.limits import ID_MAX
from tradepost.shop import customers, money, rules
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.models import Order, OrderLine, OrderState
from tradepost.shop.rules import Buyer, Wish
from tradepost.shop.stock import RETURNED, SOLD, moved, on_sale, product_lock

PLACE, PURCHASE, CHANGE = "place order", "purchase", "change order"
CANCEL, RESTATE = "cancel order", "restate order"
PLACED, CANCELLED = OrderState.PLACED.value, OrderState.CANCELLED.value
SHOWN = ("id", "customer_id", "state", "total", "total_stated", "created_at")
# As many products as an order may have: each is a row that it locks.
LINES_MAX = 1000


class Line(NamedTuple):
    """So many of one product, at the price they had.

    Attributes:
        from_stock: Whether they were taken from a stock.
    """

    product: int
    quantity: int
    price: Decimal
    from_stock: bool


def place(
    buyer: Buyer,
    wishes: Sequence[Wish],
    *,
    stated: Decimal | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Order products, all or none, and return the order.

    Args:
        wishes: At most 1,000; those of one product count together.
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
    return txn.execute(unit(buyer, wishes, stated=stated, actor=actor, key=key), **call)


def purchase(
    buyer: Buyer, wish: Wish, *, actor: str, key: txn.Key | None = None, **call: Any
) -> txn.Outcome:
    """Order one product, and return the order; see `place`."""
    return txn.execute(unit(buyer, (wish,), act=PURCHASE, actor=actor, key=key), **call)


def unit(
    buyer: Buyer,
    wishes: Sequence[Wish],
    *,
    stated: Decimal | None = None,
    act: str = PLACE,
    actor: str,
    key: txn.Key | None = None,
) -> txn.Unit:
    """Return the unit that places an order; see `place`."""
    rules.check_buyer(buyer)
    quantities = rules.together(wishes)
    if stated is not None:
        stated = money.from_cents(money.cents(stated))

    def decide(rows: txn.Rows) -> txn.Changes:
        customer, made = customers.identify(rows, buyer, actor)
        lines = [_changed(rows, None, one, many) for one, many in quantities.items()]
        _check_prices(lines, wishes)
        sum_of_lines = _total(lines)
        order = txn.Insert(
            Order,
            {
                "customer_id": customer,
                "state": PLACED,
                "total": sum_of_lines if stated is None else stated,
                "total_stated": stated is not None,
                "version": 1,
                "lines_version": 1,
                "created_at": rows.now,
                "updated_at": rows.now,
                "updated_by": actor,
            },
        )
        moves = {product: -quantity for product, quantity in _taken(lines).items()}
        updates, entries = _moved(rows, moves, order=order.id, actor=actor)
        return txn.Changes(
            answer=_shown(order.values | {"id": order.id}, lines),
            updates=(*made.updates, *updates),
            inserts=(*made.inserts, order, *_inserts(order.id, 1, lines), *entries),
        )

    locks = [product_lock(product_id) for product_id in quantities]
    terms = (list(buyer), _listed(wishes), None if stated is None else str(stated))
    return txn.Unit(
        locks=(*customers.buyer_locks(buyer), *locks),
        decide=decide,
        act=act,
        terms=terms,
        key=key,
    )


def change(
    order_id: int,
    wishes: Sequence[Wish],
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
    quantities = rules.together(wishes)

    def decide(rows: txn.Rows, order: txn.Row, before: Sequence[Line]) -> txn.Changes:
        was = {line.product: line for line in before}
        lines = [_changed(rows, was.get(one), one, many) for one, many in quantities.items()]
        _check_prices(lines, wishes)
        moves = _taken(before)
        for product_id, quantity in _taken(lines).items():
            moves[product_id] = moves.get(product_id, 0) - quantity
        new = order.version + 1
        values = {
            "total": _total(lines),
            "total_stated": False,
            "lines_version": new,
        }
        inserts = _inserts(order.id, new, lines)
        return _rewritten(rows, order, values, lines, moves, inserts, actor=actor)

    terms = (order_id, _listed(wishes), None if versions is None else sorted(versions))
    return _execute(order_id, quantities, decide, versions, CHANGE, terms, key, call)


def cancel(
    order_id: int,
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Cancel an order, put back what it took from stock, and return it.

    Raises:
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be cancelled.
        StockTooLarge: There would be more of a product than a stock can hold.
    """

    def decide(rows: txn.Rows, order: txn.Row, lines: Sequence[Line]) -> txn.Changes:
        return _rewritten(rows, order, {"state": CANCELLED}, lines, _taken(lines), (), actor=actor)

    terms = (order_id, None if versions is None else sorted(versions))
    return _execute(order_id, (), decide, versions, CANCEL, terms, key, call)


def restate(
    order_id: int,
    total: Decimal,
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """State another total for an order, and return the order.

    Raises:
        AmountOutOfRange: The total is outside its limits.
        OrderNotFound, OrderNotPlaced, VersionChanged: The order cannot be changed.
    """
    total = money.from_cents(money.cents(total))

    def decide(rows: txn.Rows, order: txn.Row, lines: Sequence[Line]) -> txn.Changes:
        values = {"total": total, "total_stated": True}
        return _rewritten(rows, order, values, lines, {}, (), actor=actor)

    terms = (order_id, str(total), None if versions is None else sorted(versions))
    return _execute(order_id, (), decide, versions, RESTATE, terms, key, call)


def _execute(
    order_id: int,
    wished: Collection[int],
    decide: Callable[[txn.Rows, txn.Row, Sequence[Line]], txn.Changes],
    versions: Collection[str] | None,
    act: str,
    terms: Sequence[Any],
    key: txn.Key | None,
    call: dict[str, Any],
) -> txn.Outcome:
    """Execute a decision over a placed order, its lines and all products that it may move."""
    lock = txn.RowLock(Order, order_id)

    def build() -> txn.Unit:
        lines_version, lines = _read(order_id, call.get("using", "default"))

        def checked(rows: txn.Rows) -> txn.Changes:
            order = rows.get(lock)
            if order is None:
                raise OrderNotFound(order=order_id)
            if order.lines_version != lines_version:
                raise txn.Outdated
            rules.check_version(str(order.version), versions)
            rules.check_placed(order)
            return decide(rows, order, lines)

        products = dict.fromkeys((*(line.product for line in lines), *wished))
        locks = [product_lock(product_id) for product_id in products]
        return txn.Unit(locks=(lock, *locks), decide=checked, act=act, terms=terms, key=key)

    return txn.execute_built(build, **call)


def _read(order_id: int, using: str) -> tuple[int | None, list[Line]]:
    """Return an order's lines and the version that they are of; None where there is no order."""
    if order_id > ID_MAX:
        return None, []
    orders = Order.objects.using(using).filter(pk=order_id)
    version = orders.values_list("lines_version", flat=True).first()
    if version is None:
        return None, []
    found = OrderLine.objects.using(using).filter(order_id=order_id, version=version)
    columns = ("product_id", "quantity", "price", "from_stock")
    return version, [Line(*row) for row in found.order_by("number").values_list(*columns)]


def _changed(rows: txn.Rows, was: Line | None, product_id: int, quantity: int) -> Line:
    """Return the line of a product that is, or is not, in the order already."""
    if was is not None and was.quantity == quantity:
        return was
    product = rows.get(product_lock(product_id))
    # Less can be had also of a product that was taken away.
    if was is None or product is None or quantity > was.quantity:
        product = on_sale(rows, product_id)
    price = product.price if was is None else was.price
    return Line(product_id, quantity, price, product.stock is not None)


def _check_prices(lines: Sequence[Line], wishes: Sequence[Wish]) -> None:
    prices = {line.product: line.price for line in lines}
    for wish in wishes:
        rules.check_price(wish.product, prices[wish.product], wish.expected_price)


def _total(lines: Sequence[Line]) -> Decimal:
    return rules.total([(line.quantity, line.price) for line in lines])


def _taken(lines: Sequence[Line]) -> dict[int, int]:
    """Return how many of each product were taken from its stock."""
    return {line.product: line.quantity for line in lines if line.from_stock}


def _moved(
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
    updates, entries = _moved(rows, moves, order=order.id, actor=actor)
    was = {name: getattr(order, name) for name in SHOWN}
    return txn.Changes(
        answer=_shown(was | values, lines),
        updates=(txn.Update(txn.RowLock(Order, order.id), values), *updates),
        inserts=(*inserts, *entries),
    )


def _inserts(order: int | txn.NewId, version: int, lines: Sequence[Line]) -> list[txn.Insert]:
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


def _listed(wishes: Sequence[Wish]) -> list[list[Any]]:
    """Return wishes as JSON values."""
    return [
        [product, quantity, None if price is None else str(price)]
        for product, quantity, price in wishes
    ]
