"""A home for operators: what there is, whether it adds up, and what happens now."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
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

# Whose last trades are looked at, and how many rows of each kind are shown.
NEWEST_PLAYERS = 50
SHOWN = 10
LOW_STOCK = 5
WAITED_OUT = (ErrorClass.BUSY,)
CUT_OFF = (ErrorClass.LOST, ErrorClass.UNKNOWN)
# A process's counters are its own.
PROCESS = f"{os.getpid()}-{time.time_ns()}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is cheap to read, and changes when something happens.

    Attributes:
        heads: Of the newest players.
        orders: The newest.
        events: That this process counted.
        minute: It is when old counts go, and what nothing else tells shows up.
    """

    heads: list[Head]
    orders: list[Order]
    events: int
    minute: int

    def etag(self, who: str) -> str:
        """Return the tag of a page that shows this to somebody."""
        orders = [(order.pk, order.version, str(order.customer)) for order in self.orders]
        seen = [who, PROCESS, self.events, self.minute, self.heads, orders]
        return f'W/"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}"'


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what there is, the last verdict, and what happens now."""
    verdict, totals = audit_cache.last()
    facts = _facts()
    context = {
        "verdict": verdict,
        "totals": [(name, totals[name]) for name in totals if name != "at"],
        "totals_at": totals["at"],
    }
    return render(request, "web/overview/overview.html", context | _now(request, facts))


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Show what happens now, to a page that asks again and again; 304 where it knows it."""
    facts = _facts()
    etag = facts.etag(_who(request))
    known = re.findall(r'(?:W/)?("[^"]*")', request.headers.get("If-None-Match", ""))
    response: HttpResponse
    if etag.removeprefix("W/") in known:
        response = HttpResponseNotModified()
    else:
        response = render(request, "web/overview/_now.html", _now(request, facts))
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def audit(request: HttpRequest) -> HttpResponse:
    """Run the audit, and show what it says."""
    verdict = audit_cache.run()
    if verdict is None:
        messages.info(request, "An audit is under way already; its verdict is here soon.")
    elif verdict["broken"]:
        messages.error(request, f"The audit found something: see below. {_over(verdict)}")
    else:
        messages.success(request, f"The audit found nothing wrong. {_over(verdict)}")
    return redirect("overview")


def _over(verdict: audit_cache.Kept) -> str:
    return f"It looked at {verdict['rows']:,} rows in {verdict['took_s']} s."


def _who(request: HttpRequest) -> str:
    caller = caller_of(request)
    return f"{caller.actor} {sorted(caller.rights)}"


def _facts() -> Facts:
    return Facts(
        heads=trading.list_newest_heads(limit=NEWEST_PLAYERS),
        orders=shop.list_latest_orders(limit=SHOWN),
        events=txn.tally.events,
        minute=int(time.time() // 60),
    )


def _now(request: HttpRequest, facts: Facts) -> dict[str, Any]:
    trades = trading.list_latest_trades(facts.heads, limit=SHOWN)
    names = trading.names_of({side for one in trades for side in (one.seller, one.buyer)})
    return {
        "if_none_match": json.dumps({"If-None-Match": facts.etag(_who(request))}),
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
        "orders": facts.orders,
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
        "waited_out": sum(one.failed[verdict] for verdict in WAITED_OUT),
        "cut_off": sum(one.failed[verdict] for verdict in CUT_OFF),
    }
