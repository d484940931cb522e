"""Strict parsing of the JSON objects in the shop tutorials.

Every function raises Malformed for a value that is missing, or is not what it returns.
"""

import contextlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.http import HttpRequest

from tradepost.api import body
from tradepost.api.fields import MONEY
from tradepost.errors import Malformed, NotFound
from tradepost.limits import ID_MAX, PRINTABLE
from tradepost.shop import money
from tradepost.shop.errors import AmountOutOfRange

Object = dict[str, Any]
Row = TypeVar("Row")
# How much of a value an error quotes.
QUOTED_LENGTH = 40
SURROGATES = re.compile("[\ud800-\udfff]")


def read(request: HttpRequest, *known: str) -> Object:
    """Return the object in the request's body, without fields that are null.

    Args:
        known: The fields that it may have, besides `id`, which some clients always send.
    """
    return _known(body.loads(body.read(request)), known)


def read_any(request: HttpRequest, *known: str) -> Object:
    """Return the object in the request's body, which may be empty; see `read`."""
    raw = body.read(request)
    return _known(body.loads(raw), known) if raw else {}


def target(path: int | None, given: Object, naming: str | None = None) -> int | None:
    """Return the ID in the path or in a field, or None.

    Args:
        naming: The field that may hold it. The field `id` is not read, but must not contradict it.
    """
    stated = whole(given, naming, naming) if naming in given else None
    found = stated if path is None else path
    for name, other in ((naming, stated), ("id", given.get("id") or None)):
        if None not in (found, other) and found != other:
            raise Malformed(f"{name} is {other}, though the request is about {found}")
    return found


def one_or_all(
    request: HttpRequest,
    id: str | None,
    parse: Callable[[str], int],
    one: Callable[[int], Row],
    every: Callable[[], list[Row]],
) -> list[Row]:
    """Return the row with the ID in the path, if there is one; without an ID, every row."""
    if id is None:
        read_any(request)
        return every()
    with contextlib.suppress(NotFound):
        path = parse(id)
        target(path, read_any(request))
        return [one(path)]
    return []


def reference(value: Any, label: str) -> int:
    """Return the ID in an object, whose other fields are ignored; errors call it `label`."""
    if not isinstance(value, dict):
        raise Malformed(f'{label} is not an object such as {{"id": 1}}')
    return whole(value, "id", f"id of {label}")


def whole(given: Object, name: str, label: str) -> int:
    """Return a field that is a whole number from 1 to `ID_MAX`; errors call it `label`."""
    value = _required(given, name, label)
    # True is an int in Python, but not in JSON.
    if type(value) is not int or not 1 <= value <= ID_MAX:
        raise Malformed(f"{label} is not a whole number from 1 to {ID_MAX}")
    return value


def text(given: Object, name: str, *, most: int) -> str:
    """Return a field that is a printable text of 1 to `most` characters."""
    value = _required(given, name, name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is not a text of 1 to {most} characters")
    if not 1 <= len(value) <= most:
        raise Malformed(f"{name} has {len(value)} characters; 1 to {most} are allowed")
    if not re.fullmatch(PRINTABLE, value):
        raise Malformed(
            f"{name} takes no control characters, line breaks or overrides of its direction"
        )
    if SURROGATES.search(value):
        raise Malformed(f"{name} has half of a surrogate pair, which is no character")
    return value


def amount(given: Object, name: str) -> Decimal:
    """Return a field that is an amount of money, as a number or a text."""
    value = _required(given, name, name)
    # A text has no exponent, and no third decimal place.
    if type(value) in (int, Decimal) or (isinstance(value, str) and re.fullmatch(MONEY, value)):
        with contextlib.suppress(AmountOutOfRange):
            return money.from_cents(money.cents(Decimal(value)))
    raise Malformed(
        f"{name} is not an amount from 0.00 to {money.MONEY_MAX} with at most {money.PLACES} places"
    )


def _known(given: Any, known: tuple[str, ...]) -> Object:
    if not isinstance(given, dict):
        raise Malformed("the body is not a JSON object")
    stated = {name: value for name, value in given.items() if value is not None}
    if unknown := stated.keys() - {"id", *known}:
        raise Malformed(f"the body has an unknown field {min(unknown)[:QUOTED_LENGTH]!r}")
    if type(stated.get("id", 0)) is not int:
        raise Malformed("id is not a whole number")
    return stated


def _required(given: Object, name: str, label: str) -> Any:
    value = given.get(name)
    if value is None:
        raise Malformed(f"{label} is missing")
    return value
