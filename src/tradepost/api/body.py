"""Reading a JSON body strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from tradepost.errors import Malformed

# The longest integer a 64-bit column could hold, with its sign.
INTEGER_DIGITS = 20


def loads(raw: bytes) -> Any:
    """Read JSON.

    Raises:
        Malformed: It is not UTF-8 or not JSON, a key stands twice in one object, a number is not
            finite or has over 20 digits, or it is nested too deeply.
    """
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"the body is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise Malformed("the body is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise Malformed(
            f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the key {twice!r} stands twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not a JSON number")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Malformed(f"the number {text[:INTEGER_DIGITS]} is too large")
    return number


def _int(text: str) -> int:
    if len(text) > INTEGER_DIGITS:
        raise Malformed(f"an integer has {len(text)} digits; {INTEGER_DIGITS} are the limit")
    return int(text)


class StrictParser(Parser):
    """The framework's parser, strict."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read the request's body."""
        return loads(request.body)
