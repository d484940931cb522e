"""The products' book: what is in stock, and why."""

from tradepost.ledger import (
    Asset,
    Book,
    Cause,
    Effect,
    Insufficient,
    Kind,
    Posting,
    Refusals,
    Words,
)
from tradepost.shop.errors import InsufficientQuantityError, OutOfStockError, StockTooLarge
from tradepost.shop.models import STOCK_MAX, Product, StockEntry, StockKind
from tradepost.shop.rows import ProductRow
from tradepost.txn import Id

RECEIVED = Kind(StockKind.RECEIVED.value, Effect.CREATES)
SOLD = Kind(StockKind.SOLD.value, Effect.DESTROYS)
RETURNED = Kind(StockKind.RETURNED.value, Effect.CREATES)
ADJUSTED = Kind(StockKind.ADJUSTED.value, Effect.ADJUSTS)


def _insufficient(product: int, _asset: str, required: int, available: int) -> Insufficient:
    kind = InsufficientQuantityError if available else OutOfStockError
    return kind(product=product, required=required, available=available)


def _too_large(product: int, _asset: str, required: int, limit: int) -> StockTooLarge:
    return StockTooLarge(product=product, required=required, limit=limit)


STOCK: Book[ProductRow, StockEntry] = Book(
    owner=Product,
    entry=StockEntry,
    owner_column="product_id",
    assets=(Asset("stock", change="quantity", limit=STOCK_MAX),),
    kinds=(RECEIVED, SOLD, RETURNED, ADJUSTED),
    last_entry_at="last_entry_at",
    words=Words(
        owner="product",
        owners="products",
        entry="stock entry",
        entries="stock entries",
        balance="stock",
        balances="stocks",
        change="quantity",
        ledger="stock ledger",
        stored="its stock",
        amounts="items in stock are",
        nothing="no item",
    ),
    refusals=Refusals(insufficient=_insufficient, too_large=_too_large),
)


def post(product: ProductRow, quantity: int, cause: Cause, *, order: Id | None = None) -> Posting:
    """Return a change of a product's stock, of either sign, with its entry; see `Book.post`."""
    return STOCK.post(product, {"stock": quantity}, cause, entry={"order_id": order})
