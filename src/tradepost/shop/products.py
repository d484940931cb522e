"""Products: add, edit, delete; receive and adjust stock."""

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import TypeVar, Unpack

from tradepost import txn
from tradepost.ledger import Cause
from tradepost.shop import acts, money, rules, stock
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer
from tradepost.shop.errors import NothingToChange, QuantityOutOfRange, StockNotTracked
from tradepost.shop.models import STOCK_MAX, PriceEntry, Product
from tradepost.shop.rows import ProductRow, product_lock, require_product

T = TypeVar("T")
A = TypeVar("A")


def add(
    name: str, price: Decimal, *, stock: int | None = None, **call: Unpack[txn.Call]
) -> txn.Outcome[ProductAnswer]:
    """Add a product.

    Args:
        name: 1 to 250 characters.
        price: From 0.00 to `MONEY_MAX`, with at most two decimal places.
        stock: The quantity on hand; None if stock is not tracked.

    Raises:
        AmountOutOfRange, QuantityOutOfRange: A number is out of range.
    """
    price = money.exact(price)
    if stock is not None:
        rules.check_quantity(stock, least=0)
    terms = acts.NewProduct(name, price, stock)

    def decide(rows: txn.Rows) -> txn.Changes[ProductAnswer]:
        return _added(rows, terms, call["actor"])

    unit = txn.Unit(locks=(), decide=decide, act=acts.ADD_PRODUCT, terms=terms, key=call.get("key"))
    return txn.execute(unit, **txn.options_of(call))


def edit(
    product_id: int,
    *,
    name: str | None = None,
    price: Decimal | None = None,
    versions: Collection[str] | None = None,
    **call: Unpack[txn.Call],
) -> txn.Outcome[ProductAnswer]:
    """Change a product's name or price; None leaves a value as it is. Orders keep their prices.

    Raises:
        NothingToChange: No value is given.
        AmountOutOfRange: The price is out of range.
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """
    if name is None and price is None:
        raise NothingToChange
    terms = acts.ProductEdit(
        id=product_id,
        versions=rules.sorted_versions(versions),
        name=name,
        price=None if price is None else money.exact(price),
    )

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), terms.versions)
        return _edited(rows, product, call["actor"], name=terms.name, price=terms.price)

    return _execute(product_id, decide, acts.EDIT_PRODUCT, terms, call)


def delete(
    product_id: int, *, versions: Collection[str] | None = None, **call: Unpack[txn.Call]
) -> txn.Outcome[ProductAnswer]:
    """Delete a product, and return it as it was; its entries and orders are kept.

    Raises:
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """
    terms = acts.Target(id=product_id, versions=rules.sorted_versions(versions))

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), terms.versions)
        return _edited(rows, product, call["actor"], deleted_at=rows.now)

    return _execute(product_id, decide, acts.DELETE_PRODUCT, terms, call)


def receive(
    product_id: int, quantity: int, *, reason: str = "", **call: Unpack[txn.Call]
) -> txn.Outcome[StockEntryAnswer]:
    """Add a delivery to a stock; the first delivery starts tracking it.

    Raises:
        QuantityOutOfRange: The quantity is below 1.
        ProductNotFound: There is no such product.
        StockTooLarge: The stock would be above `STOCK_MAX`.
    """
    rules.check_quantity(quantity)

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[StockEntryAnswer]:
        return _posted(product, quantity, Cause(stock.RECEIVED, rows.now, call["actor"], reason))

    terms = acts.StockChange(product_id, quantity, reason)
    return _execute(product_id, decide, acts.RECEIVE_STOCK, terms, call)


def adjust(
    product_id: int, quantity: int, *, reason: str, **call: Unpack[txn.Call]
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
        return _posted(product, quantity, Cause(stock.ADJUSTED, rows.now, call["actor"], reason))

    terms = acts.StockChange(product_id, quantity, reason)
    return _execute(product_id, decide, acts.ADJUST_STOCK, terms, call)


def _added(rows: txn.Rows, terms: acts.NewProduct, actor: str) -> txn.Changes[ProductAnswer]:
    """Return a new product with its first entries; one without stock has no stock entry."""
    now = rows.now
    values: dict[str, object] = {
        "name": terms.name,
        "folded_name": rules.folded(terms.name),
        "price": terms.price,
        "price_count": 1,
        "created_at": now,
        "updated_at": now,
        "updated_by": actor,
    }
    version, entries = "0.0", []
    if terms.stock:
        cause = Cause(stock.RECEIVED, now, actor)
        product, entry = stock.STOCK.open({"stock": terms.stock}, cause, owner=values)
        version, entries = "0.1", [entry]
    else:
        product = txn.Insert(Product, values | {"stock": terms.stock, "last_entry_at": now})
    entries.append(_price_entry(product.id, 1, None, terms.price, now, actor))

    def answer() -> ProductAnswer:
        return ProductAnswer(
            product.id.value, terms.name, terms.price, terms.stock, version, now, now
        )

    return txn.Changes(answer=txn.Deferred(answer), inserts=(product, *entries))


def _edited(
    rows: txn.Rows,
    product: ProductRow,
    actor: str,
    *,
    name: str | None = None,
    price: Decimal | None = None,
    **more: object,
) -> txn.Changes[ProductAnswer]:
    """Return the changes to a product's name, price or other values."""
    name = product.name if name is None else name
    price = product.price if price is None else price
    edits, entries = product.edit_count + 1, []
    values = more | {"edit_count": edits, "updated_at": rows.now, "updated_by": actor}
    if name != product.name:
        values |= {"name": name, "folded_name": rules.folded(name)}
    if price != product.price:
        at = max(rows.now, product.last_entry_at or rows.now)
        number = product.price_count + 1
        values |= {"price": price, "price_count": number, "last_entry_at": at}
        entries = [_price_entry(product.id, number, product.price, price, at, actor)]
    answer = ProductAnswer(
        id=product.id,
        name=name,
        price=price,
        stock=product.stock,
        version=f"{edits}.{product.entry_count}",
        created_at=product.created_at,
        updated_at=rows.now,
    )
    update = txn.Update(product_lock(product.id), values)
    return txn.Changes(answer=answer, updates=(update,), inserts=entries)


def _price_entry(
    product: txn.Id, number: int, before: Decimal | None, after: Decimal, at: datetime, actor: str
) -> txn.Insert:
    values = {
        "product_id": product,
        "number": number,
        "price_before": before,
        "price_after": after,
        "actor": actor,
        "at": at,
    }
    return txn.Insert(PriceEntry, values)


def _posted(product: ProductRow, quantity: int, cause: Cause) -> txn.Changes[StockEntryAnswer]:
    posting = stock.post(product, quantity, cause)
    answer = StockEntryAnswer(**posting.insert.values)
    return txn.Changes(answer=answer, updates=(posting.update,), inserts=(posting.insert,))


def _execute(
    product_id: int,
    decide: Callable[[txn.Rows, ProductRow], txn.Changes[A]],
    act: txn.Act[T, A],
    terms: T,
    call: txn.Call,
) -> txn.Outcome[A]:

    def decide_on_product(rows: txn.Rows) -> txn.Changes[A]:
        return decide(rows, require_product(rows, product_id))

    unit = txn.Unit(
        locks=(product_lock(product_id),),
        decide=decide_on_product,
        act=act,
        terms=terms,
        key=call.get("key"),
    )
    return txn.execute(unit, **txn.options_of(call))
