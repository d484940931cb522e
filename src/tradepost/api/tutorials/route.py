"""What the tutorials' routes share: plain text refusals, and one view per method."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tradepost.access.routes import Access
from tradepost.api import problems
from tradepost.api.errors import MethodNotAllowed
from tradepost.api.responses import REPLAYED
from tradepost.errors import TradepostError
from tradepost.txn import Outcome

# The most rows in a list, since the tutorials have no pages.
LIST_MAX = 10_000
# Stands for a missing ID: no row has it.
NO_ID = "without an id"
View = Callable[..., HttpResponse]
# Returns the tutorial's own words for an error, if it has any.
Tell = Callable[[TradepostError], str | None]


def route(access: Access, tell: Tell = lambda _error: None, **views: View) -> View:
    """Return one view for a route, which answers errors with one line of plain text.

    Args:
        access: Who may use it.
        tell: Returns the tutorial's own words for an error, if it has any.
        views: By method in lower case; HEAD is answered as GET.
    """
    if "get" in views:
        views = views | {"head": views["get"]}
    allowed = ", ".join(sorted(name.upper() for name in views))

    @functools.wraps(next(iter(views.values())))
    def serve(request: HttpRequest, **parameters: object) -> HttpResponse:
        view = views.get((request.method or "").lower())
        if view is None:
            return problems.text(MethodNotAllowed(method=request.method, allowed=allowed))
        try:
            return view(request, **parameters)
        except Exception as error:  # noqa: BLE001 - an unexpected one is logged there
            return refused(error, tell)

    # Clients have no token to send. Requests of other sites' pages are refused on entry.
    serve.csrf_exempt = True  # type: ignore[attr-defined]
    return access(serve)


def refused(error: BaseException, tell: Tell) -> HttpResponse:
    """Answer an error with one line of plain text."""
    known = problems.translate(error)
    return problems.text(known, tell(known))


def plain(text: object) -> HttpResponse:
    return HttpResponse(text, content_type=problems.PLAIN_TEXT)


def done(outcome: Outcome[Any], line: str = "") -> HttpResponse:
    """Answer a command with a line of plain text."""
    response = plain(line)
    if outcome.replayed:
        response[REPLAYED] = "true"
    return response
