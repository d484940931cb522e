"""Batches of trades: each with its own result, or all or nothing."""

from collections.abc import Sequence
from typing import NoReturn, Unpack

from tradepost import txn
from tradepost.errors import Refusal
from tradepost.trading import errors, trades
from tradepost.trading.acts import (
    TRADES,
    TRADES_WHOLE,
    BatchAnswer,
    BatchTerms,
    RefusedTrade,
    TradeAnswer,
)
from tradepost.trading.rules import Terms

# By the code that a receipt stores.
REFUSALS: dict[str, type[Refusal]] = {kind.code: kind for kind in errors.TRADE_REFUSALS}


def execute(
    terms: Sequence[Terms],
    *,
    whole: bool,
    actor: str,
    key: txn.Key | None = None,
    **options: Unpack[txn.CallOptions],
) -> txn.Outcome[BatchAnswer]:
    """Make trades in order, in one transaction and under one key.

    Args:
        whole: Whether to make all or none; otherwise a refused trade does not affect the others.

    Raises:
        SamePlayer, PlayerNotFound, InsufficientGoods, InsufficientCoins, BalanceTooLarge: One trade
            of a whole batch was refused; the fact ``trade_index`` is its index, from 0.
    """
    unit = txn.combine(
        [trades.unit(one, actor=actor) for one in terms],
        act=TRADES_WHOLE if whole else TRADES,
        terms=BatchTerms(tuple(terms)),
        key=key,
        whole=lambda results: BatchAnswer(tuple(results)),
        refused=_refuse_whole if whole else _refused,
    )
    return txn.execute(unit, **options)


def execute_each(
    keyed: Sequence[tuple[Terms, txn.Key]], *, actor: str
) -> list[txn.Outcome[TradeAnswer] | Exception]:
    """Make trades in order, each under its own key; return each one's outcome or error."""
    return txn.execute_many([trades.unit(terms, actor=actor, key=key) for terms, key in keyed])


def refusal_of(refused: RefusedTrade) -> Refusal:
    """Return why a trade of a batch was refused."""
    return REFUSALS[refused.refused](**refused.facts)


def _refused(_place: int, refusal: Refusal) -> RefusedTrade:
    return RefusedTrade(refusal.code, refusal.facts)


def _refuse_whole(place: int, refusal: Refusal) -> NoReturn:
    raise type(refusal)(**refusal.facts, trade_index=place)
