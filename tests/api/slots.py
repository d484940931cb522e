"""Every place of every route that takes a value, and what the route makes of a good one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.api.commands import COMMANDS, FORM, V1
from tradepost.api.cursors import PAGE_MAX
from tradepost.api.documents.players import LIST_MAX
from tradepost.trading.models import BALANCE_MAX
from tradepost.limits import ID_MAX

JSON = "application/json"
# Both players have 100 coins and 20 goods.
COINS, GOODS = 100, 20
Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a value, `@` in the path or in the body.

    Attributes:
        field: What the route calls it.
        least: The least that makes sense.
        most: The most that makes sense.
        good: The status for what makes sense, from the number and the players.
    """

    method: str
    path: str
    raw: str = ""
    kind: str = JSON
    field: str
    least: int = 0
    most: int = BALANCE_MAX
    good: Callable[[int, Pair], int] = lambda _number, _pair: 200

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.raw}"

    @property
    def is_v1(self) -> bool:
        return self.path.startswith(V1)

    def request(self, value: str, pair: Pair) -> dict[str, Any]:
        """Return the arguments of a call of `Api` with a value in its place."""

        def filled(text: str) -> str:
            return (
                text.replace("@", value).replace("<s>", str(pair[0])).replace("<b>", str(pair[1]))
            )

        return {
            "method": self.method,
            "path": filled(self.path),
            "raw": filled(self.raw).encode(),
            "kind": self.kind,
        }


def _adjusted(start: int) -> Callable[[int, Pair], int]:
    def good(number: int, _pair: Pair) -> int:
        if number == 0:
            return 422
        return 201 if 0 <= start + number <= BALANCE_MAX else 409

    return good


def _if_enough(enough: int, status: int) -> Callable[[int, Pair], int]:
    return lambda number, _pair: status if number <= enough else 409


def _side(own: int) -> Callable[[int, Pair], int]:
    """Return what a document's trade answers where one side's id is this."""

    def good(number: int, pair: Pair) -> int:
        if number == pair[1 - own]:
            return 400
        return 200 if number == pair[own] else 404

    return good


def _created(status: int) -> Callable[[int, Pair], int]:
    return lambda _number, _pair: status


_ADJUST = f"{V1}/players/<s>/adjustments"
_TRADE = '{"seller": "<s>", "buyer": "<b>", "goods": %s, "coins": %s}'
_WHOLE = f'{{"all_or_nothing": true, "trades": [{_TRADE}]}}'
_MANY = {"method": "POST", "path": f"{V1}/trades/batch"}
_CREATE = {"method": "POST", "path": f"{V1}/players", "good": _created(201)}
_BATCH = {"method": "POST", "path": f"{V1}/players/batch", "good": _created(201)}
_CHANGE = {"method": "POST", "path": _ADJUST, "least": -BALANCE_MAX}
_DOCUMENT = {"method": "POST", "path": "/player/"}
_FORM = {"method": "POST", "path": "/player/trade", "kind": FORM}
# Whole numbers in JSON bodies.
JSON_INTEGERS = (
    Slot(**_CREATE, raw='{"coins": @}', field="coins"),
    Slot(**_CREATE, raw='{"name": "a", "goods": @}', field="goods"),
    Slot(**_BATCH, raw='{"players": [{}, {"coins": @}]}', field="/players/1/coins"),
    Slot(**_BATCH, raw='{"players": [{"goods": @}]}', field="/players/0/goods"),
    Slot(**_CHANGE, raw='{"reason": "a", "coins": @}', field="coins", good=_adjusted(COINS)),
    Slot(**_CHANGE, raw='{"reason": "a", "goods": @}', field="goods", good=_adjusted(GOODS)),
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw=_TRADE % ("@", 1),
        field="goods",
        least=1,
        good=_if_enough(GOODS, 201),
    ),
    Slot(
        method="POST",
        path=f"{V1}/trades",
        raw=_TRADE % (1, "@"),
        field="coins",
        good=_if_enough(COINS, 201),
    ),
    Slot(
        **_MANY,
        raw=_WHOLE % ("@", 1),
        field="/trades/0/goods",
        least=1,
        good=_if_enough(GOODS, 200),
    ),
    Slot(**_MANY, raw=_WHOLE % (1, "@"), field="/trades/0/coins", good=_if_enough(COINS, 200)),
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
        good=_if_enough(GOODS, 200),
    ),
    Slot(
        **_FORM,
        raw="sellID=<s>&buyID=<b>&amount=1&price=@",
        field="price",
        good=_if_enough(COINS, 200),
    ),
)
# Texts in JSON bodies; least and most are their lengths.
TEXTS = (
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
        good=_created(201),
    ),
)
# Ids in JSON bodies.
IDS = (
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
    Slot(method="GET", path="/player/@", field="player"),
    Slot(method="GET", path="/player/@/", field="player"),
)
JSON_COMMANDS = tuple(command for command in COMMANDS if command.raw and command.kind == JSON)
# Every route, and the methods that it takes.
ROUTES = {
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
