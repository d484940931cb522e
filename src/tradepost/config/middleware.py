"""Middleware: request IDs and the log, authentication, authorization, and CSRF tokens."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from tradepost import txn
from tradepost.access import caller, key_lookup, routes
from tradepost.access.caller import Caller, Kind, caller_of
from tradepost.access.entry import Facts, HttpsRequired, enter, require_access
from tradepost.access.errors import Forbidden, SignInRequired
from tradepost.api import body, problems
from tradepost.api.policy import entry_policy
from tradepost.config import faults
from tradepost.config.logs import begin_request, end_request, log_request
from tradepost.errors import TradepostError

GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger(__name__)


class Middleware:
    """Keeps what Django gives each middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response


class RequestLog(Middleware):
    """Gives each request an ID, returns it in a header, and logs one line."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = begin_request(request.headers.get("X-Request-ID"))
        try:
            response = problems.shape_method_not_allowed(request, self.get_response(request))
            response["X-Request-ID"] = request_id
            if isinstance(response, HttpResponse):
                # Without it the connection could not be kept.
                response.setdefault("Content-Length", str(len(response.content)))
                if request.method == "HEAD":
                    response.content = b""
            log_request(request.method, request.path, response.status_code, started)
            # Otherwise Django logs it again, without the request's ID. There is no public name.
            setattr(response, "_has_been_logged", True)  # noqa: B010
            return response
        finally:
            end_request()


class Authenticate(Middleware):
    """Finds out who sends a request, where that needs no session, and limits its body."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            found = enter(_facts(request), entry_policy(), key_lookup.identify)
            _set_caller(request, found)
            body.check_length(request)
        except HttpsRequired:
            # Django's own middleware redirects first, as long as it is configured.
            return HttpResponsePermanentRedirect(
                f"https://{request.get_host()}{request.get_full_path()}"
            )
        except TradepostError as refusal:
            return faults.answer(request, refusal)
        except DatabaseError as error:
            return _unavailable(request, error)
        return self.get_response(request)


class Authorize(Middleware):
    """Finds out who is signed in, and refuses callers the routes that they may not use."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        known = caller_of(request).kind
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        try:
            if known is not Kind.KEY and has_session and request.user.is_authenticated:
                _set_caller(request, caller.for_account(request.user))
        except DatabaseError as error:
            return _unavailable(request, error)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _parameters: Any
    ) -> HttpResponseBase | None:
        """Refuse what the caller may not do."""
        match = request.resolver_match
        access = routes.of_route(match.route) if match else None
        try:
            require_access(caller_of(request), access, request.method or "")
        except (SignInRequired, Forbidden) as refusal:
            if isinstance(refusal, SignInRequired) and access is not None and access.page:
                return faults.ask_to_sign_in(request)
            return faults.answer(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what is known of an error in a page, such as that the database is away."""
        known = error if isinstance(error, TradepostError) else problems.of_database(error)
        return None if known is None else faults.answer(request, known)


class Csrf(CsrfViewMiddleware):
    """Requires a token of whoever is signed in, on every route that they send something to."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        """Refuse a form that is not from our own pages."""
        kind = caller_of(request).kind
        if kind is Kind.KEY:
            return None
        if kind is Kind.ACCOUNT:
            # The routes for programs are exempt, but only for programs, which send keys.
            callback = _requires_token
        return super().process_view(request, callback, callback_args, callback_kwargs)


def _requires_token(_request: HttpRequest) -> None:
    """Take the place of an exempt view."""


def _facts(request: HttpRequest) -> Facts:
    return Facts(
        method=request.method or "",
        path=request.path,
        secure=request.is_secure(),
        # `get_host` would check it a second time.
        host=request._get_raw_host(),  # type: ignore[attr-defined] # noqa: SLF001
        remote_address=request.META.get("REMOTE_ADDR", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
    )


def _unavailable(request: HttpRequest, error: DatabaseError) -> HttpResponseBase:
    """Answer 503, since the database that knows the caller cannot be reached."""
    known = problems.of_database(error)
    if known is None:
        logger.error("who sent a request cannot be looked up", exc_info=error)
    return faults.answer(request, known or txn.DatabaseUnavailable())


def _set_caller(request: HttpRequest, found: Caller) -> None:
    request.caller = found  # type: ignore[attr-defined]
