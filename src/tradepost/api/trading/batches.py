"""Many trades in one request."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tradepost import txn
from tradepost.api import request_options, rights
from tradepost.api.commands import written
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.fields import CommandQuery
from tradepost.api.responses import answered
from tradepost.api.routes import ApiRouter
from tradepost.api.trading import present
from tradepost.api.trading import schemas as s
from tradepost.api.trading.trades import TRADE, terms_of
from tradepost.errors import Malformed
from tradepost.trading import batches, errors

router = ApiRouter(tags=["trades"])
BATCH = "POST /trades/batch"


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
    terms = [terms_of(trade) for trade in body.trades]
    outcome = batches.execute(terms, whole=body.all_or_nothing, **options)
    headers: dict[str, str] = {}
    answered(headers, outcome, None, dry_run=query.dry_run)
    return _response(present.batch(outcome.answer), headers)


def _check_keys(body: s.TradesIn, options: request_options.RequestOptions) -> None:
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
        (terms_of(trade), txn.Key(actor, str(trade.key), TRADE.scope)) for trade in body.trades
    ]
    return {
        "results": [present.trade_result(one) for one in batches.execute_each(keyed, actor=actor)]
    }


def _response(results: dict[str, Any], headers: dict[str, str]) -> HttpResponse:
    # Written here, because the framework would first make a model of each trade.
    for result in results["results"]:
        if "trade" in result:
            result["trade"] = written(result["trade"])
    return HttpResponse(
        json.dumps(results), content_type="application/json; charset=utf-8", headers=headers
    )
