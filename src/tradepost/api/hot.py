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
from tradepost.access import keys, local_mode, routes
from tradepost.access.caller import LOCAL, Caller
from tradepost.access.rights import Rights
from tradepost.api import body, problems, request_options
from tradepost.api.shop import orders as shop_view
from tradepost.api.shop import present as shop_present
from tradepost.api.shop.schemas import PurchaseIn
from tradepost.api.times import written
from tradepost.api.trading import trades as view
from tradepost.api.trading.schemas import TradeIn
from tradepost.api.tutorials import players as document
from tradepost.api.tutorials.route import refused
from tradepost.shop import acts, orders
from tradepost.trading import trades

METHOD = "POST"
# Whatever else a request says of itself is for the views to understand.
PLAIN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
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
# What a proxy says of its caller; the server has understood it, where the proxy is trusted.
PROXY_HEADERS = frozenset(
    {
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
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
        secure: Whether it came over TLS, if only to a proxy.
    """

    path: str
    secure: bool
    headers: Mapping[str, str]
    remote_address: str
    body: bytes


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One command.

    Attributes:
        unit: Makes the unit of an actor's request, or raises what the view would refuse it with.
        reply: Makes the response to an outcome.
        refusal: Makes the response to an error.
    """

    unit: Callable[[Request, str], txn.Unit[Any] | None]
    reply: Callable[[txn.Outcome[Any]], Reply]
    refusal: Callable[[BaseException], HttpResponse]


def unit_of(route: HotRoute, request: Request) -> txn.Unit[Any] | None:
    """Return what a request asks for, or None where the view is to answer it."""
    headers = request.headers
    if not (
        headers.get("content-length") == str(len(request.body))
        and len(request.body) <= BODY_MAX
        and _is_ours(headers.get("host", ""))
        and (request.secure or not settings.SECURE_SSL_REDIRECT)
    ):
        return None
    try:
        secret = keys.secret_of(headers.get("authorization", ""))
        caller = _local(request) if secret is None else keys.remembered(secret)
        known = PLAIN_HEADERS if secret is None else PLAIN_HEADERS | PROXY_HEADERS
        if caller is None or not headers.keys() <= known or not _may(request.path, caller.rights):
            return None
        local_mode.require_same_site(method=METHOD, host=headers["host"], headers=headers)
        unit = route.unit(request, caller.actor)
        if unit is not None and secret is not None:
            keys.count(secret)
    except Exception:  # noqa: BLE001 - the view meets it again, and tells it
        return None
    return unit


def _local(request: Request) -> Caller | None:
    if not settings.LOCAL_MODE:
        return None
    # No header of a proxy is among the plain ones.
    local_mode.require_local(remote_address=request.remote_address, headers=())
    return LOCAL


@functools.lru_cache
def _may(path: str, rights: Rights) -> bool:
    rule = routes.of_path(path)
    return rule is not None and rule.allows(METHOD, rights)


@functools.lru_cache
def _is_ours(host: str) -> bool:
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _key(request: Request, route: str, actor: str) -> txn.Key | None:
    return request_options.key_of(request.headers.get("idempotency-key"), route, actor)


def _trade(request: Request, actor: str) -> txn.Unit[Any]:
    given = TradeIn.model_validate(body.loads(request.body))
    key = _key(request, view.TRADE, actor)
    return trades.unit(view.terms_of(given), actor=actor, key=key)


def _settled(outcome: txn.Outcome[Any]) -> Reply:
    return _made(view.settled, outcome, ("at",))


def _purchase(request: Request, actor: str) -> txn.Unit[Any]:
    given = PurchaseIn.model_validate(body.loads(request.body))
    return orders.unit(
        shop_view.buyer_of(given),
        (shop_view.line_of(given),),
        act=acts.PURCHASE,
        actor=actor,
        key=_key(request, shop_view.PURCHASE, actor),
    )


def _ordered(outcome: txn.Outcome[Any]) -> Reply:
    return _made(shop_view.ordered, outcome, shop_present.ORDER_TIMES)


def _made(
    answered: Callable[..., Status[Any]], outcome: txn.Outcome[Any], times: Sequence[str]
) -> Reply:
    """Answer what was made as the framework would, whose models cost more than the commit."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = answered(headers, outcome)
    shown = written(answer.value, times)
    return Reply(answer.status_code, headers, json.dumps(shown).encode())


def _form_trade(request: Request, actor: str) -> txn.Unit[Any] | None:
    if request.headers.get("content-type") != FORM:
        return None
    form = QueryDict(request.body)
    body.single(form, "form")
    key = _key(request, document.TRADE, actor)
    return trades.unit(document.terms_of(form), actor=actor, key=key)


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
