"""Refusals of the HTTP interface itself."""

from tradepost.errors import Refusal, TradepostError
from tradepost.txn import Busy


class RouteNotFound(Refusal):
    """There is no such route."""

    code = "route_not_found"
    template = "There is nothing at {path}."


class MethodNotAllowed(Refusal):
    """The route does not take this method."""

    code = "method_not_allowed"
    template = "{method} is not allowed here; allowed: {allowed}."


class BodyTooLarge(Refusal):
    """The body is larger than the server reads."""

    code = "body_too_large"
    template = "The body is too large: {limit} bytes are the limit."


class BodyTooSlow(Refusal):
    """The request body did not arrive in time."""

    code = "body_too_slow"
    template = "The request body did not arrive within {limit_s:g} seconds; nothing was done."


class TooManyWaiting(Busy):
    """Too many requests of this kind are waiting, or this one waited too long."""

    template = "Too many requests of this kind are waiting; nothing was done."


class CsrfRefused(Refusal):
    """A login was used without the token that guards it."""

    code = "csrf_refused"
    template = (
        "Who is signed in sends the token of the page in X-CSRFToken; programs call with an API "
        "key instead."
    )


class ReceiptNotFound(Refusal):
    """No request with this idempotency key was applied."""

    code = "receipt_not_found"
    template = (
        "No request with the idempotency key {key!r} was applied: nothing happened under it, "
        "or it is still running, or its receipt was pruned."
    )


class InternalError(TradepostError):
    """A mistake of ours; the log tells more under the request's id."""

    code = "internal_error"
    template = "Something went wrong on our side; it was logged under this answer's request id."
