"""The parts of the OpenAPI document beyond schemas: headers, security, and problems."""

from collections.abc import Iterable
from typing import Any

from tradepost import errors, txn
from tradepost.access import errors as access
from tradepost.api import errors as own
from tradepost.api import request_options
from tradepost.api.examples import EXAMPLES, MALFORMED
from tradepost.api.problems import PROBLEM_JSON, body_of, status_of, title_of
from tradepost.shop.errors import VersionChanged

# The problems that any request may meet.
READ = (
    MALFORMED,
    access.BadHost,
    own.BodyTooLarge,
    own.BodyTooSlow,
    access.SignInRequired,
    access.KeyRefused,
    access.Forbidden,
    access.QuotaExceeded,
    access.RemoteCaller,
    access.CrossSiteRequest,
    own.InternalError,
    txn.Busy,
    txn.DatabaseUnavailable,
)
WRITE = (
    *READ,
    own.CsrfRefused,
    txn.ConstraintRefused,
    txn.KeyInProgress,
    txn.KeyReused,
    txn.Locked,
    txn.OutcomeUnknown,
)
TEXT = {"type": "string"}
ERROR_SCHEMA = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {"pointer": TEXT, "code": TEXT, "detail": TEXT},
}
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457; what a problem tells besides depends on its code.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "retryable"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": TEXT | {"enum": sorted(kind.code for kind in EXAMPLES)},
        "retryable": {"type": "boolean"},
        "errors": {"type": "array", "items": ERROR_SCHEMA},
    },
}


def _header(name: str, description: str, example: str, **schema: str) -> dict[str, Any]:
    """Return the description of a header of requests."""
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": TEXT | schema,
        "example": example,
    }


REQUEST_HEADERS = (
    _header(
        "Idempotency-Key",
        "The same key with the same request is applied once, and answered the same. "
        "Bare, or in double quotes.",
        "order-42",
        pattern=f"^({request_options.KEY_PATTERN})$",
    ),
    _header(
        "Prefer",
        "`wait=N` waits at most N seconds for a lock, from 0 (not at all) to 60; "
        "other wishes are passed over.",
        "wait=2",
    ),
    _header(
        "If-Match",
        "Change it only where its ETag is one of these; `*`, or none given, takes any.",
        '"1"',
    ),
    _header("If-None-Match", "Answer 304 where its ETag is one of these.", '"1"'),
)
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
    "ETag": {
        "description": "The version of what is answered, for If-Match and If-None-Match.",
        "schema": {"type": "string", "pattern": '^"[0-9.]+"$'},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next try.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {"description": "How to say who asks.", "schema": TEXT},
    "Idempotency-Replayed": {
        "description": "The key was applied before: this is that answer, and nothing happened now.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Dry-Run": {
        "description": "Nothing was changed: this is what would have happened.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
# How programs authenticate. In local mode they need not, which OpenAPI cannot express.
SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "basic": {"type": "http", "scheme": "basic", "description": "An API key as the password."},
}
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}]
COMPONENTS: dict[str, dict[str, Any]] = {
    "securitySchemes": SECURITY_SCHEMES,
    "schemas": {"Problem": PROBLEM_SCHEMA},
    "examples": {
        example.code: {"summary": title_of(kind), "value": body_of(example)}
        for kind, example in sorted(EXAMPLES.items(), key=lambda found: found[1].code)
    },
    "parameters": {header["name"]: header for header in REQUEST_HEADERS},
    "headers": RESPONSE_HEADERS,
}


def describe(
    *problems: Any,
    command: bool = False,
    creates: bool = False,
    located: bool = False,
    tagged: bool = False,
    conditional: bool = False,
) -> dict[str, Any]:
    """Return an operation's problems and headers, for the OpenAPI document.

    Args:
        problems: Besides those that any request may meet.
        command: Whether it takes the request options of a command.
        creates: Whether a new outcome is answered with 201.
        located: Whether responses have a Location.
        tagged: Whether responses have an ETag.
        conditional: Whether it takes If-Match or If-None-Match.
    """
    headers = _refer(
        "headers",
        ["X-Request-ID"]
        + ["Idempotency-Replayed", "Dry-Run"] * command
        + ["Location"] * located
        + ["ETag"] * tagged,
    )
    responses: dict[int, Any] = {200: {"headers": headers}}
    if creates:
        responses[201] = {"headers": headers}
    taken = ["Idempotency-Key", "Prefer"] if command else []
    if conditional:
        taken.append("If-Match" if command else "If-None-Match")
        if command:
            problems = (*problems, VersionChanged)
        else:
            responses[304] = {
                "description": "Not Modified",
                "headers": _refer("headers", ["X-Request-ID", "ETag"]),
            }
    for one in (*(WRITE if command else READ), *problems):
        _add(responses, one if isinstance(one, errors.TradepostError) else EXAMPLES[one])
    found: dict[str, Any] = {"responses": dict(sorted(responses.items()))}
    if taken:
        found["parameters"] = list(_refer("parameters", taken).values())
    return found


def _add(responses: dict[int, Any], example: errors.TradepostError) -> None:
    response = responses.setdefault(status_of(example), _problem())
    response["content"][PROBLEM_JSON]["examples"] |= _refer("examples", [example.code])
    if isinstance(example, (errors.Unavailable, access.QuotaExceeded)):
        response["headers"] |= _refer("headers", ["Retry-After"])
    if status_of(example) == 401:
        response["headers"] |= _refer("headers", ["WWW-Authenticate"])


def _problem() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "Problem",
        "headers": _refer("headers", ["X-Request-ID"]),
        "content": {PROBLEM_JSON: {"schema": schema, "examples": {}}},
    }


def _refer(kind: str, names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}
