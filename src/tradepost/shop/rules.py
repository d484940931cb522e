"""The rules of the shop: pure functions that return a value or raise a refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tradepost.shop import money
from tradepost.shop.errors import (
    InsufficientQuantityError,
    NobodyNamed,
    OrderNotFound,
    OrderNotPlaced,
    OutOfStockError,
    PriceChanged,
    QuantityOutOfRange,
    StockTooLarge,
    TotalTooLarge,
    VersionChanged,
)
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, OrderState


class Versioned(Protocol):
    """What a product's version is made of."""

    @property
    def edit_count(self) -> int: ...
    @property
    def entry_count(self) -> int: ...


class Stocked(Protocol):
    """A product, as far as its stock goes."""

    @property
    def id(self) -> int: ...
    @property
    def stock(self) -> int | None: ...


class Deletable(Protocol):
    """A row that is marked as deleted, but kept."""

    @property
    def deleted_at(self) -> datetime | None: ...


class HasState(Protocol):
    """An order, as far as its state goes."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders: a customer's ID, or a username or uid, which create a placeholder if unknown.

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


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be true of an order for a change to be made.

    Attributes:
        versions: The versions that may be changed; None allows any.
        open_only: Whether to refuse an order that `queries.list_open_orders` does not list.
    """

    versions: Collection[str] | None = None
    open_only: bool = False


def digest(username: str) -> str:
    """Return the digest that identifies a username: of its bytes, which no collation changes."""
    return hashlib.sha256(username.encode()).hexdigest()


def folded(name: str) -> str:
    """Return a name as search compares it: case-folded and cut to the column's length."""
    return name.casefold()[:NAME_MAX_LENGTH]


def product_version(product: Versioned) -> str:
    """Return a product's version, which differs after every change of what callers see of it."""
    return f"{product.edit_count}.{product.entry_count}"


def check_buyer(buyer: Buyer) -> None:
    """Refuse a buyer with no identifier, or with an ID and another identifier.

    Raises:
        NobodyNamed: The buyer is such a one.
    """
    has_name = buyer.username is not None or buyer.uid is not None
    if (buyer.id is None) != has_name:
        raise NobodyNamed


def check_quantity(quantity: int, *, least: int = 1) -> None:
    """Refuse a quantity out of range.

    Raises:
        QuantityOutOfRange: It is below ``least`` or above `STOCK_MAX`.
    """
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


def changed(product: Stocked, quantity: int) -> int:
    """Return the stock after a change of either sign.

    Raises:
        OutOfStockError: The stock is 0.
        InsufficientQuantityError: The stock is less than the quantity removed.
        StockTooLarge: The stock would be above `STOCK_MAX`.
    """
    stock = product.stock or 0
    after = stock + quantity
    if after < 0:
        kind = InsufficientQuantityError if stock else OutOfStockError
        raise kind(product=product.id, required=-quantity, available=stock)
    if after > STOCK_MAX:
        raise StockTooLarge(product=product.id, required=after, limit=STOCK_MAX)
    return after


def check_price(product: int, price: Decimal, expected: Decimal | None) -> None:
    """Refuse a price other than the expected one; None expects none.

    Raises:
        PriceChanged: The prices differ.
    """
    if expected is not None and price != expected:
        raise PriceChanged(product=product, expected=str(expected), price=str(price))


def total(lines: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Return the sum of quantities times prices.

    Raises:
        TotalTooLarge: The sum is above `MONEY_MAX`.
    """
    # In cents: decimal arithmetic rounds to 28 digits; a quantity times a price may have 34.
    whole = sum(quantity * money.cents(price) for quantity, price in lines)
    if whole > money.CENTS_MAX:
        raise TotalTooLarge(total=f"{whole // 100}.{whole % 100:02}", limit=str(money.MONEY_MAX))
    return money.from_cents(whole)


def check_placed(order: HasState) -> None:
    """Refuse an order that cannot be changed any more.

    Raises:
        OrderNotPlaced: The order is in another state than placed.
    """
    if order.state != OrderState.PLACED.value:
        raise OrderNotPlaced(order=order.id, state=order.state)


def check_open(order: HasState, customer: Deletable | None) -> None:
    """Refuse an order that is not open, as if it did not exist.

    Raises:
        OrderNotFound: The order is cancelled, or its customer is deleted.
    """
    if (
        customer is None
        or customer.deleted_at is not None
        or order.state != OrderState.PLACED.value
    ):
        raise OrderNotFound(order=order.id)


def check_version(version: str, allowed: Collection[str] | None) -> None:
    """Refuse to change something that the caller has not seen as it is now.

    Args:
        allowed: The versions that may be changed; None allows any.

    Raises:
        VersionChanged: The version is not allowed.
    """
    if allowed is not None and version not in allowed:
        raise VersionChanged(version=version)


def sorted_versions(allowed: Collection[str] | None) -> list[str] | None:
    """Return versions in one order, so that the same ones make the same request."""
    return None if allowed is None else sorted(allowed)
