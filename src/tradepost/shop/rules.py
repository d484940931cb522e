"""The rules of the shop: pure functions that return a value or raise a refusal."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradepost.shop import money
from tradepost.shop.errors import (
    NobodyNamed,
    OrderNotFound,
    OrderNotPlaced,
    PriceChanged,
    QuantityOutOfRange,
    TotalTooLarge,
    VersionChanged,
)
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, OrderState, Product
from tradepost.shop.rows import CustomerRow, OrderRow, ProductRow


@dataclass(frozen=True, slots=True)
class Buyer:
    """The customer: an ID, or a username or uid, which create a placeholder if unknown.

    Attributes:
        uid: The customer's number in another system, from 1.
    """

    id: int | None = None
    username: str | None = None
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A product to order.

    Attributes:
        quantity: From 1 to `STOCK_MAX`.
        expected_price: The price that the buyer saw; any other price is refused.
    """

    product: int
    quantity: int = 1
    expected_price: Decimal | None = None


def digest(username: str) -> str:
    """Return the hash of a username's bytes, which identifies it under any collation."""
    return hashlib.sha256(username.encode()).hexdigest()


def folded(name: str) -> str:
    """Return a name as search compares it: case-folded and cut to the column's length."""
    return name.casefold()[:NAME_MAX_LENGTH]


def product_version(product: Product | ProductRow) -> str:
    """Return a product's version, which changes with everything that callers can see."""
    return f"{product.edit_count}.{product.entry_count}"


def check_buyer(buyer: Buyer) -> None:
    """Raise `NobodyNamed` unless the buyer has either an ID or other identifiers."""
    has_name = buyer.username is not None or buyer.uid is not None
    if (buyer.id is None) != has_name:
        raise NobodyNamed


def check_quantity(quantity: int, *, least: int = 1) -> None:
    """Raise `QuantityOutOfRange` unless the quantity is from ``least`` to `STOCK_MAX`."""
    if not least <= quantity <= STOCK_MAX:
        raise QuantityOutOfRange(quantity=quantity, least=least, limit=STOCK_MAX)


def merge_quantities(requested: Sequence[LineRequest]) -> dict[int, int]:
    """Return the quantity requested of each product, in the order of first mention.

    Raises:
        QuantityOutOfRange: A quantity, or a product's sum, is out of range.
    """
    merged: dict[int, int] = {}
    for request in requested:
        check_quantity(request.quantity)
        merged[request.product] = merged.get(request.product, 0) + request.quantity
        check_quantity(merged[request.product])
    return merged


def check_price(product: int, price: Decimal, expected: Decimal | None) -> None:
    """Raise `PriceChanged` unless the price is the expected one, if any is expected."""
    if expected is not None and price != expected:
        raise PriceChanged(product=product, expected=str(expected), price=str(price))


def total(lines: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Return the sum of quantities times prices, or raise `TotalTooLarge`."""
    # In cents: decimal arithmetic rounds to 28 digits; a quantity times a price may have 34.
    whole = sum(quantity * money.cents(price) for quantity, price in lines)
    if whole > money.CENTS_MAX:
        raise TotalTooLarge(total=f"{whole // 100}.{whole % 100:02}", limit=str(money.MONEY_MAX))
    return money.from_cents(whole)


def check_placed(order: OrderRow) -> None:
    """Raise `OrderNotPlaced` if the order can no longer be changed."""
    if order.state != OrderState.PLACED.value:
        raise OrderNotPlaced(order=order.id, state=order.state)


def check_open(order: OrderRow, customer: CustomerRow | None) -> None:
    """Raise `OrderNotFound` if the order is cancelled, or its customer is deleted."""
    is_deleted = customer is None or customer.deleted_at is not None
    if is_deleted or order.state != OrderState.PLACED.value:
        raise OrderNotFound(order=order.id)


def check_version(version: str, allowed: Collection[str] | None) -> None:
    """Raise `VersionChanged` unless the version is among those allowed; None allows any."""
    if allowed is not None and version not in allowed:
        raise VersionChanged(version=version)


def sorted_versions(allowed: Collection[str] | None) -> list[str] | None:
    """Return versions sorted, so that the same versions make the same request."""
    return None if allowed is None else sorted(allowed)
