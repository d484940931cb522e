"""From what services answer to what /api/v1 shows: ids as strings, parts named."""

import dataclasses

from tradepost.api.ids import text
from tradepost.api.presenters import Shown, presenters
from tradepost.api.problems import body_of, translate
from tradepost.trading import acts, trades
from tradepost.trading.models import Entry, EntryKind, Player
from tradepost.txn import Outcome


def player(found: Player | acts.PlayerAnswer) -> Shown:
    """Show a player; in a dry run a new one has no id yet."""
    return {
        "id": text(found.id),
        "name": found.name,
        "coins": found.coins,
        "goods": found.goods,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def players(answer: tuple[acts.PlayerAnswer, ...]) -> Shown:
    return {"players": [player(one) for one in answer]}


def created_player(answer: tuple[acts.PlayerAnswer, ...]) -> Shown:
    return player(answer[0])


def entry(found: Entry | acts.EntryAnswer) -> Shown:
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


def trade(found: acts.Trade) -> Shown:
    return {
        "id": f"{found.seller}-{found.number}",
        "seller": str(found.seller),
        "buyer": str(found.buyer),
        "goods": found.goods,
        "coins": found.coins,
        "at": found.at,
    }


def settled_trade(found: acts.Trade, sale: Entry, purchase: Entry) -> Shown:
    return trade(found) | {
        "seller_balance": {"coins": sale.coins_after, "goods": sale.goods_after},
        "buyer_balance": {"coins": purchase.coins_after, "goods": purchase.goods_after},
    }


def trade_answer(answer: acts.TradeAnswer) -> Shown:
    return trade(answer) | {
        "seller_balance": {"coins": answer.seller_coins, "goods": answer.seller_goods},
        "buyer_balance": {"coins": answer.buyer_coins, "goods": answer.buyer_goods},
    }


def batch(answer: acts.Results) -> Shown:
    return {"results": [_stored_result(one) for one in answer]}


def _stored_result(result: acts.TradeAnswer | acts.RefusedTrade) -> Shown:
    if isinstance(result, acts.RefusedTrade):
        return trade_result(trades.refusal_of(result))
    return trade_result(Outcome(result))


def trade_result(result: Outcome[acts.TradeAnswer] | Exception) -> Shown:
    """Show one trade of many: made, made earlier under the same key, or refused."""
    if isinstance(result, Exception):
        return {"status": "refused", "problem": body_of(translate(result))}
    status = "replayed" if result.replayed else "done"
    return {"status": status, "trade": trade_answer(result.answer)}


presenters.add(acts.TRADE, trade_answer)
presenters.add(acts.TRADES, batch)
presenters.add(acts.TRADES_WHOLE, batch)
presenters.add(acts.CREATE, players)
presenters.add(acts.ADJUST, entry)
presenters.add(acts.RENAME, player)
presenters.add(acts.EDIT, player)
presenters.add(acts.DELETE, entry)
presenters.add(acts.DELETE_ALL, dataclasses.asdict)
