"""Turns the framework's validation errors into problems: 400 malformed, 422 out of range."""

from typing import Any

from tradepost.errors import Malformed, Refusal, Unprocessable

# Errors of values that are well-formed but out of range. All others are malformed.
OUT_OF_RANGE = frozenset(
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
# How many errors a problem lists, how many its text names, and how much of a field's name.
ERRORS_MAX = 20
REASONS_MAX = 5
POINTER_LENGTH = 100


class OutOfRange(Unprocessable):
    """A value is outside its limits.

    Attributes:
        errors: An entry for each value: ``pointer``, ``code``, ``detail``.
    """

    code = "out_of_range"
    template = "{reason}"

    def __init__(self, reason: str, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        super().__init__(reason=reason)


def refusal_of(found: list[Any]) -> Refusal:
    """Return the refusal for a request's validation errors."""
    entries = [_entry(error) for error in found[:ERRORS_MAX]]
    reason = "; ".join(
        f"{entry['pointer'] or 'the body'}: {entry['detail']}" for entry in entries[:REASONS_MAX]
    )
    if all(error["type"] in OUT_OF_RANGE for error in found):
        return OutOfRange(reason, entries)
    return Malformed(reason, entries)


def _entry(error: dict[str, Any]) -> dict[str, str]:
    path = [str(part) for part in error["loc"]]
    source = path.pop(0) if path and path[0] in SOURCES else "body"
    if source == "body":
        # The framework puts the parameter's name before the path in the body.
        where = "".join(f"/{_escaped(part)}" for part in path[1:])
    else:
        where = f"{source} {path[-1] if path else ''}"
    if len(where) > POINTER_LENGTH:
        where = f"{where[:POINTER_LENGTH]}…"
    return {"pointer": where, "code": str(error["type"]), "detail": str(error["msg"])}


def _escaped(part: str) -> str:
    """Return an escaped part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
