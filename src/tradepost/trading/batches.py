"""Many trades at once: each answered, or all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tradepost import txn
from tradepost.errors import Refusal
from tradepost.trading import errors, trades
from tradepost.trading.rules import Terms

ACT = "trades"
WHOLE_ACT = "trades, all or none"
# A receipt tells by its code what a trade in a batch was refused for.
REFUSALS: dict[str, type[Refusal]] = {kind.code: kind for kind in errors.TRADE_REFUSALS}


def execute(
    terms: Sequence[Terms],
    *,
    whole: bool,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Make trades in their order, in one transaction and under one key.

    Args:
        whole: All or none; else a trade that is refused leaves the others alone.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Returns:
        For each trade what `trades.execute` answers, or what `refusal_of` reads.

    Raises:
        SamePlayer, PlayerNotFound, InsufficientGoods, InsufficientCoins, BalanceTooLarge: Of the
            whole, one trade was refused; the fact ``trade_index`` tells which, counted from 0.
    """
    units = [trades.unit(one, actor=actor) for one in terms]
    refused = _refuse_whole if whole else _tell
    unit = txn.combine(units, act=WHOLE_ACT if whole else ACT, key=key, refused=refused)
    return txn.execute(unit, **call)


def execute_each(
    keyed: Sequence[tuple[Terms, txn.Key]], *, actor: str
) -> list[txn.Outcome | Exception]:
    """Make trades in their order, each under its own key; what one would raise is its result."""
    return txn.execute_many([trades.unit(terms, actor=actor, key=key) for terms, key in keyed])


def refusal_of(answer: Any) -> Refusal | None:
    """Return why a trade of a batch was refused; None of one that was made."""
    if "refused" not in answer:
        return None
    return REFUSALS[answer["refused"]](**answer["facts"])


def _tell(_place: int, refusal: Refusal) -> dict[str, Any]:
    return {"refused": refusal.code, "facts": refusal.facts}


def _refuse_whole(place: int, refusal: Refusal) -> dict[str, Any]:
    raise type(refusal)(**refusal.facts, trade_index=place)
