"""Every place of every route that takes a value, and what the route makes of a good one."""

from __future__ import annotations

from collections.abc import Callable

from tests.api import shop_slots, tutorial_slots
from tests.api.commands import COMMANDS, FORM, V1, Cast
from tests.api.slot import JSON, Slot, adjusted, created, if_enough
from tradepost.api.cursors import PAGE_MAX
from tradepost.api.tutorials.route import LIST_MAX
from tradepost.limits import ID_MAX
from tradepost.trading.models import BALANCE_MAX

# Both players have 100 coins and 20 goods.
COINS, GOODS = 100, 20


def _side(own: int) -> Callable[[int, Cast], int]:
    """Return what a document's trade answers where one side's id is this."""

    def good(number: int, cast: Cast) -> int:
        if number == cast[1 - own]:
            return 400
        return 200 if number == cast[own] else 404

    return good


_ADJUST = f"{V1}/players/<s>/adjustments"
_TRADE = '{"seller": "<s>", "buyer": "<b>", "goods": %s, "coins": %s}'
_WHOLE = f'{{"all_or_nothing": true, "trades": [{_TRADE}]}}'
_MANY = {"method": "POST", "path": f"{V1}/trades/batch"}
_CREATE = {"method": "POST", "path": f"{V1}/players", "good": created(201)}
_BATCH = {"method": "POST", "path": f"{V1}/players/batch", "good": created(201)}
_CHANGE = {"method": "POST", "path": _ADJUST, "least": -BALANCE_MAX}
_DOCUMENT = {"method": "POST", "path": "/player/"}
_FORM = {"method": "POST", "path": "/player/trade", "kind": FORM}
# Whole numbers in JSON bodies.
JSON_INTEGERS = (
    *shop_slots.JSON_INTEGERS,
    Slot(**_CREATE, raw='{"coins": @}', field="coins"),
    Slot(**_CREATE, raw='{"name": "a", "goods": @}', field="goods"),
    Slot(**_BATCH, raw='{"players": [{}, {"coins": @}]}', field="/players/1/coins"),
    Slot(**_BATCH, raw='{"players": [{"goods": @}]}', field="/players/0/goods"),
    Slot(**_CHANGE, raw='{"reason": "a", "coins": @}', field="coins", good=adjusted(COINS)),
    Slot(**_CHANGE, raw='{"reason": "a", "goods": @}', field="goods", good=adjusted(GOODS)),
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw=_TRADE % ("@", 1),
        field="goods",
        least=1,
        good=if_enough(GOODS, 201),
    ),
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw=_TRADE % (1, "@"),
        field="coins",
        good=if_enough(COINS, 201),
    ),
    Slot(
        **_MANY,
        raw=_WHOLE % ("@", 1),
        field="/trades/0/goods",
        least=1,
        good=if_enough(GOODS, 200),
    ),
    Slot(**_MANY, raw=_WHOLE % (1, "@"), field="/trades/0/coins", good=if_enough(COINS, 200)),
    Slot(**_DOCUMENT, raw='[{"coins": @, "goods": 1}]', field="coins of player 0"),
    Slot(**_DOCUMENT, raw='[{"coins": 1, "goods": @}]', field="goods of player 0"),
)
_LIST = {"method": "GET", "field": "query limit", "least": 1, "most": PAGE_MAX}
_PAGE = {"method": "GET"}
# Whole numbers as text: in queries, forms and paths.
TEXT_INTEGERS = (
    Slot(**_LIST, path=f"{V1}/players?limit=@"),
    Slot(**_LIST, path=f"{V1}/players/<s>/entries?limit=@"),
    Slot(**_LIST, path=f"{V1}/trades?player=<s>&limit=@"),
    *shop_slots.LIMITS,
    Slot(**_PAGE, path="/player/limit/@", field="limit", most=LIST_MAX),
    Slot(**_PAGE, path="/player/limit/@/", field="limit", most=LIST_MAX),
    Slot(**_PAGE, path="/player/page?index=0&size=@", field="size", most=LIST_MAX),
    Slot(**_PAGE, path="/player/page?size=1&index=@", field="index"),
    Slot(
        **_FORM,
        raw="sellID=@&buyID=<b>&amount=1&price=1",
        field="sellID",
        least=1,
        most=ID_MAX,
        good=_side(0),
    ),
    Slot(
        **_FORM,
        raw="sellID=<s>&buyID=@&amount=1&price=1",
        field="buyID",
        least=1,
        most=ID_MAX,
        good=_side(1),
    ),
    Slot(
        **_FORM,
        raw="sellID=<s>&buyID=<b>&amount=@&price=1",
        field="amount",
        least=1,
        good=if_enough(GOODS, 200),
    ),
    Slot(
        **_FORM,
        raw="sellID=<s>&buyID=<b>&amount=1&price=@",
        field="price",
        good=if_enough(COINS, 200),
    ),
)
# Texts in JSON bodies; least and most are their lengths.
TEXTS = (
    *shop_slots.TEXTS,
    Slot(**_CREATE, raw='{"name": @}', field="/name", most=32),
    Slot(**_BATCH, raw='{"players": [{"name": @}]}', field="/players/0/name", most=32),
    Slot(
        method="PATCH",
        path=f"{V1}/players/<s>",
        raw='{"name": @}',
        field="/name",
        least=1,
        most=32,
    ),
    Slot(
        method="POST",
        path=_ADJUST,
        raw='{"coins": 1, "reason": @}',
        field="/reason",
        least=1,
        most=200,
        good=created(201),
    ),
)
# Ids in JSON bodies.
IDS = (
    *shop_slots.IDS,
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw='{"seller": @, "buyer": "<b>", "goods": 1, "coins": 1}',
        field="/seller",
    ),
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw='{"seller": "<s>", "buyer": @, "goods": 1, "coins": 1}',
        field="/buyer",
    ),
    Slot(
        **_MANY,
        raw=(_WHOLE % (1, 1)).replace('"<s>"', "@"),
        field="/trades/0/seller",
    ),
)
# Ids in paths, in a request that is good otherwise.
PATH_IDS = (
    Slot(method="GET", path=f"{V1}/players/@", field="player"),
    Slot(method="PATCH", path=f"{V1}/players/@", raw='{"name": "a"}', field="player"),
    Slot(method="DELETE", path=f"{V1}/players/@", field="player"),
    Slot(
        method="POST",
        path=f"{V1}/players/@/adjustments",
        raw='{"coins": 1, "reason": "a"}',
        field="player",
    ),
    Slot(method="GET", path=f"{V1}/players/@/entries", field="player"),
    Slot(method="GET", path=f"{V1}/trades/@", field="trade"),
    Slot(method="GET", path=f"{V1}/trades/@-1", field="trade"),
    Slot(method="GET", path=f"{V1}/trades/<s>-@", field="trade"),
    *shop_slots.PATH_IDS,
    Slot(method="GET", path="/player/@", field="player"),
    Slot(method="GET", path="/player/@/", field="player"),
)
JSON_COMMANDS = tuple(command for command in COMMANDS if command.raw and command.kind == JSON)
# Every list, with a query that it takes.
LISTS = (
    f"{V1}/players?limit=5",
    f"{V1}/players/<s>/entries?limit=5",
    f"{V1}/trades?limit=5&player=<s>",
    *shop_slots.LISTS,
)
# Every route, and the methods that it takes.
ROUTES = (
    {
        f"{V1}/players": "GET, HEAD, POST",
        f"{V1}/players/batch": "POST",
        f"{V1}/players/<s>": "DELETE, GET, HEAD, PATCH",
        f"{V1}/players/<s>/adjustments": "POST",
        f"{V1}/players/<s>/entries": "GET, HEAD",
        f"{V1}/trades": "GET, HEAD, POST",
        f"{V1}/trades/batch": "POST",
        f"{V1}/trades/1-1": "GET, HEAD",
        f"{V1}/receipts/key": "GET, HEAD",
        "/player": "POST",
        "/player/": "POST",
        "/player/<s>": "GET, HEAD",
        "/player/<s>/": "GET, HEAD",
        "/player/limit/3": "GET, HEAD",
        "/player/limit/3/": "GET, HEAD",
        "/player/count": "GET, HEAD",
        "/player/count/": "GET, HEAD",
        "/player/page": "GET, HEAD",
        "/player/page/": "GET, HEAD",
        "/player/trade": "POST",
        "/player/trade/": "POST",
        "/livez": "GET, HEAD",
        "/readyz": "GET, HEAD",
        "/api/docs": "GET, HEAD",
        "/api/openapi.json": "GET, HEAD",
    }
    | shop_slots.ROUTES
    | tutorial_slots.ROUTES
)
