"""Writing the stock ledger: a product's new stock and the entry that says why, together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tradepost.shop import rules
from tradepost.shop.errors import ProductNotFound
from tradepost.shop.models import Product, StockEntry, StockKind
from tradepost.txn import Insert, NewId, Row, RowLock, Rows, Update

# The kinds as they are stored; an enumeration's own look-up is slow.
RECEIVED = StockKind.RECEIVED.value
SOLD = StockKind.SOLD.value
RETURNED = StockKind.RETURNED.value
ADJUSTED = StockKind.ADJUSTED.value


def product_lock(product_id: int) -> RowLock:
    """Return the lock on a product's row."""
    return RowLock(Product, product_id)


def on_sale(rows: Rows, product_id: int) -> Row:
    """Return a product that was not taken away.

    Raises:
        ProductNotFound: There is none with this id.
    """
    product = rows.get(product_lock(product_id))
    if product is None or product.deleted_at is not None:
        raise ProductNotFound(product=product_id)
    return product


def moved(
    product: Row,
    quantity: int,
    *,
    kind: str,
    at: datetime,
    actor: str,
    order: int | NewId | None = None,
    reason: str = "",
) -> tuple[Update, Insert]:
    """Return a product's stock after a change of either sign, and the entry that says so.

    Raises:
        OutOfStockError, InsufficientQuantityError: Less is there than is taken.
        StockTooLarge: More would be there than a stock can hold.
    """
    after = rules.changed(product, quantity)
    number = product.entry_count + 1
    stored = Update(product_lock(product.id), {"stock": after, "entry_count": number})
    return stored, entry(
        product.id, number, quantity, after, kind=kind, at=at, actor=actor, order=order,
        reason=reason,
    )  # fmt: skip


def entry(
    product: int | NewId, number: int, quantity: int, after: int, *, order: Any = None, **more: Any
) -> Insert:
    """Return a stock entry."""
    return Insert(
        StockEntry,
        {
            "product_id": product,
            "number": number,
            "quantity": quantity,
            "stock_after": after,
            "order_id": order,
            **more,
        },
    )
