"""From what services answer to what /api/v1 shows: ids as strings, parts named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradepost.api.ids import text
from tradepost.api.problems import body_of
from tradepost.trading import batches, players, trades
from tradepost.trading.models import Entry, Player
from tradepost.trading.queries import Trade

Shown = dict[str, Any]


def player(found: Player) -> Shown:
    """Show a player's row."""
    return {
        "id": str(found.pk),
        "name": found.name,
        "coins": found.coins,
        "goods": found.goods,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def player_answer(answer: Shown) -> Shown:
    """Show a player as an act answered it; in a dry run it has no id yet."""
    return answer | {"id": text(answer["id"])}


def players_answer(answer: list[Shown]) -> Shown:
    """Show created players."""
    return {"players": [player_answer(one) for one in answer]}


def entry(found: Entry) -> Shown:
    """Show an entry's row."""
    fields = ("player_id", "number", "kind", "coins", "goods", "coins_after", "goods_after")
    more = ("actor", "reason", "at", "counterparty_id", "counterparty_number")
    return entry_answer({name: getattr(found, name) for name in fields + more})


def entry_answer(answer: Shown) -> Shown:
    """Show an entry as an act answered it."""
    number, other = answer["number"], answer.get("counterparty_number")
    trade_id = {
        "sold": f"{answer['player_id']}-{number}",
        "bought": f"{answer.get('counterparty_id')}-{other}",
    }
    shown = {
        name: answer[name]
        for name in ("number", "kind", "coins", "goods", "coins_after", "goods_after", "actor")
    }
    return shown | {
        "player": str(answer["player_id"]),
        "trade": trade_id.get(answer["kind"]),
        "counterparty": text(answer.get("counterparty_id")),
        "reason": answer.get("reason", ""),
        "at": answer["at"],
    }


def trade(found: Trade) -> Shown:
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


def trade_answer(answer: Shown) -> Shown:
    """Show a trade as it was just made."""
    return {
        "id": f"{answer['seller']}-{answer['number']}",
        "seller": str(answer["seller"]),
        "buyer": str(answer["buyer"]),
        "goods": answer["goods"],
        "coins": answer["coins"],
        "at": answer["at"],
        "seller_balance": {"coins": answer["seller_coins"], "goods": answer["seller_goods"]},
        "buyer_balance": {"coins": answer["buyer_coins"], "goods": answer["buyer_goods"]},
    }


def trades_answer(answer: list[Shown]) -> Shown:
    """Show trades that were made, or refused, together."""
    return {"results": [_of_batch(one) for one in answer]}


def made_trade(answer: Shown, *, replayed: bool) -> Shown:
    """Show one trade of many that was made."""
    return {"status": "replayed" if replayed else "done", "trade": trade_answer(answer)}


def refused_trade(problem: Shown) -> Shown:
    """Show one trade of many that was refused."""
    return {"status": "refused", "problem": problem}


def _of_batch(answer: Shown) -> Shown:
    refusal = batches.refusal_of(answer)
    return refused_trade(body_of(refusal)) if refusal else made_trade(answer, replayed=False)


# How the outcome of each act is shown; a receipt names its act.
BY_ACT: dict[str, Callable[[Any], Shown]] = {
    trades.ACT: trade_answer,
    batches.ACT: trades_answer,
    batches.WHOLE_ACT: trades_answer,
    players.CREATE: players_answer,
    players.ADJUST: entry_answer,
    players.RENAME: player_answer,
    players.EDIT: player_answer,
    players.DELETE: entry_answer,
    players.DELETE_ALL: dict,
}
