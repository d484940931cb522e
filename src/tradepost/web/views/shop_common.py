"""What the shop's pages share: whose orders one sees, keyset pages, and parts that are polled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from tradepost.access.caller import caller_of
from tradepost.limits import ID_MAX
from tradepost.web.customers import customer_of

PAGE_SIZE = 30
PLACE = re.compile(r"[0-9]{1,19}")
# What a read raises where the database is away.
AWAY = (OperationalError, InterfaceError)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list.

    Attributes:
        first: The query of the list's first page.
        next: The query of the page that follows; empty where none does.
    """

    items: Sequence[T]
    is_first: bool
    first: str
    next: str


def own_customer(request: HttpRequest) -> int | None:
    """Return the customer whose orders alone the caller sees; None sees everybody's."""
    caller = caller_of(request)
    if not caller.buys_for_themself:
        return None
    if caller.account is None:
        raise Http404
    return customer_of(caller.account)


def require_id(id: int) -> int:
    """Refuse, as not there, an id that no row can have."""
    if id > ID_MAX:
        raise Http404
    return id


def cursor_of(request: HttpRequest) -> int | None:
    """Return where the page that is asked for begins, or None for the first."""
    given = request.GET.get("cursor")
    if given is None:
        return None
    if not PLACE.fullmatch(given) or int(given) > ID_MAX:
        raise BadRequest("This page of the list cannot be found: begin again with the first one.")
    return int(given)


def page_of(request: HttpRequest, found: Sequence[T], place: Callable[[T], int]) -> Page[T]:
    """Return a page of what was found, which is up to one more than fits."""
    query = request.GET.copy()
    query.pop("cursor", None)
    first, items = query.urlencode(), found[:PAGE_SIZE]
    query["cursor"] = str(place(items[-1])) if items else ""
    more = query.urlencode() if len(found) > PAGE_SIZE else ""
    return Page(items, "cursor" not in request.GET, first, more)


def tag_of(*seen: object) -> str:
    """Return an entity tag's text: another one for whatever else is seen."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def part(request: HttpRequest, template: str, tag: str, context: dict[str, Any]) -> HttpResponse:
    """Answer a part of a page, unless the page has it already."""
    known = get_conditional_response(request, etag=quote_etag(tag))
    response = known or render(request, template, context)
    response["ETag"] = quote_etag(tag)
    response["Cache-Control"] = "private, no-cache"
    return varied(response)


def varied(response: HttpResponse) -> HttpResponse:
    """Tell caches that a page and a part of it have one address."""
    patch_vary_headers(response, ["HX-Request"])
    return response
