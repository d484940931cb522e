"""What the OpenAPI document says besides the schemas: headers, and an example of each problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tradepost import errors, txn
from tradepost.access.open_mode import CrossSiteRequest, RemoteCaller
from tradepost.api import calls
from tradepost.api import errors as own
from tradepost.api.problems import PROBLEM_JSON, body_of, status_of, title_of
from tradepost.api.validation import Senseless
from tradepost.trading import errors as trading

MALFORMED = errors.Malformed(
    "/goods: Input should be a valid integer",
    [
        {
            "pointer": "/goods",
            "code": "int_type",
            "detail": "Input should be a valid integer",
        }
    ],
)
SENSELESS = Senseless(
    "/goods: Input should be greater than or equal to 1",
    [
        {
            "pointer": "/goods",
            "code": "greater_than_equal",
            "detail": "Input should be greater than or equal to 1",
        }
    ],
)
# One example of every problem there is.
EXAMPLES: dict[type[errors.TradepostError], errors.TradepostError] = {
    type(example): example
    for example in (
        MALFORMED,
        SENSELESS,
        own.BadHost(),
        own.BodyTooLarge(limit=4194304),
        own.InternalError(),
        own.MethodNotAllowed(method="PUT", allowed="GET, POST"),
        own.ReceiptNotFound(key="order-42"),
        own.RouteNotFound(path="/api/v1/nothing"),
        RemoteCaller(),
        CrossSiteRequest(),
        trading.PlayerNotFound(player=99),
        trading.TradeNotFound(trade="1-17"),
        trading.SamePlayer(player=1),
        trading.InsufficientCoins(player=2, required=100, available=7),
        trading.InsufficientGoods(player=1, required=10, available=3),
        trading.BalanceTooLarge(
            player=1, asset="coins", required=9007199254740992, limit=9007199254740991
        ),
        trading.NothingToAdjust(),
        txn.Busy(),
        txn.ConstraintRefused(),
        txn.DatabaseUnavailable(),
        txn.KeyInProgress(key="order-42"),
        txn.KeyReused(key="order-42"),
        txn.Locked(wait_s=0),
        txn.OutcomeUnknown(),
    )
}
# What any request may be answered with.
READ = (
    MALFORMED,
    own.BadHost,
    own.BodyTooLarge,
    RemoteCaller,
    CrossSiteRequest,
    own.InternalError,
    txn.Busy,
    txn.DatabaseUnavailable,
)
WRITE = (
    *READ,
    txn.ConstraintRefused,
    txn.KeyInProgress,
    txn.KeyReused,
    txn.Locked,
    txn.OutcomeUnknown,
)
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457; what a problem tells besides depends on its code.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "retryable"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(kind.code for kind in EXAMPLES)},
        "retryable": {"type": "boolean"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request is applied once, and answered the same. "
    "Bare, or in double quotes.",
    "schema": {"type": "string", "pattern": f"^({calls.KEY_PATTERN})$"},
    "example": "order-42",
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=N` waits at most N seconds for a lock, from 0 (not at all) to 60; "
    "other wishes are passed over.",
    "schema": {"type": "string"},
    "example": "wait=2",
}
# What answers say besides their bodies.
RESPONSE_HEADERS = {
    "X-Request-ID": {
        "description": "The caller's own, or one made for the request; the log has it too.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Location": {
        "description": "Where it is, once it is made.",
        "schema": {"type": "string", "pattern": "^/api/v1/"},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next try.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "Idempotency-Replayed": {
        "description": "The key was applied before: this is that answer, and nothing happened now.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Dry-Run": {
        "description": "Nothing was changed: this is what would have happened.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
COMPONENTS: dict[str, dict[str, Any]] = {
    "schemas": {"Problem": PROBLEM_SCHEMA},
    "examples": {
        example.code: {"summary": title_of(kind), "value": body_of(example)}
        for kind, example in sorted(EXAMPLES.items(), key=lambda found: found[1].code)
    },
    "parameters": {"Idempotency-Key": IDEMPOTENCY_KEY, "Prefer": PREFER},
    "headers": RESPONSE_HEADERS,
}


def describe(
    *problems: Any, command: bool = False, statuses: Sequence[int] = (200,), located: bool = False
) -> dict[str, Any]:
    """Return an operation's problems and headers, for the OpenAPI document.

    Args:
        problems: Besides those that any request may meet.
        command: Whether it takes a command's headers.
        statuses: What it answers besides problems.
        located: Whether it tells where to find what it made.
    """
    told = ["X-Request-ID"]
    if command:
        told += ["Idempotency-Replayed", "Dry-Run"]
    if located:
        told.append("Location")
    responses: dict[int, Any] = {
        status: {"headers": _refer("headers", told)} for status in statuses
    }
    for one in (*(WRITE if command else READ), *problems):
        example = one if isinstance(one, errors.TradepostError) else EXAMPLES[one]
        status = status_of(example)
        response = responses.setdefault(status, _problem())
        examples = response["content"][PROBLEM_JSON]["examples"]
        examples |= _refer("examples", [example.code])
        if isinstance(example, errors.Unavailable):
            response["headers"] |= _refer("headers", ["Retry-After"])
    found: dict[str, Any] = {"responses": dict(sorted(responses.items()))}
    if command:
        found["parameters"] = list(_refer("parameters", COMPONENTS["parameters"]).values())
    return found


def _problem() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "Problem",
        "headers": _refer("headers", ["X-Request-ID"]),
        "content": {PROBLEM_JSON: {"schema": schema, "examples": {}}},
    }


def _refer(kind: str, names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}
