"""Ids as they stand in paths: whatever is not one is the id of no one."""

from __future__ import annotations

import re

from tradepost.errors import NotFound
from tradepost.shop.errors import CustomerNotFound, OrderNotFound, ProductNotFound
from tradepost.trading.errors import PlayerNotFound, TradeNotFound

ID = re.compile(r"[1-9][0-9]{0,18}")
# As much of what is no id as is told.
TOLD_LENGTH = 40


def player_id(text: str) -> int:
    """Return a player's id.

    Raises:
        PlayerNotFound: No player could have it.
    """
    return _id(text, PlayerNotFound, "player")


def customer_id(text: str) -> int:
    """Return a customer's id.

    Raises:
        CustomerNotFound: No customer could have it.
    """
    return _id(text, CustomerNotFound, "customer")


def product_id(text: str) -> int:
    """Return a product's id.

    Raises:
        ProductNotFound: No product could have it.
    """
    return _id(text, ProductNotFound, "product")


def order_id(text: str) -> int:
    """Return an order's id.

    Raises:
        OrderNotFound: No order could have it.
    """
    return _id(text, OrderNotFound, "order")


def trade_id(text: str) -> tuple[int, int]:
    """Return a trade's seller and the number of the seller's entry.

    Raises:
        TradeNotFound: No trade could have this id.
    """
    seller, _, number = text.partition("-")
    if not (ID.fullmatch(seller) and ID.fullmatch(number)):
        raise TradeNotFound(trade=text[:TOLD_LENGTH])
    return int(seller), int(number)


def _id(text: str, refusal: type[NotFound], fact: str) -> int:
    if not ID.fullmatch(text):
        raise refusal(**{fact: text[:TOLD_LENGTH]})
    return int(text)


def text(value: int | None) -> str | None:
    """Show an id, or a number that is none."""
    return None if value is None else str(value)
