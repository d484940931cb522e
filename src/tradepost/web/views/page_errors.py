"""Pages for what was not found, and reads that tolerate an unavailable database."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tradepost.errors import NotFound
from tradepost.web import faults

View = Callable[..., HttpResponseBase]
T = TypeVar("T")


def page_errors(view: View) -> View:
    """Wrap a view: answer `NotFound` with a page."""

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **parameters: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **parameters)
        except NotFound as error:
            return not_found(request, error)

    return serve


def not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
    """Return an error page, or for a script a message for the current page."""
    if not is_htmx(request):
        return faults.page(request, error, 404)
    messages.error(request, str(error))
    response = render(request, "web/_messages.html", status=404)
    response["HX-Reswap"] = "none"
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Return whether the page's script sent the request."""
    return bool(getattr(request, "htmx", False))


def read_or_default(read: Callable[[], T], default: T) -> T:
    """Return what is read, or a default if the database is unavailable."""
    try:
        return read()
    except DatabaseError:
        return default
