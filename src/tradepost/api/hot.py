"""The hot routes: commands that are answered without Django's request and response.

Each gives the answer that its view gives, made by the same functions. A request that says
anything unusual, or that is refused before it is executed, is left to the view: until then
nothing was done.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.http.request import split_domain_port, validate_host
from ninja.responses import Status

from tradepost import txn
from tradepost.access import open_mode
from tradepost.api import body, calls, present, problems, shop_present
from tradepost.api.documents import players as document
from tradepost.api.documents.route import refused
from tradepost.api.routes import orders as shop_view
from tradepost.api.routes import trades as view
from tradepost.api.schemas import TradeIn
from tradepost.api.shop_schemas import PurchaseIn
from tradepost.shop import orders
from tradepost.trading import trades

METHOD = "POST"
# Whatever else a request says of itself is for the views to understand.
PLAIN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "origin",
        "referer",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "user-agent",
        "x-request-id",
    }
)
# Those of them by which open mode tells where a request comes from.
ORIGIN_HEADERS = ("origin", "sec-fetch-site", "sec-fetch-mode")
# A command has some hundred bytes; what is longer would keep the event loop from others.
BODY_MAX = 16 * 1024
FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Reply:
    """A response's own part; what every response has besides comes from who sends it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, response: HttpResponse) -> Reply:
        """Make one of a response of the framework's."""
        return cls(response.status_code, dict(response.items()), response.content)


@dataclass(frozen=True, slots=True)
class Request:
    """A request, as far as a hot route looks at it.

    Attributes:
        headers: By name in lower case.
    """

    headers: Mapping[str, str]
    remote_address: str
    body: bytes


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One command.

    Attributes:
        unit: Makes the unit of a request, or raises what the view would refuse it with.
        reply: Makes the response to an outcome.
        refusal: Makes the response to an error.
    """

    unit: Callable[[Request], txn.Unit | None]
    reply: Callable[[txn.Outcome], Reply]
    refusal: Callable[[BaseException], HttpResponse]


def unit_of(route: HotRoute, request: Request) -> txn.Unit | None:
    """Return what a request asks for, or None where the view is to answer it."""
    headers = request.headers
    if not (
        headers.keys() <= PLAIN_HEADERS
        and headers.get("content-length") == str(len(request.body))
        and len(request.body) <= BODY_MAX
        and _is_ours(headers.get("host", ""))
    ):
        return None
    try:
        open_mode.check(
            method=METHOD,
            host=headers["host"],
            remote_address=request.remote_address,
            # A proxy's are none of the plain ones.
            headers={name: headers[name] for name in ORIGIN_HEADERS if name in headers},
        )
        return route.unit(request)
    except Exception:  # noqa: BLE001 - the view meets it again, and tells it
        return None


@functools.lru_cache
def _is_ours(host: str) -> bool:
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _key(request: Request, route: str) -> txn.Key | None:
    return calls.key_of(request.headers.get("idempotency-key"), route)


def _trade(request: Request) -> txn.Unit:
    given = TradeIn.model_validate(body.loads(request.body))
    key = _key(request, view.TRADE)
    return trades.unit(view.terms_of(given), actor=calls.LOCAL_ACTOR, key=key)


def _settled(outcome: txn.Outcome) -> Reply:
    return _made(view.settled, outcome, ("at",))


def _purchase(request: Request) -> txn.Unit:
    given = PurchaseIn.model_validate(body.loads(request.body))
    return orders.unit(
        shop_view.buyer_of(given),
        (shop_view.wish_of(given),),
        act=orders.PURCHASE,
        actor=calls.LOCAL_ACTOR,
        key=_key(request, shop_view.PURCHASE),
    )


def _ordered(outcome: txn.Outcome) -> Reply:
    return _made(shop_view.ordered, outcome, shop_present.ORDER_TIMES)


def _made(
    answered: Callable[..., Status[Any]], outcome: txn.Outcome, times: Sequence[str]
) -> Reply:
    """Answer what was made as the framework would, whose models cost more than the commit."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = answered(headers, outcome)
    shown = present.written(answer.value, times)
    return Reply(answer.status_code, headers, json.dumps(shown).encode())


def _form_trade(request: Request) -> txn.Unit | None:
    if request.headers.get("content-type") != FORM:
        return None
    form = QueryDict(request.body)
    body.single(form, "form")
    key = _key(request, document.TRADE)
    return trades.unit(document.terms_of(form), actor=calls.LOCAL_ACTOR, key=key)


def _refused(error: BaseException) -> HttpResponse:
    return problems.problem(problems.translate(error))


HOT_ROUTES = {
    "/api/v1/trades": HotRoute(_trade, _settled, _refused),
    "/api/v1/purchases": HotRoute(_purchase, _ordered, _refused),
} | dict.fromkeys(
    ("/player/trade", "/player/trade/"),
    HotRoute(
        _form_trade,
        lambda outcome: Reply.of(document.traded(outcome)),
        lambda error: refused(error, document.tell),
    ),
)
