"""Trades."""

from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tradepost import txn
from tradepost.api import rights
from tradepost.api.body import loads
from tradepost.api.commands import Command, Reply, made
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import trade_id
from tradepost.api.routes import ApiRouter
from tradepost.api.trading import present
from tradepost.api.trading import schemas as s
from tradepost.trading import errors, queries, trades
from tradepost.trading.acts import TradeAnswer
from tradepost.trading.rules import Terms

router = ApiRouter(tags=["trades"])


@router.write(
    "POST /trades",
    s.SettledTradeOut,
    *errors.TRADE_REFUSALS,
    OUT_OF_RANGE,
    creates=True,
    located=True,
)
@rights.PLAYERS
def execute_trade(
    request: HttpRequest, body: s.TradeIn, query: Query[CommandQuery]
) -> HttpResponse:
    """Move goods from seller to buyer against coins, in one step."""
    return TRADE.run(request, terms_of(body), dry_run=query.dry_run)


def terms_of(body: s.TradeIn) -> Terms:
    return Terms(seller=int(body.seller), buyer=int(body.buyer), goods=body.goods, coins=body.coins)


def _read(raw: bytes) -> Terms:
    return terms_of(s.TradeIn.model_validate(loads(raw)))


def _present(outcome: txn.Outcome[TradeAnswer], *, dry_run: bool = False) -> Reply:
    shown = present.trade_answer(outcome.answer)
    where = f"/api/v1/trades/{shown['id']}"
    return made(outcome, shown, times=("at",), dry_run=dry_run, location=where)


TRADE = Command("POST /trades", _read, trades.unit, _present)


@router.read_list("/trades", s.TradePage, errors.PlayerNotFound)
@rights.PLAYERS
def list_trades(request: HttpRequest, query: Query[s.TradesQuery]) -> dict[str, Any]:
    """List a player's trades on either side, the newest first."""
    listing = f"trades {query.player}"
    before = query.before(listing)
    found = queries.list_trades(int(query.player), limit=query.limit + 1, before_number=before)
    return query.page(listing, found, lambda one: present.trade(one[1]), itemgetter(0))


@router.read("/trades/{id}", s.SettledTradeOut, errors.TradeNotFound)
@rights.PLAYERS
def get_trade(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a trade with both balances after it."""
    return present.settled_trade(*queries.get_trade(*trade_id(id)))
