"""Products: add, edit, delete; receive and adjust stock."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeVar, Unpack

from tradepost import txn
from tradepost.ledger import Kind
from tradepost.shop import acts, money, prices, rules, stock
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
    price = money.exact(price)
    if stock is not None:
        rules.check_quantity(stock, least=0)
    terms = acts.NewProduct(name, price, stock)
    unit = txn.Unit(
        locks=(),
        decide=lambda rows: _added(rows, terms, actor),
        act=acts.ADD_PRODUCT,
        terms=terms,
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

    Raises:
        NothingToChange: No value is given.
        AmountOutOfRange: The price is out of range.
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """
    if name is None and price is None:
        raise NothingToChange
    if price is not None:
        price = money.exact(price)

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), versions)
        return _edited(rows, product, actor, name=name, price=price)

    terms = acts.ProductEdit(product_id, name, price, rules.sorted_versions(versions))
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

    Raises:
        ProductNotFound: There is no such product.
        VersionChanged: The product has another version.
    """

    def decide(rows: txn.Rows, product: ProductRow) -> txn.Changes[ProductAnswer]:
        rules.check_version(rules.product_version(product), versions)
        return _edited(rows, product, actor, deleted_at=rows.now)

    terms = acts.Target(product_id, rules.sorted_versions(versions))
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

    terms = acts.StockChange(product_id, quantity, reason)
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

    terms = acts.StockChange(product_id, quantity, reason)
    return _execute(product_id, decide, acts.ADJUST_STOCK, terms, key, options)


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
        on_hand = {"stock": terms.stock}
        product, entry = stock.STOCK.open(
            on_hand, kind=stock.RECEIVED, at=now, actor=actor, owner=values
        )
        version, entries = "0.1", [entry]
    else:
        product = txn.Insert(Product, values | {"stock": terms.stock, "last_entry_at": now})
    entries.append(prices.first(product.id, terms.price, at=now, actor=actor))

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
    values, entries = prices.change(product, price, at=rows.now, actor=actor)
    if name != product.name:
        values |= {"name": name, "folded_name": rules.folded(name)}
    edits = product.edit_count + 1
    values |= more | {"edit_count": edits, "updated_at": rows.now, "updated_by": actor}
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


def _posted(
    rows: txn.Rows, product: ProductRow, quantity: int, *, kind: Kind, actor: str, reason: str
) -> txn.Changes[StockEntryAnswer]:
    posting = stock.post(product, quantity, kind=kind, at=rows.now, actor=actor, reason=reason)
    answer = StockEntryAnswer(**posting.insert.values)
    return txn.Changes(answer=answer, updates=(posting.update,), inserts=(posting.insert,))


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
