"""Parses ids in paths; a text that is not an id is not found."""

from __future__ import annotations

import re

from tradepost.errors import NotFound
from tradepost.shop.errors import CustomerNotFound, OrderNotFound, ProductNotFound
from tradepost.trading.errors import PlayerNotFound, TradeNotFound

ID = re.compile(r"[1-9][0-9]{0,18}")
# How much of an invalid id an error repeats.
SHOWN_LENGTH = 40


def player_id(text: str) -> int:
    """Return a player's id.

    Raises:
        PlayerNotFound: The text is not an id.
    """
    return _id(text, PlayerNotFound, "player")


def customer_id(text: str) -> int:
    """Return a customer's id.

    Raises:
        CustomerNotFound: The text is not an id.
    """
    return _id(text, CustomerNotFound, "customer")


def product_id(text: str) -> int:
    """Return a product's id.

    Raises:
        ProductNotFound: The text is not an id.
    """
    return _id(text, ProductNotFound, "product")


def order_id(text: str) -> int:
    """Return an order's id.

    Raises:
        OrderNotFound: The text is not an id.
    """
    return _id(text, OrderNotFound, "order")


def trade_id(text: str) -> tuple[int, int]:
    """Return a trade's seller and the number of the seller's entry.

    Raises:
        TradeNotFound: The text is not a trade's id.
    """
    seller, _, number = text.partition("-")
    if not (ID.fullmatch(seller) and ID.fullmatch(number)):
        raise TradeNotFound(trade=text[:SHOWN_LENGTH])
    return int(seller), int(number)


def _id(text: str, refusal: type[NotFound], fact: str) -> int:
    if not ID.fullmatch(text):
        raise refusal(**{fact: text[:SHOWN_LENGTH]})
    return int(text)


def text(value: int | None) -> str | None:
    """Return an id or a number as text, and None as None."""
    return None if value is None else str(value)
