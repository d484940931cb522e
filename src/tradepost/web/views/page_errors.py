"""What views share: how they say that something is not there, and read while it may be away."""

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
    """Answer with a page where what a view is asked for is not there."""

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **parameters: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **parameters)
        except NotFound as error:
            return not_there(request, error)

    return serve


def not_there(request: HttpRequest, error: NotFound) -> HttpResponse:
    """Say that something is not there: on a page of its own, or above the page it was asked on."""
    if not is_part(request):
        return faults.page(request, error, 404)
    messages.error(request, str(error))
    response = render(request, "web/_messages.html", status=404)
    response["HX-Reswap"] = "none"
    return response


def is_part(request: HttpRequest) -> bool:
    """Say whether a script asks for a part of a page."""
    return bool(getattr(request, "htmx", False))


def unless_away(read: Callable[[], T], otherwise: T) -> T:
    """Return what is read, or something else while the database cannot be read."""
    try:
        return read()
    except DatabaseError:
        return otherwise
