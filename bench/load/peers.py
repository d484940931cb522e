"""Nakama's trade: a remote procedure of `bench/peers/peers.lua`, called by its HTTP key."""

from __future__ import annotations

import json
from collections.abc import Callable

from bench.load.answers import Answer
from bench.load.mixes import POOL, Trade, draw
from bench.load.plan import Plan
from bench.load.requests import Request, Wrong, json_of, sending

PATH = "/v2/rpc/{}?http_key=defaulthttpkey&unwrap"
# Requests of a batch are large, so fewer are drawn.
BATCH_TRADES = 64_000


def identity(player: int) -> str:
    """Return a player's ID in Nakama."""
    return f"00000000-0000-4000-8000-{player:012}"


def trades(plan: Plan) -> list[Request]:
    """One trade, or many in one request; Nakama knows no idempotency keys."""
    size = plan.batch
    count = max(1, BATCH_TRADES // size) * size if size > 1 else POOL
    drawn = draw(plan.mix, players=plan.players, seed=plan.seed, count=count)
    shown = [_shown(trade) for trade in drawn]
    bodies = [shown[at : at + size] for at in range(0, count, size)] if size > 1 else shown
    path = PATH.format("peer_batch" if size > 1 else "peer_trade")
    return [sending(plan, path, json.dumps(body).encode(), _done(size), size) for body in bodies]


def _shown(trade: Trade) -> dict[str, str | int]:
    seller, buyer, goods, coins = trade
    return {"s": identity(seller), "b": identity(buyer), "q": goods, "p": coins}


def _done(trades: int) -> Callable[[Answer], int]:
    def check(answer: Answer) -> int:
        if answer.status != 200:
            raise Wrong(str(answer.status))
        if json_of(answer) != {"ok": True}:
            raise Wrong("200, another answer")
        return trades

    return check
