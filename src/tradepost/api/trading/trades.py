"""Trades, one or many in a request."""

import json
from functools import partial
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tradepost import txn
from tradepost.api import request_options, rights
from tradepost.api.body import loads
from tradepost.api.commands import Command, Reply, made, written
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import trade_id
from tradepost.api.responses import answered
from tradepost.api.routes import ApiRouter
from tradepost.api.trading import present
from tradepost.api.trading import schemas as s
from tradepost.errors import Malformed
from tradepost.trading import errors, queries, trades
from tradepost.trading.acts import TradeAnswer
from tradepost.trading.rules import Terms

router = ApiRouter(tags=["trades"])
BATCH = "POST /trades/batch"


# Before the other routes, or "batch" would be the id of a trade.
@router.write(BATCH, s.TradeResultsOut, *errors.TRADE_REFUSALS, OUT_OF_RANGE)
@rights.PLAYERS
def execute_trades(
    request: HttpRequest, body: s.TradesIn, query: Query[CommandQuery]
) -> HttpResponse:
    """Make up to 10,000 trades in their order, and answer each.

    One Idempotency-Key makes them one transaction; a key in each trade makes each its own, which
    can then be asked for again alone. All or nothing is always one transaction.
    """
    options = request_options.read(request, BATCH, dry_run=query.dry_run)
    if any(trade.key is not None for trade in body.trades):
        _check_keys(body, options)
        return _response(_each(body, options["actor"]), {})
    terms = [_terms_of(trade) for trade in body.trades]
    outcome = trades.execute_batch(terms, whole=body.all_or_nothing, **options)
    headers: dict[str, str] = {}
    answered(headers, outcome, None, dry_run=query.dry_run)
    return _response(present.batch(outcome.answer), headers)


def _check_keys(body: s.TradesIn, options: txn.Call) -> None:
    """Refuse keys of trades where the batch is one transaction, or where a trade has none."""
    keys = {trade.key for trade in body.trades}
    if None in keys:
        raise Malformed("some trades have a key and some have none; give one to each, or to none")
    for name, given in (
        ("the header Idempotency-Key", options["key"]),
        ("all_or_nothing", body.all_or_nothing),
        ("dry_run", options["dry_run"]),
    ):
        if given:
            raise Malformed(f"trades with keys of their own do not go together with {name}")


def _each(body: s.TradesIn, actor: str) -> dict[str, Any]:
    keyed = [
        (_terms_of(trade), txn.Key(actor, str(trade.key), TRADE.scope)) for trade in body.trades
    ]
    return {
        "results": [present.trade_result(one) for one in trades.execute_each(keyed, actor=actor)]
    }


def _response(results: dict[str, Any], headers: dict[str, str]) -> HttpResponse:
    # Written here, because the framework would first make a model of each trade.
    for result in results["results"]:
        if "trade" in result:
            result["trade"] = written(result["trade"])
    return HttpResponse(
        json.dumps(results), content_type="application/json; charset=utf-8", headers=headers
    )


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
    return TRADE.run(request, _terms_of(body), dry_run=query.dry_run)


def _terms_of(body: s.TradeIn) -> Terms:
    return Terms(seller=int(body.seller), buyer=int(body.buyer), goods=body.goods, coins=body.coins)


def _read(raw: bytes) -> Terms:
    return _terms_of(s.TradeIn.model_validate(loads(raw)))


def _present(outcome: txn.Outcome[TradeAnswer], *, dry_run: bool = False) -> Reply:
    shown = present.trade_answer(outcome.answer)
    where = f"/api/v1/trades/{shown['id']}"
    return made(outcome, shown, times=("at",), dry_run=dry_run, location=where)


TRADE = Command("POST /trades", _read, trades.unit, _present)


@router.read_list("/trades", s.TradePage, errors.PlayerNotFound)
@rights.PLAYERS
def list_trades(request: HttpRequest, query: Query[s.TradesQuery]) -> dict[str, Any]:
    """List a player's trades on either side, the newest first."""
    listing, read = f"trades {query.player}", partial(queries.list_trades, int(query.player))
    return query.page(listing, read, lambda one: present.trade(one[1]), itemgetter(0))


@router.read("/trades/{id}", s.SettledTradeOut, errors.TradeNotFound)
@rights.PLAYERS
def get_trade(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a trade with both balances after it."""
    return present.settled_trade(*queries.get_trade(*trade_id(id)))
