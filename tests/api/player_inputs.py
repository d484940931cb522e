"""Every input of the routes of players and trades."""

from __future__ import annotations

from tests.api.commands import V1, Cast
from tests.api.inputs import (
    Input,
    Request,
    Status,
    adjusted,
    always,
    get,
    object_of,
    post,
    post_form,
    quoted,
    send,
    up_to,
)
from tradepost.api.cursors import PAGE_MAX
from tradepost.api.tutorials.route import LIST_MAX
from tradepost.limits import ID_MAX
from tradepost.trading.models import BALANCE_MAX

PLAYERS = f"{V1}/players"
TRADES = f"{V1}/trades"
# Both players have 100 coins and 20 goods.
COINS, GOODS = 100, 20


def create(**tokens: object) -> Request:
    return post(PLAYERS, object_of(**tokens))


def create_many(*players: str) -> Request:
    return post(f"{PLAYERS}/batch", object_of(players=f"[{', '.join(players)}]"))


def rename(player: object, name: str) -> Request:
    return send("PATCH", f"{PLAYERS}/{player}", object_of(name=name))


def adjust(player: object, **tokens: object) -> Request:
    return post(f"{PLAYERS}/{player}/adjustments", object_of(**tokens))


def trade_of(cast: Cast, **tokens: object) -> str:
    good = {"seller": quoted(cast.seller), "buyer": quoted(cast.buyer), "goods": 1, "coins": 1}
    return object_of(**good | tokens)


def trade(cast: Cast, **tokens: object) -> Request:
    return post(TRADES, trade_of(cast, **tokens))


def trade_many(cast: Cast, **tokens: object) -> Request:
    trades = f"[{trade_of(cast, **tokens)}]"
    return post(f"{TRADES}/batch", object_of(all_or_nothing="true", trades=trades))


def tutorial_create(**tokens: object) -> Request:
    return post("/player/", f"[{object_of(**{'coins': 1, 'goods': 1} | tokens)}]")


def tutorial_trade(cast: Cast, **fields: object) -> Request:
    good = {"sellID": cast.seller, "buyID": cast.buyer, "amount": 1, "price": 1}
    return post_form("/player/trade", **good | fields)


def tutorial_party(own: str, other: str) -> Status:
    """Return the rule for one side of the tutorial's trade: that player, and not the other."""

    def status(number: int, cast: Cast) -> int:
        if number == getattr(cast, other):
            return 400
        return 200 if number == getattr(cast, own) else 404

    return status


# Whole numbers in JSON bodies.
JSON_INTEGERS = (
    Input(request=lambda value, _: create(coins=value), field="coins", good=always(201)),
    Input(
        request=lambda value, _: create(name='"a"', goods=value), field="goods", good=always(201)
    ),
    Input(
        request=lambda value, _: create_many("{}", object_of(coins=value)),
        field="/players/1/coins",
        good=always(201),
    ),
    Input(
        request=lambda value, _: create_many(object_of(goods=value)),
        field="/players/0/goods",
        good=always(201),
    ),
    Input(
        request=lambda value, cast: adjust(cast.seller, reason='"a"', coins=value),
        field="coins",
        least=-BALANCE_MAX,
        good=adjusted(COINS),
    ),
    Input(
        request=lambda value, cast: adjust(cast.seller, reason='"a"', goods=value),
        field="goods",
        least=-BALANCE_MAX,
        good=adjusted(GOODS),
    ),
    Input(
        request=lambda value, cast: trade(cast, goods=value),
        field="goods",
        least=1,
        good=up_to(GOODS, 201),
    ),
    Input(
        request=lambda value, cast: trade(cast, coins=value), field="coins", good=up_to(COINS, 201)
    ),
    Input(
        request=lambda value, cast: trade_many(cast, goods=value),
        field="/trades/0/goods",
        least=1,
        good=up_to(GOODS, 200),
    ),
    Input(
        request=lambda value, cast: trade_many(cast, coins=value),
        field="/trades/0/coins",
        good=up_to(COINS, 200),
    ),
    Input(request=lambda value, _: tutorial_create(coins=value), field="coins of player 0"),
    Input(request=lambda value, _: tutorial_create(goods=value), field="goods of player 0"),
)
# Whole numbers as text: in queries, forms and paths.
TEXT_INTEGERS = (
    Input(
        request=lambda value, _: get(f"{PLAYERS}?limit={value}"),
        field="query limit",
        least=1,
        most=PAGE_MAX,
    ),
    Input(
        request=lambda value, cast: get(f"{PLAYERS}/{cast.seller}/entries?limit={value}"),
        field="query limit",
        least=1,
        most=PAGE_MAX,
    ),
    Input(
        request=lambda value, cast: get(f"{TRADES}?player={cast.seller}&limit={value}"),
        field="query limit",
        least=1,
        most=PAGE_MAX,
    ),
    Input(request=lambda value, _: get(f"/player/limit/{value}"), field="limit", most=LIST_MAX),
    Input(request=lambda value, _: get(f"/player/limit/{value}/"), field="limit", most=LIST_MAX),
    Input(
        request=lambda value, _: get(f"/player/page?index=0&size={value}"),
        field="size",
        most=LIST_MAX,
    ),
    Input(request=lambda value, _: get(f"/player/page?size=1&index={value}"), field="index"),
    Input(
        request=lambda value, cast: tutorial_trade(cast, sellID=value),
        field="sellID",
        least=1,
        most=ID_MAX,
        good=tutorial_party("seller", "buyer"),
    ),
    Input(
        request=lambda value, cast: tutorial_trade(cast, buyID=value),
        field="buyID",
        least=1,
        most=ID_MAX,
        good=tutorial_party("buyer", "seller"),
    ),
    Input(
        request=lambda value, cast: tutorial_trade(cast, amount=value),
        field="amount",
        least=1,
        good=up_to(GOODS, 200),
    ),
    Input(
        request=lambda value, cast: tutorial_trade(cast, price=value),
        field="price",
        good=up_to(COINS, 200),
    ),
)
# Texts in JSON bodies.
TEXTS = (
    Input(request=lambda value, _: create(name=value), field="/name", most=32, good=always(201)),
    Input(
        request=lambda value, _: create_many(object_of(name=value)),
        field="/players/0/name",
        most=32,
        good=always(201),
    ),
    Input(request=lambda value, cast: rename(cast.seller, value), field="/name", least=1, most=32),
    Input(
        request=lambda value, cast: adjust(cast.seller, coins=1, reason=value),
        field="/reason",
        least=1,
        most=200,
        good=always(201),
    ),
)
# Ids in JSON bodies.
IDS = (
    Input(request=lambda value, cast: trade(cast, seller=value), field="/seller"),
    Input(request=lambda value, cast: trade(cast, buyer=value), field="/buyer"),
    Input(request=lambda value, cast: trade_many(cast, seller=value), field="/trades/0/seller"),
)
# Ids in paths, in a request that is good otherwise.
PATH_IDS = (
    Input(request=lambda value, _: get(f"{PLAYERS}/{value}"), field="player"),
    Input(request=lambda value, _: rename(value, '"a"'), field="player"),
    Input(request=lambda value, _: send("DELETE", f"{PLAYERS}/{value}"), field="player"),
    Input(request=lambda value, _: adjust(value, coins=1, reason='"a"'), field="player"),
    Input(request=lambda value, _: get(f"{PLAYERS}/{value}/entries"), field="player"),
    Input(request=lambda value, _: get(f"{TRADES}/{value}"), field="trade"),
    Input(request=lambda value, _: get(f"{TRADES}/{value}-1"), field="trade"),
    Input(request=lambda value, cast: get(f"{TRADES}/{cast.seller}-{value}"), field="trade"),
    Input(request=lambda value, _: get(f"/player/{value}"), field="player"),
    Input(request=lambda value, _: get(f"/player/{value}/"), field="player"),
)
