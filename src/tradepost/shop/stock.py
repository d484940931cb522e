"""The stock ledger: the only place where a product's stock changes."""

from __future__ import annotations

from datetime import datetime

from tradepost.shop import rules
from tradepost.shop.models import StockEntry, StockKind
from tradepost.shop.rows import ProductRow, product_lock
from tradepost.txn import Id, Insert, Update

# The kinds as they are stored: looking up an enumeration's value is slow.
RECEIVED = StockKind.RECEIVED.value
SOLD = StockKind.SOLD.value
RETURNED = StockKind.RETURNED.value
ADJUSTED = StockKind.ADJUSTED.value


def post(
    product: ProductRow,
    quantity: int,
    *,
    kind: str,
    at: datetime,
    actor: str,
    order: Id | None = None,
    reason: str = "",
) -> tuple[Update, Insert]:
    """Return the update and the stock entry of a change of either sign.

    Raises:
        OutOfStockError, InsufficientQuantityError: The stock is less than the quantity removed.
        StockTooLarge: The stock would be above `STOCK_MAX`.
    """
    after = rules.changed(product, quantity)
    number = product.entry_count + 1
    stored = Update(product_lock(product.id), {"stock": after, "entry_count": number})
    return stored, entry(
        product.id, number, quantity, after, kind=kind, at=at, actor=actor, order=order,
        reason=reason,
    )  # fmt: skip


def entry(  # noqa: PLR0913 - one for each column
    product: Id,
    number: int,
    quantity: int,
    after: int,
    *,
    kind: str,
    at: datetime,
    actor: str,
    order: Id | None = None,
    reason: str = "",
) -> Insert:
    """Return a stock entry."""
    return Insert(
        StockEntry,
        {
            "product_id": product,
            "number": number,
            "kind": kind,
            "quantity": quantity,
            "stock_after": after,
            "order_id": order,
            "actor": actor,
            "reason": reason,
            "at": at,
        },
    )
