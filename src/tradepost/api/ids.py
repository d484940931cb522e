"""Parses ids in paths; a text that is not an id is not found."""

import re
from collections.abc import Callable

from tradepost.errors import NotFound
from tradepost.shop.errors import CustomerNotFound, OrderNotFound, ProductNotFound
from tradepost.trading.errors import PlayerNotFound, TradeNotFound

ID = re.compile(r"[1-9][0-9]{0,18}")
# How much of an invalid id an error repeats.
SHOWN_LENGTH = 40


def _parser(refusal: type[NotFound], fact: str) -> Callable[[str], int]:
    """Return a function that parses an id, or raises a refusal."""

    def parse(text: str) -> int:
        if not ID.fullmatch(text):
            raise refusal(**{fact: text[:SHOWN_LENGTH]})
        return int(text)

    return parse


player_id = _parser(PlayerNotFound, "player")
customer_id = _parser(CustomerNotFound, "customer")
product_id = _parser(ProductNotFound, "product")
order_id = _parser(OrderNotFound, "order")


def trade_id(text: str) -> tuple[int, int]:
    """Return a trade's seller and the number of the seller's entry, or raise `TradeNotFound`."""
    seller, _, number = text.partition("-")
    if not (ID.fullmatch(seller) and ID.fullmatch(number)):
        raise TradeNotFound(trade=text[:SHOWN_LENGTH])
    return int(seller), int(number)


def text(value: int | None) -> str | None:
    """Return an id or a number as text, and None as None."""
    return None if value is None else str(value)


def number(text: str | None) -> int | None:
    """Return the number in a valid text, and None as None."""
    return None if text is None else int(text)
