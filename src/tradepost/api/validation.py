"""From the framework's validation errors to ours: 400 cannot be read, 422 makes no sense."""

from __future__ import annotations

from typing import Any

from tradepost.errors import Malformed, Refusal, Unprocessable

# The value was read, and is outside what makes sense. All else could not be read.
SENSELESS = frozenset(
    {
        "amount_out_of_range",
        "greater_than",
        "greater_than_equal",
        "less_than",
        "less_than_equal",
        "string_too_long",
        "string_too_short",
        "too_long",
        "too_short",
    }
)
SOURCES = ("body", "query", "path", "header", "form")
# As many errors as somebody reads, and as much of a field's name.
ERRORS_TOLD = 20
REASONS_TOLD = 5
POINTER_LENGTH = 100


class Senseless(Unprocessable):
    """A value is outside its limits.

    Attributes:
        errors: One entry a value: ``pointer``, ``code``, ``detail``.
    """

    code = "out_of_range"
    template = "{reason}"

    def __init__(self, reason: str, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        super().__init__(reason=reason)


def refusal_of(found: list[Any]) -> Refusal:
    """Return the refusal that tells a request's validation errors, the first of them."""
    entries = [_entry(error) for error in found[:ERRORS_TOLD]]
    reason = "; ".join(
        f"{entry['pointer'] or 'the body'}: {entry['detail']}" for entry in entries[:REASONS_TOLD]
    )
    if all(error["type"] in SENSELESS for error in found):
        return Senseless(reason, entries)
    return Malformed(reason, entries)


def _entry(error: dict[str, Any]) -> dict[str, str]:
    path = [str(part) for part in error["loc"]]
    source = path.pop(0) if path and path[0] in SOURCES else "body"
    if source == "body":
        # The framework puts the parameter's own name before what the client sent.
        where = "".join(f"/{_escaped(part)}" for part in path[1:])
    else:
        where = f"{source} {path[-1] if path else ''}"
    if len(where) > POINTER_LENGTH:
        where = f"{where[:POINTER_LENGTH]}…"
    return {"pointer": where, "code": str(error["type"]), "detail": str(error["msg"])}


def _escaped(part: str) -> str:
    """Write a part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
