"""Products: add, edit, receive, adjust, delete. Each change of a stock is an entry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from tradepost import txn
from tradepost.shop import money, rules
from tradepost.shop.errors import NothingToChange, QuantityOutOfRange, StockNotTracked
from tradepost.shop.models import STOCK_MAX, Product
from tradepost.shop.stock import ADJUSTED, RECEIVED, entry, moved, on_sale, product_lock

ADD, EDIT, DELETE = "add product", "edit product", "delete product"
RECEIVE, ADJUST = "receive stock", "adjust stock"
SHOWN = ("id", "name", "price", "stock", "edit_count", "entry_count")


def add(
    name: str,
    price: Decimal,
    *,
    stock: int | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Add a product, and return it.

    Args:
        name: 1 to 250 characters.
        price: From 0.00 to `MONEY_MAX`, with at most two places.
        stock: How many there are; None where nobody counts them.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Raises:
        AmountOutOfRange, QuantityOutOfRange: A number is outside its limits.
    """
    price = money.from_cents(money.cents(price))
    if stock is not None:
        rules.check_quantity(stock, least=0)

    def decide(rows: txn.Rows) -> txn.Changes:
        product = txn.Insert(
            Product,
            {
                "name": name,
                "folded_name": rules.folded(name),
                "price": price,
                "stock": stock,
                "entry_count": 1 if stock else 0,
                "edit_count": 0,
                "created_at": rows.now,
                "updated_at": rows.now,
                "updated_by": actor,
                "deleted_at": None,
            },
        )
        inserts = [product]
        if stock:
            more = {"kind": RECEIVED, "at": rows.now, "actor": actor}
            inserts.append(entry(product.id, 1, stock, stock, reason="", **more))
        answer = _shown(product.values) | {
            "id": product.id,
            "created_at": rows.now.isoformat(),
            "updated_at": rows.now.isoformat(),
        }
        return txn.Changes(answer=answer, inserts=inserts)

    terms = (name, str(price), stock)
    return txn.execute(txn.Unit(locks=(), decide=decide, act=ADD, terms=terms, key=key), **call)


def edit(
    product_id: int,
    *,
    name: str | None = None,
    price: Decimal | None = None,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Give a product another name or price, and return it; orders keep the price they had.

    Args:
        versions: The versions that are fine to change; None where any is.

    Raises:
        NothingToChange: Nothing is given.
        AmountOutOfRange: The price is outside its limits.
        ProductNotFound: There is no such product.
        VersionChanged: It has another version.
    """
    given: dict[str, Any] = {}
    if name is not None:
        given |= {"name": name, "folded_name": rules.folded(name)}
    if price is not None:
        given["price"] = money.from_cents(money.cents(price))
    if not given:
        raise NothingToChange

    def decide(rows: txn.Rows, product: txn.Row) -> txn.Changes:
        rules.check_version(version(product), versions)
        return _edited(rows, product, given, actor)

    terms = (name, None if price is None else str(given["price"]), _listed(versions))
    return _execute(product_id, decide, EDIT, terms, key, call)


def delete(
    product_id: int,
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Take a product away, and return it as it was last; its entries and orders stay.

    Raises:
        ProductNotFound: There is no such product.
        VersionChanged: It has another version.
    """

    def decide(rows: txn.Rows, product: txn.Row) -> txn.Changes:
        rules.check_version(version(product), versions)
        return _edited(rows, product, {"deleted_at": rows.now}, actor)

    return _execute(product_id, decide, DELETE, (_listed(versions),), key, call)


def receive(
    product_id: int,
    quantity: int,
    *,
    reason: str = "",
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Add to a stock, and return the entry; a stock that nobody counted is counted from here on.

    Raises:
        QuantityOutOfRange: The quantity is below 1.
        ProductNotFound: There is no such product.
        StockTooLarge: There would be more than a stock can hold.
    """
    rules.check_quantity(quantity)
    return _move(product_id, quantity, RECEIVE, RECEIVED, reason, actor, key, call)


def adjust(
    product_id: int,
    quantity: int,
    *,
    reason: str,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Correct a stock by so many, of either sign, and return the entry.

    Raises:
        NothingToChange: The quantity is 0.
        QuantityOutOfRange: It is further from 0 than a stock can be.
        ProductNotFound: There is no such product.
        StockNotTracked: Nobody counts this product.
        OutOfStockError, InsufficientQuantityError: Less is there than is taken.
        StockTooLarge: There would be more than a stock can hold.
    """
    if quantity == 0:
        raise NothingToChange
    if abs(quantity) > STOCK_MAX:
        raise QuantityOutOfRange(quantity=quantity, least=-STOCK_MAX, limit=STOCK_MAX)
    return _move(product_id, quantity, ADJUST, ADJUSTED, reason, actor, key, call)


def version(product: Any) -> str:
    """Return a product's version: another one after every change of what is shown of it."""
    return f"{product.edit_count}.{product.entry_count}"


def _move(
    product_id: int,
    quantity: int,
    act: str,
    kind: str,
    reason: str,
    actor: str,
    key: txn.Key | None,
    call: dict[str, Any],
) -> txn.Outcome:
    def decide(rows: txn.Rows, product: txn.Row) -> txn.Changes:
        if product.stock is None and kind == ADJUSTED:
            raise StockNotTracked(product=product.id)
        stored, recorded = moved(
            product, quantity, kind=kind, at=rows.now, actor=actor, reason=reason
        )
        answer = recorded.values | {"at": rows.now.isoformat()}
        return txn.Changes(answer=answer, updates=(stored,), inserts=(recorded,))

    return _execute(product_id, decide, act, (quantity, reason), key, call)


def _edited(rows: txn.Rows, product: txn.Row, given: dict[str, Any], actor: str) -> txn.Changes:
    """Return a product's new values, with the product as answer."""
    values = given | {
        "edit_count": product.edit_count + 1,
        "updated_at": rows.now,
        "updated_by": actor,
    }
    was = {name: getattr(product, name) for name in SHOWN}
    answer = _shown(was | values) | {
        "created_at": product.created_at.isoformat(),
        "updated_at": rows.now.isoformat(),
    }
    return txn.Changes(answer=answer, updates=(txn.Update(product_lock(product.id), values),))


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Return what is answered of a product, but its times."""
    return {
        "id": values.get("id"),
        "name": values["name"],
        "price": str(values["price"]),
        "stock": values["stock"],
        "version": f"{values['edit_count']}.{values['entry_count']}",
    }


def _listed(versions: Collection[str] | None) -> list[str] | None:
    return None if versions is None else sorted(versions)


def _execute(
    product_id: int,
    decide: Callable[[txn.Rows, txn.Row], txn.Changes],
    act: str,
    terms: Sequence[Any],
    key: txn.Key | None,
    call: dict[str, Any],
) -> txn.Outcome:
    unit = txn.Unit(
        locks=(product_lock(product_id),),
        decide=lambda rows: decide(rows, on_sale(rows, product_id)),
        act=act,
        terms=(product_id, *terms),
        key=key,
    )
    return txn.execute(unit, **call)
