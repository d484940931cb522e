"""From what services answer to what /api/v1 shows: ids as strings, parts named."""

from __future__ import annotations

from tradepost.api.ids import text
from tradepost.api.presenters import Shown, presenters
from tradepost.api.problems import body_of
from tradepost.trading import acts, batches
from tradepost.trading.acts import (
    BatchAnswer,
    DeletedAnswer,
    EntryAnswer,
    PlayerAnswer,
    PlayersAnswer,
    RefusedTrade,
    TradeAnswer,
)
from tradepost.trading.models import Entry, EntryKind, Player
from tradepost.trading.queries import Trade


def player(found: Player | PlayerAnswer) -> Shown:
    """Show a player; in a dry run a new one has no id yet."""
    return {
        "id": text(found.id),
        "name": found.name,
        "coins": found.coins,
        "goods": found.goods,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def players(answer: PlayersAnswer) -> Shown:
    """Show created players."""
    return {"players": [player(one) for one in answer.players]}


def entry(found: Entry | EntryAnswer) -> Shown:
    """Show an entry; only a trade's, which no act answers, has another side."""
    trade_id = counterparty = None
    if isinstance(found, Entry) and found.counterparty_id is not None:
        counterparty = str(found.counterparty_id)
        trade_id = f"{counterparty}-{found.counterparty_number}"
        if found.kind == EntryKind.SOLD:
            trade_id = f"{found.player_id}-{found.number}"
    return {
        "number": found.number,
        "kind": found.kind,
        "coins": found.coins,
        "goods": found.goods,
        "coins_after": found.coins_after,
        "goods_after": found.goods_after,
        "actor": found.actor,
        "player": str(found.player_id),
        "trade": trade_id,
        "counterparty": counterparty,
        "reason": found.reason,
        "at": found.at,
    }


def trade(found: Trade | TradeAnswer) -> Shown:
    """Show a trade."""
    return {
        "id": f"{found.seller}-{found.number}",
        "seller": str(found.seller),
        "buyer": str(found.buyer),
        "goods": found.goods,
        "coins": found.coins,
        "at": found.at,
    }


def settled_trade(found: Trade, sale: Entry, purchase: Entry) -> Shown:
    """Show a trade with both balances after it."""
    return trade(found) | {
        "seller_balance": {"coins": sale.coins_after, "goods": sale.goods_after},
        "buyer_balance": {"coins": purchase.coins_after, "goods": purchase.goods_after},
    }


def trade_answer(answer: TradeAnswer) -> Shown:
    """Show a trade as it was just made."""
    return trade(answer) | {
        "seller_balance": {"coins": answer.seller_coins, "goods": answer.seller_goods},
        "buyer_balance": {"coins": answer.buyer_coins, "goods": answer.buyer_goods},
    }


def batch(answer: BatchAnswer) -> Shown:
    """Show the results of a batch of trades."""
    return {"results": [_result(one) for one in answer.results]}


def made_trade(answer: TradeAnswer, *, replayed: bool) -> Shown:
    """Show one trade of many that was made."""
    return {"status": "replayed" if replayed else "done", "trade": trade_answer(answer)}


def refused_trade(problem: Shown) -> Shown:
    """Show one trade of many that was refused."""
    return {"status": "refused", "problem": problem}


def _result(result: TradeAnswer | RefusedTrade) -> Shown:
    if isinstance(result, RefusedTrade):
        return refused_trade(body_of(batches.refusal_of(result)))
    return made_trade(result, replayed=False)


def deleted(answer: DeletedAnswer) -> Shown:
    """Show how many players were deleted."""
    return {"deleted": answer.deleted}


presenters.add(acts.TRADE, trade_answer)
presenters.add(acts.TRADES, batch)
presenters.add(acts.TRADES_WHOLE, batch)
presenters.add(acts.CREATE, players)
presenters.add(acts.ADJUST, entry)
presenters.add(acts.RENAME, player)
presenters.add(acts.EDIT, player)
presenters.add(acts.DELETE, entry)
presenters.add(acts.DELETE_ALL, deleted)
