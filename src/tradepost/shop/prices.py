"""Price entries: who changed a product's price, when, and from what to what."""

from datetime import datetime
from decimal import Decimal

from tradepost.shop.models import PriceEntry
from tradepost.shop.rows import ProductRow
from tradepost.txn import Id, Insert


def first(product: Id, price: Decimal, *, at: datetime, actor: str) -> Insert:
    """Return the price entry of a new product."""
    return _entry(product, 1, None, price, at=at, actor=actor)


def change(
    product: ProductRow, price: Decimal, *, at: datetime, actor: str
) -> tuple[dict[str, object], list[Insert]]:
    """Return the column values and the price entry for a new price; none if it is the same."""
    if price == product.price:
        return {}, []
    if product.last_entry_at is not None:
        at = max(at, product.last_entry_at)
    number = product.price_count + 1
    entry = _entry(product.id, number, product.price, price, at=at, actor=actor)
    return {"price": price, "price_count": number, "last_entry_at": at}, [entry]


def _entry(
    product: Id, number: int, before: Decimal | None, after: Decimal, *, at: datetime, actor: str
) -> Insert:
    return Insert(
        PriceEntry,
        {
            "product_id": product,
            "number": number,
            "price_before": before,
            "price_after": after,
            "actor": actor,
            "at": at,
        },
    )
