"""Players by role, and what they own."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.trading import players, trades
from tradepost.trading.acts import NewPlayer, TradeAnswer
from tradepost.trading.models import Entry, Player
from tradepost.trading.rules import Terms
from tradepost.txn.models import Receipt

ACTOR = "tester"


def enlist(*, coins: int = 100, goods: int = 20, name: str = "") -> int:
    """Create a player through the ledger, and return the id."""
    outcome = players.create([NewPlayer(coins=coins, goods=goods, name=name)], actor=ACTOR)
    [player] = outcome.answer
    assert player.id is not None
    return player.id


def trade(
    seller: int, buyer: int, *, goods: int = 1, coins: int = 1, key: str | None = None, **call: Any
) -> txn.Outcome[TradeAnswer]:
    """Trade between two players."""
    terms = Terms(seller=seller, buyer=buyer, goods=goods, coins=coins)
    named = None if key is None else txn.Key(ACTOR, key)
    return trades.execute(terms, actor=ACTOR, key=named, **call)


def owned(player: int) -> tuple[int, int]:
    """Return a player's coins and goods."""
    return Player.objects.values_list("coins", "goods").get(pk=player)


def everything() -> dict[str, list[Any]]:
    """Return every row there is, to compare before and after."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (Player, Entry, Receipt)
    }
