"""Error pages."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from tradepost.access.errors import Forbidden
from tradepost.errors import NotFound, TradepostError, Unavailable

TITLES = {
    400: "That cannot be read",
    403: "You may not do this",
    404: "Not found",
    413: "Too large",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Busy",
}
FORBIDDEN = (
    "Your account does not allow it. Ask an admin, or sign in as somebody who may; "
    "nothing was changed."
)


def page(request: HttpRequest, error: TradepostError, status: int) -> HttpResponse:
    """Return the page of an error, or for htmx, if something was not found, only a message."""
    if isinstance(error, NotFound) and is_htmx(request):
        messages.error(request, str(error))
        part = render(request, "web/_messages.html", status=status)
        part["HX-Reswap"] = "none"
        return part
    context = {
        "title": TITLES.get(status, "That did not work"),
        "detail": FORBIDDEN if isinstance(error, Forbidden) else str(error),
        "status": status,
        "can_retry": isinstance(error, Unavailable),
    }
    response = render(request, "web/fault.html", context, status=status)
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.retry_after_s)
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Return whether the page's script sent the request."""
    return bool(getattr(request, "htmx", False))


def csrf_failure(request: HttpRequest, _reason: str) -> HttpResponse:
    context = {
        "title": "This form has expired",
        "detail": "Nothing was changed. Go back, reload the page, and send the form again. "
        "Your browser has to accept this site's cookies.",
        "status": 403,
    }
    return render(request, "web/fault.html", context, status=403)


def current_page(request: HttpRequest) -> str | None:
    """Return the path of the page that sent a request, if it is on this host."""
    url = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}):
        return None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
