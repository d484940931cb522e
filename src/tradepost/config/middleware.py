"""What happens around every request: its id and its log line, and who asks for what."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from tradepost.access import caller, keys, local_mode, routes
from tradepost.access.caller import Caller, Kind, caller_of
from tradepost.access.errors import Forbidden, SignInRequired
from tradepost.api import body, problems
from tradepost.config import faults
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
            response = problems.shape_method_not_allowed(request, self.get_response(request))
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


class Authenticate:
    """Says who asks, by a key or for being on this machine, and reads no more than it can hold."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, or refuse it."""
        try:
            headers = {name.lower(): value for name, value in request.headers.items()}
            local_mode.require_same_site(
                method=request.method or "", host=request.get_host(), headers=headers
            )
            _set_caller(request, _entered(request, headers))
            body.check_length(request)
        except (TradepostError, DisallowedHost) as refusal:
            return faults.answer(request, problems.translate(refusal))
        return self.get_response(request)


class Authorize:
    """Knows who is signed in, and lets each caller do what they have the right to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request."""
        known = caller_of(request).kind
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        try:
            if known is not Kind.KEY and has_session and request.user.is_authenticated:
                _set_caller(request, caller.for_account(request.user))
        except DatabaseError as error:
            if answer := self.process_exception(request, error):
                return answer
            raise
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _parameters: Any
    ) -> HttpResponseBase | None:
        """Refuse what the caller may not do; a route without a rule is nobody's."""
        asking = caller_of(request)
        match = request.resolver_match
        rule = routes.of_route(match.route) if match else None
        if rule is not None and rule.allows(request.method or "", asking.rights):
            return None
        if asking.kind is not Kind.ANONYMOUS:
            return faults.answer(request, Forbidden(actor=asking.actor))
        if rule is not None and rule.page:
            return faults.ask_to_sign_in(request)
        return faults.answer(request, SignInRequired())

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Tell of an error in a page what is known of it, such as that the database is away."""
        known = error if isinstance(error, TradepostError) else problems.of_database(error)
        return None if known is None else faults.answer(request, known)


class Csrf(CsrfViewMiddleware):
    """Wants a token with what somebody who is signed in sends, wherever they send it."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        """Refuse a form that is not from our own pages."""
        kind = caller_of(request).kind
        if kind is Kind.KEY:
            return None
        if kind is Kind.ACCOUNT:
            # The interfaces for programs are exempt, as long as those come with keys.
            callback = _wanting_a_token
        return super().process_view(request, callback, callback_args, callback_kwargs)


def _wanting_a_token(_request: HttpRequest) -> None:
    """Stand for any view."""


def _entered(request: HttpRequest, headers: dict[str, str]) -> Caller:
    secret = keys.secret_of(headers.get("authorization", ""))
    if secret is not None:
        entered = keys.enter(secret)
        keys.count(secret)
        return entered
    if not settings.LOCAL_MODE:
        return caller.ANONYMOUS
    address = request.META.get("REMOTE_ADDR", "")
    local_mode.require_local(remote_address=address, headers=headers)
    return caller.LOCAL


def _set_caller(request: HttpRequest, found: Caller) -> None:
    request.caller = found  # type: ignore[attr-defined]
