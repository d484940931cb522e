"""The operators' overview: totals, the last audit, and current activity."""

import json
import os
import time
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.engines import ErrorClass
from tradepost.shop import queries as shop
from tradepost.shop.models import Order
from tradepost.trading import queries as trading
from tradepost.trading.queries import Head
from tradepost.web import audit_cache
from tradepost.web.views.common import fingerprint, polled

# How many players are searched for trades, and how many rows of each table are shown.
NEWEST_PLAYERS = 50
SHOWN = 10
LOW_STOCK = 5
CUT_OFF = (ErrorClass.LOST, ErrorClass.UNKNOWN)
# Counters differ between processes, so entity tags do, too.
PROCESS = f"{os.getpid()}-{time.time_ns()}"


@dataclass(frozen=True, slots=True)
class Activity:
    """What is cheap to read, and changes when something happens.

    Attributes:
        heads: The last entries of the newest players.
        events: How many events this process has counted.
        minute: The current minute: the page is rendered again at least once a minute.
    """

    heads: list[Head]
    orders: list[Order]
    events: int
    minute: int

    def etag(self, request: HttpRequest) -> str:
        """Return the entity tag of a page that shows this to the caller."""
        caller = caller_of(request)
        rights = f"{caller.actor} {sorted(caller.rights)}"
        orders = [(order.pk, order.version, str(order.customer)) for order in self.orders]
        tag = fingerprint(rights, PROCESS, self.events, self.minute, self.heads, orders)
        return f'W/"{tag}"'


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    audit_result, totals = audit_cache.latest()
    context = {
        "audit": audit_result,
        "totals": [(name, totals[name]) for name in totals if name != "at"],
        "totals_at": totals["at"],
    }
    return render(request, "web/overview/overview.html", context | _now(request, _activity()))


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Show current activity, to a page that polls for it."""
    activity = _activity()
    return polled(
        request,
        activity.etag(request),
        lambda: render(request, "web/overview/_now.html", _now(request, activity)),
    )


@require_POST
def audit(request: HttpRequest) -> HttpResponse:
    result = audit_cache.run()
    if result is None:
        messages.info(request, "An audit is under way already; its verdict is here soon.")
    elif result["broken"]:
        messages.error(request, f"The audit found something: see below. {_scope(result)}")
    else:
        messages.success(request, f"The audit found nothing wrong. {_scope(result)}")
    return redirect("overview")


def _scope(result: audit_cache.AuditResult) -> str:
    return f"It looked at {result['rows']:,} rows in {result['took_s']} s."


def _activity() -> Activity:
    return Activity(
        heads=trading.list_newest_heads(limit=NEWEST_PLAYERS),
        orders=shop.list_latest_orders(limit=SHOWN),
        events=txn.tally.events,
        minute=int(time.time() // 60),
    )


def _now(request: HttpRequest, activity: Activity) -> dict[str, Any]:
    trades = trading.list_latest_trades(activity.heads, limit=SHOWN)
    names = trading.names_of({side for one in trades for side in (one.seller, one.buyer)})
    return {
        "if_none_match": json.dumps({"If-None-Match": activity.etag(request)}),
        "trades": [
            {
                "id": f"{one.seller}-{one.number}",
                "trade": one,
                "seller": names.get(one.seller),
                "buyer": names.get(one.buyer),
            }
            for one in trades
        ],
        "newest_players": NEWEST_PLAYERS,
        "orders": activity.orders,
        "low": shop.list_low_stock(at_most=LOW_STOCK, limit=SHOWN),
        "low_stock": LOW_STOCK,
        "minutes": [_minute(one) for one in txn.tally.last_minutes()],
    }


def _minute(one: txn.Minute) -> dict[str, Any]:
    return {
        "committed": one.committed,
        "refused": one.refused,
        "transactions": one.transactions,
        "per_transaction": one.per_transaction,
        "conflicts": one.failed[ErrorClass.RETRY],
        "waited_out": one.failed[ErrorClass.BUSY],
        "cut_off": sum(one.failed[kind] for kind in CUT_OFF),
    }
