"""What happens around every request: its id and its log line, and who is served at all."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tradepost.access import open_mode
from tradepost.api import body, problems
from tradepost.config.logs import begin_request, end_request, tell_request
from tradepost.errors import TradepostError

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """Gives each request an id, answers with it, and logs one line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request."""
        started = time.perf_counter()
        own_id = begin_request(request.headers.get("X-Request-ID"))
        try:
            response = problems.dress(request, self.get_response(request))
            response["X-Request-ID"] = own_id
            if isinstance(response, HttpResponse):
                # Without it the connection could not be kept.
                response.setdefault("Content-Length", str(len(response.content)))
                if request.method == "HEAD":
                    response.content = b""
            tell_request(request.method, request.path, response.status_code, started)
            # Django would tell it once more, outside of this and so without the request's id; it
            # has no public name for this.
            setattr(response, "_has_been_logged", True)  # noqa: B010
            return response
        finally:
            end_request()


class OpenMode:
    """Serves only callers on this machine, under this machine's names, and what it can hold."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, or refuse it."""
        try:
            open_mode.check(
                method=request.method or "",
                host=request.get_host(),
                remote_address=request.META.get("REMOTE_ADDR", ""),
                headers={name.lower(): value for name, value in request.headers.items()},
            )
            body.check_length(request)
        except (TradepostError, DisallowedHost) as refusal:
            return problems.answer(request, problems.translate(refusal))
        return self.get_response(request)
