"""What each kind of server is sent, and which of its answers are right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.load import mixed, pages, peers
from bench.load.answers import Answer
from bench.load.mixes import Purchase, Trade, draw, draw_purchases
from bench.load.plan import Plan
from bench.load.requests import Request, Wrong, head_of, json_of, reading, sending

PRODUCTS = 1000
# Requests of a batch are large, so fewer are drawn.
BATCH_TRADES = 64_000
FORM = "application/x-www-form-urlencoded"


def requests(plan: Plan) -> list[Request]:
    """Return the requests of a plan, to be sent round and round.

    Raises:
        ValueError: There is no such dialect or mix.
    """
    if plan.dialect not in DIALECTS:
        raise ValueError(f"no dialect {plan.dialect!r}; there are {', '.join(DIALECTS)}")
    return DIALECTS[plan.dialect](plan)


def _trade(plan: Plan) -> list[Request]:
    """One trade under a key of its own."""
    made = []
    for trade in draw(plan.mix, players=plan.players, seed=plan.seed):
        shown = _shown(trade)
        made.append(_keyed(plan, "/api/v1/trades", shown, _settled_check(shown), 1))
    return made


def _batch(plan: Plan) -> list[Request]:
    """Many trades under one key."""
    count = max(1, BATCH_TRADES // plan.batch) * plan.batch
    drawn = draw(plan.mix, players=plan.players, seed=plan.seed, count=count)
    made = []
    for start in range(0, len(drawn), plan.batch):
        shown = [_shown(trade) for trade in drawn[start : start + plan.batch]]
        check = _batch_check(shown)
        body = {"trades": shown}
        made.append(_keyed(plan, "/api/v1/trades/batch", body, check, len(shown)))
    return made


def _tutorial(plan: Plan) -> list[Request]:
    """The tutorial's form."""
    made = []
    for trade in draw(plan.mix, players=plan.players, seed=plan.seed):
        fields = {"sellID": trade.seller, "buyID": trade.buyer}
        body = urlencode(fields | {"amount": trade.goods, "price": trade.coins}).encode()
        made.append(sending(plan, "/player/trade/", body, _tutorial_check, kind=FORM))
    return made


def _purchase(plan: Plan) -> list[Request]:
    """One purchase under a key of its own."""
    made = []
    for purchase in _purchases(plan):
        wanted = {
            "customer": str(purchase.customer),
            "product": str(purchase.product),
            "quantity": purchase.quantity,
        }
        made.append(_keyed(plan, "/api/v1/purchases", wanted, _ordered_check(wanted), 1))
    return made


def _note(plan: Plan) -> list[Request]:
    """The note's purchase."""
    made = []
    for purchase in _purchases(plan):
        body = json.dumps(
            {
                "customer": purchase.customer,
                "product": purchase.product,
                "quantity": purchase.quantity,
            }
        ).encode()
        made.append(sending(plan, "/purchase/", body, _note_check))
    return made


def _purchases(plan: Plan) -> list[Purchase]:
    return draw_purchases(plan.mix, customers=plan.players, products=PRODUCTS, seed=plan.seed)


def _players(plan: Plan) -> list[Request]:
    """The first page of players."""
    return [reading(plan, "/api/v1/players", mixed.page_check())]


def _entries(plan: Plan) -> list[Request]:
    """The first page of a player's statement."""
    return mixed.statements(plan)


def _mixed(plan: Plan) -> list[Request]:
    """Four reads and a trade."""
    return mixed.stirred(plan, _trade(plan), mixed.reads(plan))


def _tutorial_mixed(plan: Plan) -> list[Request]:
    """Four reads of the reference and a trade."""
    return mixed.stirred(plan, _tutorial(plan), mixed.tutorial_reads(plan))


DIALECTS: dict[str, Callable[[Plan], list[Request]]] = {
    "trade": _trade,
    "batch": _batch,
    "tutorial": _tutorial,
    "purchase": _purchase,
    "note": _note,
    "players": _players,
    "entries": _entries,
    "list": pages.lists,
    "page": pages.pages,
    "entry list": pages.entries,
    "statement": pages.statements,
    "mixed": _mixed,
    "tutorial mixed": _tutorial_mixed,
    "nakama": peers.trades,
}


def _shown(trade: Trade) -> dict[str, Any]:
    return {
        "seller": str(trade.seller),
        "buyer": str(trade.buyer),
        "goods": trade.goods,
        "coins": trade.coins,
    }


def _keyed(
    plan: Plan, path: str, body: Any, check: Callable[[Answer], int], trades: int
) -> Request:
    sent = json.dumps(body).encode()
    head = head_of(plan, f"POST {path}", "application/json")
    head += b"\r\nIdempotency-Key: %b-" % plan.key.encode()
    tail = b"\r\nContent-Length: %d\r\n\r\n%b" % (len(sent), sent)
    return Request(head, check, trades, tail)


def _is_settled(told: Any, shown: dict[str, Any]) -> bool:
    return isinstance(told, dict) and all(told.get(name) == shown[name] for name in shown)


def _settled_check(shown: dict[str, Any]) -> Callable[[Answer], int]:
    def check(answer: Answer) -> int:
        if answer.status != 201:
            raise Wrong(str(answer.status))
        if not _is_settled(json_of(answer), shown):
            raise Wrong("201, another trade")
        return 1

    return check


def _ordered_check(wanted: dict[str, Any]) -> Callable[[Answer], int]:
    customer = {"customer": wanted["customer"]}
    line = {name: wanted[name] for name in ("product", "quantity")}

    def check(answer: Answer) -> int:
        if answer.status != 201:
            raise Wrong(str(answer.status))
        told = json_of(answer)
        lines = told.get("lines") if _is_settled(told, customer) else None
        if not lines or not _is_settled(lines[0], line):
            raise Wrong("201, another purchase")
        return 1

    return check


def _note_check(answer: Answer) -> int:
    if answer.status != 201:
        raise Wrong(str(answer.status))
    if "order" not in json_of(answer):
        raise Wrong("201, another answer")
    return 1


def _batch_check(shown: list[dict[str, Any]]) -> Callable[[Answer], int]:
    """Count the trades done; each must be the one asked for in that place."""

    def check(answer: Answer) -> int:
        if answer.status not in (200, 201):
            raise Wrong(str(answer.status))
        told = json_of(answer)
        results = told.get("results") if isinstance(told, dict) else None
        if not isinstance(results, list) or len(results) != len(shown):
            raise Wrong(f"{answer.status}, not the trades asked for")
        done = 0
        for result, wanted in zip(results, shown, strict=True):
            if result.get("status") == "done":
                done += 1
                if not _is_settled(result.get("trade"), wanted):
                    raise Wrong(f"{answer.status}, another trade", done)
        if done < len(shown):
            raise Wrong(f"{answer.status}, not all done", done)
        return done

    return check


def _tutorial_check(answer: Answer) -> int:
    if answer.status != 200:
        raise Wrong(str(answer.status))
    if b"trade successful" not in answer.body:
        raise Wrong("200, another text")
    return 1
