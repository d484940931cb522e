"""The rules of the shop: pure functions over the rows as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

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


class Stocked(Protocol):
    """What the rules need to know of a product."""

    @property
    def id(self) -> int: ...
    @property
    def stock(self) -> int | None: ...


class Kept(Protocol):
    """What the rules need to know of a row that is kept when it is taken away."""

    @property
    def deleted_at(self) -> datetime | None: ...


class Placed(Protocol):
    """What the rules need to know of an order."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...


class Buyer(NamedTuple):
    """Who orders: by id, or by a name that makes a placeholder of whoever is not known yet.

    Attributes:
        uid: The number that another system gave, from 1.
    """

    id: int | None = None
    username: str | None = None
    uid: int | None = None


class LineRequest(NamedTuple):
    """So many of one product.

    Attributes:
        quantity: From 1 to `STOCK_MAX`.
        expected_price: What the buyer saw; another price is refused.
    """

    product: int
    quantity: int = 1
    expected_price: Decimal | None = None


class Conditions(NamedTuple):
    """What has to hold of an order that is to be changed.

    Attributes:
        versions: The versions that are fine; None where any is.
        open_only: Whether it has to be one that `queries.list_open_orders` lists.
    """

    versions: Collection[str] | None = None
    open_only: bool = False


def digest(username: str) -> str:
    """Return what a username is told apart by: its bytes, which no collation folds."""
    return hashlib.sha256(username.encode()).hexdigest()


def folded(name: str) -> str:
    """Return a name as a search compares it: without case, and no longer than a column."""
    return name.casefold()[:NAME_MAX_LENGTH]


def check_buyer(buyer: Buyer) -> None:
    """Refuse a buyer who is named not at all, or by id and by another name.

    Raises:
        NobodyNamed: So it is.
    """
    known_by = buyer.username is not None or buyer.uid is not None
    if (buyer.id is None) != known_by:
        raise NobodyNamed


def check_quantity(quantity: int, *, least: int = 1) -> None:
    """Refuse a quantity outside its limits.

    Raises:
        QuantityOutOfRange: It is.
    """
    if not least <= quantity <= STOCK_MAX:
        raise QuantityOutOfRange(quantity=quantity, least=least, limit=STOCK_MAX)


def merge_quantities(requested: Sequence[LineRequest]) -> dict[int, int]:
    """Return how many are wished of each product: several lines of one count together.

    Raises:
        QuantityOutOfRange: A quantity is outside its limits, alone or together.
    """
    merged: dict[int, int] = {}
    for wish in requested:
        check_quantity(wish.quantity)
        merged[wish.product] = merged.get(wish.product, 0) + wish.quantity
        check_quantity(merged[wish.product])
    return merged


def changed(product: Stocked, quantity: int) -> int:
    """Return a tracked stock after a change of either sign.

    Raises:
        OutOfStockError: There is nothing left.
        InsufficientQuantityError: There is less than is taken.
        StockTooLarge: There would be more than a stock can hold.
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
    """Refuse a price that is not the one expected.

    Raises:
        PriceChanged: It is not.
    """
    if expected is not None and price != expected:
        raise PriceChanged(product=product, expected=str(expected), price=str(price))


def total(lines: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Return the sum of quantities times prices.

    Raises:
        TotalTooLarge: It is more than an amount can hold.
    """
    # In cents: a decimal is rounded to 28 digits, and a quantity times a price may have 34.
    whole = sum(quantity * money.cents(price) for quantity, price in lines)
    if whole > money.CENTS_MAX:
        raise TotalTooLarge(total=f"{whole // 100}.{whole % 100:02}", limit=str(money.MONEY_MAX))
    return money.from_cents(whole)


def check_placed(order: Placed) -> None:
    """Refuse what only a placed order allows.

    Raises:
        OrderNotPlaced: The order is in another state.
    """
    if order.state != OrderState.PLACED.value:
        raise OrderNotPlaced(order=order.id, state=order.state)


def check_open(order: Placed, customer: Kept | None) -> None:
    """Refuse an order that was cancelled, or whose customer is not there.

    Raises:
        OrderNotFound: It was, or is not.
    """
    if (
        customer is None
        or customer.deleted_at is not None
        or order.state != OrderState.PLACED.value
    ):
        raise OrderNotFound(order=order.id)


def check_version(version: str, wanted: Collection[str] | None) -> None:
    """Refuse a change of something that is not as the caller saw it.

    Args:
        wanted: The versions that are fine; None where any is.

    Raises:
        VersionChanged: It has another version.
    """
    if wanted is not None and version not in wanted:
        raise VersionChanged(version=version)
