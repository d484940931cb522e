"""Trades: goods for coins between two players, alone or in batches."""

from collections.abc import Sequence
from typing import NoReturn, Unpack

from tradepost import txn
from tradepost.errors import Refusal
from tradepost.ledger import Cause
from tradepost.trading import rules
from tradepost.trading.acts import TRADE, TRADES, TRADES_WHOLE, RefusedTrade, Results, TradeAnswer
from tradepost.trading.book import PLAYERS, SOLD
from tradepost.trading.errors import TRADE_REFUSALS, PlayerNotFound
from tradepost.trading.rules import Terms

# By the code that a receipt stores.
REFUSALS: dict[str, type[Refusal]] = {kind.code: kind for kind in TRADE_REFUSALS}


def execute(terms: Terms, **call: Unpack[txn.Call]) -> txn.Outcome[TradeAnswer]:
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
    one = unit(terms, actor=call["actor"], key=call.get("key"))
    return txn.execute(one, **txn.options_of(call))


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
        gave, got = PLAYERS.move(seller, buyer, deltas, Cause(SOLD, rows.now, actor))
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


def execute_batch(
    terms: Sequence[Terms], *, whole: bool, **call: Unpack[txn.Call]
) -> txn.Outcome[Results]:
    """Make trades in order, in one transaction and under one key.

    Args:
        whole: Whether to make all or none; otherwise a refused trade does not affect the others.

    Raises:
        SamePlayer, PlayerNotFound, InsufficientGoods, InsufficientCoins, BalanceTooLarge: One trade
            of a whole batch was refused; the fact ``trade_index`` is its index, from 0.
    """
    combined = txn.combine(
        [unit(one, actor=call["actor"]) for one in terms],
        act=TRADES_WHOLE if whole else TRADES,
        terms=tuple(terms),
        key=call.get("key"),
        whole=tuple,
        refused=_refuse_whole if whole else _refused,
    )
    return txn.execute(combined, **txn.options_of(call))


def execute_each(
    keyed: Sequence[tuple[Terms, txn.Key]], *, actor: str
) -> list[txn.Outcome[TradeAnswer] | Exception]:
    """Make trades in order, each under its own key; return each one's outcome or error."""
    return txn.execute_many([unit(terms, actor=actor, key=key) for terms, key in keyed])


def refusal_of(refused: RefusedTrade) -> Refusal:
    """Return why a trade of a batch was refused."""
    return REFUSALS[refused.refused](**refused.facts)


def _refused(_place: int, refusal: Refusal) -> RefusedTrade:
    return RefusedTrade(refusal.code, refusal.facts)


def _refuse_whole(place: int, refusal: Refusal) -> NoReturn:
    raise type(refusal)(**refusal.facts, trade_index=place)
