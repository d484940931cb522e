"""Shared by the views: form methods, keyset pages, and parts of pages that are polled."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods

from tradepost.errors import NotFound
from tradepost.limits import ID_MAX
from tradepost.web.faults import is_htmx

PAGE_SIZE = 30
CURSOR = re.compile(r"[0-9]{1,19}")
form_view = require_http_methods(["GET", "HEAD", "POST"])
T = TypeVar("T")
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list.

    Attributes:
        first: The query of the first page.
        next: The query of the next page, or nothing.
    """

    items: Sequence[T]
    is_first: bool
    first: str
    next: str


def read_or_default(read: Callable[[], T], default: T) -> T:
    """Return what is read, or a default if the database is unavailable."""
    try:
        return read()
    except DatabaseError:
        return default


def require_id(id: int) -> int:
    """Return an id, or answer 404 if no row can have it."""
    if id > ID_MAX:
        raise Http404
    return id


def get_or_404(get: Callable[..., T], id: int, **options: Any) -> T:
    """Return what is found, or answer 404."""
    try:
        return get(id, **options)
    except NotFound as error:
        raise Http404 from error


def cursor_of(request: HttpRequest) -> int | None:
    """Return where the requested page begins, or None for the first page."""
    cursor = request.GET.get("cursor")
    if cursor is None:
        return None
    if not CURSOR.fullmatch(cursor) or int(cursor) > ID_MAX:
        raise BadRequest("This page of the list cannot be found: begin again with the first one.")
    return int(cursor)


def page_of(request: HttpRequest, found: Sequence[T], place: Callable[[T], int]) -> Page[T]:
    """Return a page of rows; one row more than fits means that another page follows."""
    query = request.GET.copy()
    query.pop("cursor", None)
    first, items = query.urlencode(), found[:PAGE_SIZE]
    query["cursor"] = str(place(items[-1])) if items else ""
    more = query.urlencode() if len(found) > PAGE_SIZE else ""
    return Page(items, "cursor" not in request.GET, first, more)


def fingerprint(*values: object) -> str:
    """Return a text for an entity tag, which differs for other values."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]


def polled(
    request: HttpRequest, etag: str, render_part: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return a part of a page, or 304 if the page shows this version already."""
    response = get_conditional_response(request, etag=etag) or render_part()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def page_or_part(
    request: HttpRequest, page: str, part: str, tag: str, context: dict[str, Any]
) -> HttpResponse:
    """Render a page, or for its script only the part that changes."""
    response = (
        polled(request, quote_etag(tag), lambda: render(request, part, context))
        if is_htmx(request)
        else render(request, page, context)
    )
    # The page and its part have the same address.
    patch_vary_headers(response, ["HX-Request"])
    return response
