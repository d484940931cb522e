"""Trades: goods for coins between two players."""

from typing import Unpack

from tradepost import txn
from tradepost.trading import rules
from tradepost.trading.acts import TRADE, TradeAnswer
from tradepost.trading.book import PLAYERS, SOLD
from tradepost.trading.errors import PlayerNotFound
from tradepost.trading.rules import Terms


def execute(
    terms: Terms, *, actor: str, key: txn.Key | None = None, **options: Unpack[txn.CallOptions]
) -> txn.Outcome[TradeAnswer]:
    """Move goods from seller to buyer in exchange for coins, once per key.

    Raises:
        SamePlayer: Both sides are one player.
        PlayerNotFound: One of them does not exist.
        InsufficientGoods: The seller has too few goods.
        InsufficientCoins: The buyer has too few coins.
        BalanceTooLarge: One of them would have too much.
    """
    # Checked here as well, to avoid a useless transaction.
    rules.check_terms(terms)
    return txn.execute(unit(terms, actor=actor, key=key), **options)


def unit(terms: Terms, *, actor: str, key: txn.Key | None = None) -> txn.Unit[TradeAnswer]:
    """Return the unit that makes a trade."""
    seller_lock, buyer_lock = PLAYERS.lock(terms.seller), PLAYERS.lock(terms.buyer)

    def decide(rows: txn.Rows) -> txn.Changes[TradeAnswer]:
        rules.check_terms(terms)
        seller, buyer = rows.get(seller_lock), rows.get(buyer_lock)
        if seller is None:
            raise PlayerNotFound(player=terms.seller)
        if buyer is None:
            raise PlayerNotFound(player=terms.buyer)
        deltas = {"goods": -terms.goods, "coins": terms.coins}
        gave, got = PLAYERS.move(seller, buyer, deltas, kind=SOLD, at=rows.now, actor=actor)
        return txn.Changes(
            answer=TradeAnswer(
                terms.seller,
                gave.number,
                terms.buyer,
                terms.goods,
                terms.coins,
                gave.at,
                gave.after["coins"],
                gave.after["goods"],
                got.after["coins"],
                got.after["goods"],
            ),
            updates=(gave.update, got.update),
            inserts=(gave.insert, got.insert),
        )

    return txn.Unit(locks=(seller_lock, buyer_lock), decide=decide, act=TRADE, terms=terms, key=key)
