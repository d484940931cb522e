"""Products: add, edit, delete; receive and adjust stock."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeVar, Unpack

from tradepost import txn
from tradepost.shop import acts, money, rules, stock
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer
from tradepost.shop.errors import NothingToChange, QuantityOutOfRange, StockNotTracked
from tradepost.shop.models import STOCK_MAX, Product
from tradepost.shop.rows import ProductRow, product_lock, require_product

T = TypeVar("T")
A = TypeVar("A")


def add(
    name: str,
    price: Decimal,
    *,
    stock: int | None = None,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[ProductAnswer]:
    """Add a product.

    Args:
        name: 1 to 250 characters.
        price: From 0.00 to `MONEY_MAX`, with at most two decimal places.
        stock: The quantity on hand; None if stock is not tracked.

    Raises:
        AmountOutOfRange, QuantityOutOfRange: A number is out of range.
    """
    price = money.from_cents(money.cents(price))
    if stock is not None:
        rules.check_quantity(stock, least=0)
    unit = txn.Unit(
        locks=(),
        decide=lambda rows: _added(name, price, stock, rows=rows, actor=actor),
        act=acts.ADD_PRODUCT,
        terms=acts.AddProduct(name, price, stock),
        key=key,
    )
    return txn.execute(unit, **options)


def edit(
    product_id: int,
    *,
    name: str | None = None,
    price: Decimal | None = None,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[ProductAnswer]:
    """Change a product's name or price; None leaves a value as it is. Orders keep their prices.

    Args:
        versions: The versions that may be changed; None allows any.

    Raises:
        NothingToChange: No value is given.
        AmountOutOfRange: The price is out of range.
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """
    if name is None and price is None:
        raise NothingToChange
    if price is not None:
        price = money.from_cents(money.cents(price))

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), versions)
        values: dict[str, object] = {}
        if name is not None:
            values |= {"name": name, "folded_name": rules.folded(name)}
        if price is not None:
            values["price"] = price
        answer = _answer(
            product,
            rows,
            name=product.name if name is None else name,
            price=product.price if price is None else price,
        )
        return _edited(rows, product, values, answer, actor=actor)

    terms = acts.EditProduct(product_id, name, price, rules.sorted_versions(versions))
    return _execute(product_id, decide, acts.EDIT_PRODUCT, terms, key, options)


def delete(
    product_id: int,
    *,
    versions: Collection[str] | None = None,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[ProductAnswer]:
    """Delete a product, and return it as it was; its entries and orders are kept.

    Args:
        versions: The versions that may be deleted; None allows any.

    Raises:
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), versions)
        answer = _answer(product, rows, name=product.name, price=product.price)
        return _edited(rows, product, {"deleted_at": rows.now}, answer, actor=actor)

    terms = acts.DeleteProduct(product_id, rules.sorted_versions(versions))
    return _execute(product_id, decide, acts.DELETE_PRODUCT, terms, key, options)


def receive(
    product_id: int,
    quantity: int,
    *,
    reason: str = "",
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[StockEntryAnswer]:
    """Add a delivery to a stock; the first delivery starts tracking it.

    Raises:
        QuantityOutOfRange: The quantity is below 1.
        ProductNotFound: There is no such product.
        StockTooLarge: The stock would be above `STOCK_MAX`.
    """
    rules.check_quantity(quantity)

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[StockEntryAnswer]:
        return _posted(rows, product, quantity, kind=stock.RECEIVED, actor=actor, reason=reason)

    terms = acts.ChangeStock(product_id, quantity, reason)
    return _execute(product_id, decide, acts.RECEIVE_STOCK, terms, key, options)


def adjust(
    product_id: int,
    quantity: int,
    *,
    reason: str,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[StockEntryAnswer]:
    """Correct a stock by a quantity of either sign.

    Raises:
        NothingToChange: The quantity is 0.
        QuantityOutOfRange: It is below ``-STOCK_MAX`` or above `STOCK_MAX`.
        ProductNotFound: There is no such product.
        StockNotTracked: The product's stock is not tracked.
        OutOfStockError, InsufficientQuantityError: The stock is less than the quantity removed.
        StockTooLarge: The stock would be above `STOCK_MAX`.
    """
    if quantity == 0:
        raise NothingToChange
    if abs(quantity) > STOCK_MAX:
        raise QuantityOutOfRange(quantity=quantity, least=-STOCK_MAX, limit=STOCK_MAX)

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[StockEntryAnswer]:
        if product.stock is None:
            raise StockNotTracked(product=product.id)
        return _posted(rows, product, quantity, kind=stock.ADJUSTED, actor=actor, reason=reason)

    terms = acts.ChangeStock(product_id, quantity, reason)
    return _execute(product_id, decide, acts.ADJUST_STOCK, terms, key, options)


def _added(
    name: str, price: Decimal, on_hand: int | None, *, rows: txn.Rows, actor: str
) -> txn.Changes[ProductAnswer]:
    """Return a new product; its initial stock is its first entry."""
    now = rows.now
    product = txn.Insert(
        Product,
        {
            "name": name,
            "folded_name": rules.folded(name),
            "price": price,
            "stock": on_hand,
            "entry_count": 1 if on_hand else 0,
            "edit_count": 0,
            "created_at": now,
            "updated_at": now,
            "updated_by": actor,
            "deleted_at": None,
        },
    )
    inserts = [product]
    if on_hand:
        inserts.append(
            stock.entry(product.id, 1, on_hand, on_hand, kind=stock.RECEIVED, at=now, actor=actor)
        )

    def answer() -> ProductAnswer:
        version = f"0.{1 if on_hand else 0}"
        return ProductAnswer(product.id.value, name, price, on_hand, version, now, now)

    return txn.Changes(answer=txn.Deferred(answer), inserts=inserts)


def _edited(
    rows: txn.Rows,
    product: ProductRow,
    values: dict[str, object],
    answer: ProductAnswer,
    *,
    actor: str,
) -> txn.Changes[ProductAnswer]:
    stamp = {
        "edit_count": product.edit_count + 1,
        "updated_at": rows.now,
        "updated_by": actor,
    }
    update = txn.Update(product_lock(product.id), values | stamp)
    return txn.Changes(answer=answer, updates=(update,))


def _posted(
    rows: txn.Rows, product: ProductRow, quantity: int, *, kind: str, actor: str, reason: str
) -> txn.Changes[StockEntryAnswer]:
    update, insert = stock.post(
        product, quantity, kind=kind, at=rows.now, actor=actor, reason=reason
    )
    answer = StockEntryAnswer(**insert.values)
    return txn.Changes(answer=answer, updates=(update,), inserts=(insert,))


def _answer(product: ProductRow, rows: txn.Rows, *, name: str, price: Decimal) -> ProductAnswer:
    """Return a product after an edit."""
    return ProductAnswer(
        id=product.id,
        name=name,
        price=price,
        stock=product.stock,
        version=f"{product.edit_count + 1}.{product.entry_count}",
        created_at=product.created_at,
        updated_at=rows.now,
    )


def _execute(
    product_id: int,
    decide: Callable[[txn.Rows, ProductRow], txn.Changes[A]],
    act: txn.Act[T, A],
    terms: T,
    key: txn.Key | None,
    options: txn.CallOptions,
) -> txn.Outcome[A]:
    unit = txn.Unit(
        locks=(product_lock(product_id),),
        decide=lambda rows: decide(rows, require_product(rows, product_id)),
        act=act,
        terms=terms,
        key=key,
    )
    return txn.execute(unit, **options)
