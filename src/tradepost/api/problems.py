"""Turns errors into HTTP responses: RFC 9457 problems, or one line of text for the tutorials."""

import json
import logging
from typing import Any

from django.conf import settings
from django.core import exceptions as django_errors
from django.db import DEFAULT_DB_ALIAS
from django.db.utils import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from ninja.errors import HttpError, ValidationError

from tradepost import errors, txn
from tradepost.access import errors as access
from tradepost.api import errors as own
from tradepost.api.validation import refusal_of
from tradepost.engines import ErrorClass, Phase, engine_of
from tradepost.shop.errors import VersionChanged

logger = logging.getLogger(__name__)

# The status of each error. A class without a row has the status of its nearest base class.
STATUS: dict[type[errors.TradepostError], int] = {
    errors.Malformed: 400,
    access.BadHost: 400,
    access.SignInRequired: 401,
    access.KeyRefused: 401,
    access.RemoteCaller: 403,
    access.CrossSiteRequest: 403,
    access.Forbidden: 403,
    own.CsrfRefused: 403,
    errors.NotFound: 404,
    own.RouteNotFound: 404,
    own.ReceiptNotFound: 404,
    own.MethodNotAllowed: 405,
    own.BodyTooSlow: 408,
    errors.Refusal: 409,
    txn.KeyInProgress: 409,
    VersionChanged: 412,
    own.BodyTooLarge: 413,
    errors.Unprocessable: 422,
    txn.KeyReused: 422,
    txn.Locked: 423,
    access.QuotaExceeded: 429,
    own.InternalError: 500,
    errors.Unavailable: 503,
    errors.TradepostError: 500,
}
# The tutorials have no 422: what cannot be processed is a bad request there.
TUTORIAL_STATUS: dict[type[errors.TradepostError], int] = STATUS | {errors.Unprocessable: 400}
# Raised for a request that cannot be read, also because the client disconnected.
UNREADABLE = (
    django_errors.BadRequest,
    django_errors.SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    UnicodeError,
)
# Facts that are IDs, and therefore strings in JSON.
ID_FACTS = frozenset({"customer", "order", "player", "product", "value"})
API_PREFIX = "/api/"
PROBLEM_JSON = "application/problem+json"
PLAIN_TEXT = "text/plain; charset=utf-8"


def status_of(
    error: errors.TradepostError | type[errors.TradepostError],
    table: dict[type[errors.TradepostError], int] = STATUS,
) -> int:
    """Return an error's HTTP status."""
    kind = error if isinstance(error, type) else type(error)
    return next(table[above] for above in kind.__mro__ if above in table)


def title_of(kind: type[errors.TradepostError]) -> str:
    """Return the title of an error: the first line of its docstring."""
    return (kind.__doc__ or kind.code).splitlines()[0].rstrip(".")


def body_of(error: errors.TradepostError) -> dict[str, Any]:
    """Return an error as an RFC 9457 problem."""
    body: dict[str, Any] = {
        "type": f"urn:tradepost:problem:{error.code}",
        "title": title_of(type(error)),
        "status": status_of(error),
        "detail": str(error),
        "code": error.code,
        "retryable": error.retryable,
    }
    for name, fact in error.facts.items():
        body.setdefault(name, str(fact) if name in ID_FACTS else fact)
    if found := getattr(error, "errors", None):
        body["errors"] = found
    return body


def problem(error: errors.TradepostError) -> HttpResponse:
    """Answer an error as problem+json."""
    response = HttpResponse(
        json.dumps(body_of(error)), status=status_of(error), content_type=PROBLEM_JSON
    )
    return _with_headers(response, error)


def refused(error: BaseException) -> HttpResponse:
    """Answer any exception as problem+json, and log an unexpected one."""
    return problem(translate(error))


def text(error: errors.TradepostError, line: str | None = None) -> HttpResponse:
    """Answer an error as the tutorials do: one line of plain text."""
    response = HttpResponse(
        "".join(_visible(character) for character in line or str(error)),
        status=status_of(error, TUTORIAL_STATUS),
        content_type=PLAIN_TEXT,
    )
    return _with_headers(response, error)


def _visible(character: str) -> str:
    """Escape a character that cannot be sent, breaks the line, or reverses its direction."""
    return character if character.isprintable() else ascii(character)[1:-1]


def answer(request: HttpRequest, error: errors.TradepostError) -> HttpResponse:
    """Answer an error in the form of the route that was requested."""
    return problem(error) if request.path.startswith(API_PREFIX) else text(error)


def translate(error: BaseException) -> errors.TradepostError:
    """Return the error that a caller sees for any exception, and log an unexpected one."""
    if isinstance(error, errors.TradepostError):
        return error
    if isinstance(error, ValidationError):
        return refusal_of(error.errors)
    if isinstance(error, HttpError) and error.__cause__:
        # django-ninja wraps what our parser raises.
        return translate(error.__cause__)
    if isinstance(error, django_errors.RequestDataTooBig):
        return own.BodyTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(error, django_errors.DisallowedHost):
        return access.BadHost()
    if isinstance(error, UNREADABLE):
        return errors.Malformed(str(error) or type(error).__name__)
    if known := of_database(error):
        return known
    logger.error("unexpected error", exc_info=error)
    return own.InternalError()


def of_database(error: BaseException) -> errors.TradepostError | None:
    """Return the error for a database that is away or busy; None for any other exception."""
    if not isinstance(error, DatabaseError):
        return None
    error_class = engine_of(DEFAULT_DB_ALIAS).classify(error, Phase.BEFORE_COMMIT)
    if error_class is ErrorClass.LOST:
        return txn.DatabaseUnavailable()
    return txn.Busy() if error_class in (ErrorClass.RETRY, ErrorClass.BUSY) else None


def shape_method_not_allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return a 405 of the framework in the form of our own errors."""
    is_ours = response.headers.get("Content-Type", "").startswith((PROBLEM_JSON, "text/plain"))
    if response.status_code != 405 or is_ours:
        return response
    allowed = ", ".join(sorted(response.headers.get("Allow", "").split(", ")))
    shaped = answer(request, own.MethodNotAllowed(method=request.method, allowed=allowed))
    for name, value in response.items():
        shaped.setdefault(name, value)
    return shaped


def _with_headers(response: HttpResponse, error: errors.TradepostError) -> HttpResponse:
    if isinstance(error, errors.Unavailable):
        response["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, access.QuotaExceeded):
        response["Retry-After"] = str(error.facts["retry_after_s"])
    if status_of(error) == 401:
        response["WWW-Authenticate"] = 'Basic realm="Tradepost", Bearer realm="Tradepost"'
    if isinstance(error, own.MethodNotAllowed):
        response["Allow"] = str(error.facts["allowed"])
    return response


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """Answer for a path without a route."""
    return answer(request, own.RouteNotFound(path=escape_uri_path(request.path)))
