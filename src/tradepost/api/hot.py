"""The hot routes: commands that are answered without Django's request and response.

A request that says anything unusual, or that is refused before its command is executed, is left
to the ordinary view of the same command: until then nothing was done.
"""

import functools
from typing import Any

from django.core.exceptions import SuspiciousOperation
from pydantic import ValidationError

from tradepost import txn
from tradepost.access import key_lookup, routes
from tradepost.access.entry import Facts, HttpsRequired, enter, require_access
from tradepost.access.key_lookup import LookupNeeded
from tradepost.access.local_mode import is_proxy_header
from tradepost.api.commands import Command
from tradepost.api.policy import entry_policy
from tradepost.api.request_options import idempotency_key
from tradepost.api.shop import orders
from tradepost.api.trading import trades
from tradepost.api.tutorials import players
from tradepost.errors import Refusal

METHOD = "POST"
COMMANDS: dict[str, Command[Any, Any]] = {
    "/api/v1/trades": trades.TRADE,
    "/api/v1/purchases": orders.PURCHASE,
    "/player/trade": players.TRADE,
    "/player/trade/": players.TRADE,
}
# Any other header could mean something that only Django's middleware or the view understands.
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
# A command has some hundred bytes; reading a longer body would hold up the event loop.
BODY_MAX = 16 * 1024
# What the view answers in its own words, and so without a second look at it here.
LEFT_TO_VIEW = (Refusal, ValidationError, SuspiciousOperation, HttpsRequired, LookupNeeded)


def unit_of(command: Command[Any, Any], facts: Facts, raw: bytes) -> txn.Unit[Any] | None:
    """Return the unit that a request asks for, or None where its view is to answer.

    Raises:
        Refusal: The caller may not use the route, or the terms make no sense. The use of a key is
            counted by then: were the view asked again, it would count twice.
    """
    if not _is_plain(command, facts, raw):
        return None
    try:
        terms = command.read(raw)
        given = idempotency_key(facts.headers.get("idempotency-key"))
        caller = enter(facts, entry_policy(), key_lookup.identify_cached)
    except LEFT_TO_VIEW:
        return None
    require_access(caller, _access(facts.path), METHOD)
    key = None if given is None else txn.Key(caller.actor, given, command.scope)
    return command.unit(terms, actor=caller.actor, key=key)


def _is_plain(command: Command[Any, Any], facts: Facts, raw: bytes) -> bool:
    headers = facts.headers
    unknown = headers.keys() - PLAIN_HEADERS
    return (
        headers.get("content-length") == str(len(raw))
        and len(raw) <= BODY_MAX
        and command.content_type in (None, headers.get("content-type"))
        and all(map(is_proxy_header, unknown))
    )


# Cached: resolving the path takes 25 µs.
@functools.cache
def _access(path: str) -> routes.Access | None:
    return routes.of_path(path)
