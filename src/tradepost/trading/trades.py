"""Trades: goods for coins between two players, in one step."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from tradepost import txn
from tradepost.trading import rules
from tradepost.trading.errors import PlayerNotFound
from tradepost.trading.ledger import BOUGHT, SOLD, entry, player_lock, stored
from tradepost.trading.rules import Terms

ACT = "trade"


def execute(terms: Terms, *, actor: str, key: txn.Key | None = None, **call: Any) -> txn.Outcome:
    """Move goods from seller to buyer against coins, once per key.

    Args:
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Returns:
        The trade: its id, both parties, the amounts, the time, and both balances after it.

    Raises:
        SamePlayer: Both sides are one player.
        PlayerNotFound: One of them is not there.
        InsufficientGoods: The seller has too few goods.
        InsufficientCoins: The buyer has too few coins.
        BalanceTooLarge: One of them would have too much.
    """
    # Here too, so that the database is not asked for nothing.
    rules.check_terms(terms)
    return txn.execute(unit(terms, actor=actor, key=key), **call)


def unit(terms: Terms, *, actor: str, key: txn.Key | None = None) -> txn.Unit:
    """Return the unit that makes a trade."""
    seller_lock, buyer_lock = player_lock(terms.seller), player_lock(terms.buyer)

    def decide(rows: txn.Rows) -> txn.Changes:
        rules.check_terms(terms)
        seller, buyer = rows.get(seller_lock), rows.get(buyer_lock)
        if seller is None:
            raise PlayerNotFound(player=terms.seller)
        if buyer is None:
            raise PlayerNotFound(player=terms.buyer)
        return _settle(seller, buyer, terms, actor=actor, rows=rows)

    return txn.Unit(
        locks=(seller_lock, buyer_lock),
        decide=decide,
        act=ACT,
        terms=(terms.seller, terms.buyer, terms.goods, terms.coins),
        key=key,
    )


@functools.lru_cache(maxsize=16)
def _text(now: datetime) -> str:
    """Write a transaction's time, once for all its trades."""
    return now.isoformat()


def _settle(
    seller: txn.Row, buyer: txn.Row, terms: Terms, *, actor: str, rows: txn.Rows
) -> txn.Changes:
    gave, got = rules.trade(seller, buyer, terms)
    now = rows.now
    sale = entry(
        seller,
        gave,
        kind=SOLD,
        at=now,
        actor=actor,
        counterparty_id=buyer.id,
        counterparty_number=buyer.entry_count + 1,
        reason="",
    )
    purchase = entry(
        buyer,
        got,
        kind=BOUGHT,
        at=now,
        actor=actor,
        counterparty_id=seller.id,
        counterparty_number=seller.entry_count + 1,
        reason="",
    )
    return txn.Changes(
        answer={
            "seller": seller.id,
            "number": seller.entry_count + 1,
            "buyer": buyer.id,
            "goods": terms.goods,
            "coins": terms.coins,
            "at": _text(now),
            "seller_coins": gave.coins,
            "seller_goods": gave.goods,
            "buyer_coins": got.coins,
            "buyer_goods": got.goods,
        },
        updates=(stored(seller, gave, now), stored(buyer, got, now)),
        inserts=(sale, purchase),
    )
