"""The player API of the game tutorial: `/player/`."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import re_path

from tradepost.api import body, request_options
from tradepost.api.commands import Command, Reply
from tradepost.api.fields import DIGITS
from tradepost.api.ids import player_id
from tradepost.api.rights import PLAYERS
from tradepost.api.trading.schemas import PLAYERS_MAX
from tradepost.api.tutorials.route import LIST_MAX, done, plain, refused, route
from tradepost.errors import Malformed, TradepostError
from tradepost.limits import ID_MAX
from tradepost.trading import players, queries, trades
from tradepost.trading.acts import NewPlayer, TradeAnswer
from tradepost.trading.errors import InsufficientCoins, InsufficientGoods
from tradepost.trading.models import BALANCE_MAX, Player
from tradepost.trading.rules import Terms
from tradepost.txn import Outcome


def tell(error: TradepostError) -> str | None:
    """Return the tutorial's own words for a trade that lacks goods or coins."""
    if isinstance(error, InsufficientGoods):
        return f"sell player {error.facts['player']} goods not enough"
    if isinstance(error, InsufficientCoins):
        return f"buy player {error.facts['player']} coins not enough"
    return None


def create(request: HttpRequest) -> HttpResponse:
    given = body.loads(body.read(request))
    if not isinstance(given, list):
        raise Malformed('the body is not a list such as [{"coins": 100, "goods": 20}]')
    if len(given) > PLAYERS_MAX:
        raise Malformed(f"{len(given)} players at once; {PLAYERS_MAX} are the limit")
    new = [_new(place, one) for place, one in enumerate(given)]
    outcome = players.create(new, **request_options.read(request, "POST /player/"))
    return done(outcome, f"create {len(outcome.answer)} players.")


def get(_request: HttpRequest, id: str) -> HttpResponse:
    return JsonResponse(_shown(queries.get_player(player_id(id))))


def first(_request: HttpRequest, limit: str) -> HttpResponse:
    """List the first players; with a limit of 0 the tutorial answers an empty body."""
    count = _whole(limit, "limit", most=LIST_MAX)
    return _listed(queries.list_players(limit=count)) if count else plain("")


def count(_request: HttpRequest) -> HttpResponse:
    return plain(queries.count_players())


def page(request: HttpRequest) -> HttpResponse:
    """List a page of players; pages count from 0."""
    body.single(request.GET, "query")
    size = _whole(request.GET.get("size"), "size", most=LIST_MAX)
    index = _whole(request.GET.get("index"), "index")
    return _listed(queries.list_players(limit=size, offset=index * size))


def trade(request: HttpRequest) -> HttpResponse:
    return TRADE.run(request, _terms_of(body.form(request)))


def _terms_of(form: QueryDict) -> Terms:
    return Terms(
        seller=_whole(form.get("sellID"), "sellID", least=1, most=ID_MAX),
        buyer=_whole(form.get("buyID"), "buyID", least=1, most=ID_MAX),
        goods=_whole(form.get("amount"), "amount", least=1),
        coins=_whole(form.get("price"), "price"),
    )


def _read(raw: bytes) -> Terms:
    form = QueryDict(raw)
    body.single(form, "form")
    return _terms_of(form)


def _present(outcome: Outcome[TradeAnswer], *, dry_run: bool = False) -> Reply:
    return Reply.of(done(outcome, "trade successful"))


def _refuse(error: BaseException) -> HttpResponse:
    return refused(error, tell)


TRADE = Command(
    "POST /player/trade", _read, trades.unit, _present, _refuse, "application/x-www-form-urlencoded"
)


def _new(place: int, given: Any) -> NewPlayer:
    if not isinstance(given, dict):
        raise Malformed(f"player {place} of the list is not an object")
    if unknown := given.keys() - {"coins", "goods"}:
        raise Malformed(f"player {place} has an unknown field {min(unknown)[:40]!r}")
    for name in ("coins", "goods"):
        value = given.get(name)
        # True is an int in Python, but not in JSON.
        if type(value) is not int or not 0 <= value <= BALANCE_MAX:
            raise Malformed(
                f"{name} of player {place} is not a whole number from 0 to {BALANCE_MAX}"
            )
    return NewPlayer(coins=given["coins"], goods=given["goods"])


def _whole(given: str | None, name: str, *, least: int = 0, most: int = BALANCE_MAX) -> int:
    if given is None:
        raise Malformed(f"{name} is missing")
    if not DIGITS.fullmatch(given) or not least <= int(given) <= most:
        raise Malformed(f"{name} is not a whole number from {least} to {most}")
    return int(given)


def _listed(found: list[Player]) -> HttpResponse:
    return JsonResponse([_shown(player) for player in found], safe=False)


def _shown(player: Player) -> dict[str, int]:
    return {"id": player.pk, "coins": player.coins, "goods": player.goods}


urlpatterns = [
    re_path(r"^player/?$", route(PLAYERS, post=create)),
    re_path(r"^player/count/?$", route(PLAYERS, get=count)),
    re_path(r"^player/page/?$", route(PLAYERS, get=page)),
    re_path(r"^player/trade/?$", route(PLAYERS, tell, post=trade)),
    re_path(r"^player/limit/(?P<limit>[^/]+)/?$", route(PLAYERS, get=first)),
    re_path(r"^player/(?P<id>[^/]+)/?$", route(PLAYERS, get=get)),
]
