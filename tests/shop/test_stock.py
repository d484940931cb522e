"""Postings to the products' book, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tradepost.errors import Refusal
from tradepost.ledger import Cause
from tradepost.shop import stock
from tradepost.shop.errors import InsufficientQuantityError, OutOfStockError, StockTooLarge
from tradepost.shop.models import STOCK_MAX

pytestmark = pytest.mark.once
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Stocked:
    """A product, as far as its book goes."""

    stock: int | None
    last_entry_at: datetime | None = None
    id: int = 7
    entry_count: int = 3


@pytest.mark.parametrize(
    ("on_hand", "quantity", "after"),
    [
        (10, -3, 7),
        (1, -1, 0),
        (0, 5, 5),
        (None, 5, 5),
        (STOCK_MAX, -STOCK_MAX, 0),
        (0, STOCK_MAX, STOCK_MAX),
        (STOCK_MAX - 1, 1, STOCK_MAX),
    ],
)
def test_a_stock_changes_with_an_entry(on_hand: int | None, quantity: int, after: int) -> None:
    """The limits are inclusive."""
    cause = Cause(stock.SOLD, NOON, "ann", "r")
    posting = stock.post(Stocked(on_hand), quantity, cause, order=9)

    assert posting.update.lock == stock.STOCK.lock(7)
    assert posting.update.values == {"stock": after, "entry_count": 4, "last_entry_at": NOON}
    assert posting.insert.values == {
        "product_id": 7,
        "number": 4,
        "kind": "sold",
        "quantity": quantity,
        "stock_after": after,
        "order_id": 9,
        "actor": "ann",
        "reason": "r",
        "at": NOON,
    }


@pytest.mark.parametrize(
    ("on_hand", "quantity", "refusal", "facts"),
    [
        (0, -1, OutOfStockError, {"product": 7, "required": 1, "available": 0}),
        (0, -9, OutOfStockError, {"product": 7, "required": 9, "available": 0}),
        (None, -1, OutOfStockError, {"product": 7, "required": 1, "available": 0}),
        (2, -3, InsufficientQuantityError, {"product": 7, "required": 3, "available": 2}),
        (
            STOCK_MAX,
            1,
            StockTooLarge,
            {"product": 7, "required": STOCK_MAX + 1, "limit": STOCK_MAX},
        ),
    ],
)
def test_a_stock_stays_within_its_limits(
    on_hand: int | None, quantity: int, refusal: type[Refusal], facts: dict[str, int]
) -> None:
    """The refusal has the numbers."""
    with pytest.raises(refusal) as caught:
        stock.post(Stocked(on_hand), quantity, Cause(stock.ADJUSTED, NOON, "ann"))

    assert (type(caught.value), caught.value.facts) == (refusal, facts)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_an_entry_is_never_dated_before_the_previous_one(hours: int) -> None:
    """Whatever the transaction's time is."""
    last = NOON + timedelta(hours=hours)

    posting = stock.post(Stocked(5, last), 1, Cause(stock.RECEIVED, NOON, "ann"))

    assert posting.insert.values["at"] == max(NOON, last)
    assert posting.update.values["last_entry_at"] == max(NOON, last)
