"""Ids as they stand in paths: whatever is not one is the id of no one."""

from __future__ import annotations

import re

from tradepost.trading.errors import PlayerNotFound, TradeNotFound

ID = re.compile(r"[1-9][0-9]{0,18}")
# As much of what is no id as is told.
TOLD_LENGTH = 40


def player_id(text: str) -> int:
    """Return a player's id.

    Raises:
        PlayerNotFound: No player could have it.
    """
    if not ID.fullmatch(text):
        raise PlayerNotFound(player=text[:TOLD_LENGTH])
    return int(text)


def trade_id(text: str) -> tuple[int, int]:
    """Return a trade's seller and the number of the seller's entry.

    Raises:
        TradeNotFound: No trade could have this id.
    """
    seller, _, number = text.partition("-")
    if not (ID.fullmatch(seller) and ID.fullmatch(number)):
        raise TradeNotFound(trade=text[:TOLD_LENGTH])
    return int(seller), int(number)
