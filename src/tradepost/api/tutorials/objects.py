"""Reading the JSON objects of the shop's documents: each field strictly, and by its name."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from tradepost.api import body
from tradepost.api.fields import MONEY
from tradepost.errors import Malformed
from tradepost.limits import ID_MAX, PRINTABLE
from tradepost.shop import money
from tradepost.shop.errors import AmountOutOfRange

Object = dict[str, Any]
# As much of a value as is told.
TOLD_LENGTH = 40
SURROGATES = re.compile("[\ud800-\udfff]")


def read(request: HttpRequest, *known: str) -> Object:
    """Read the request's body, without its nulls: null is as good as absent.

    Args:
        known: The fields that it may have; `id` it may have too, as clients send one unasked.

    Raises:
        Malformed: It is no such object.
    """
    return _known(body.loads(body.read(request)), known)


def read_any(request: HttpRequest, *known: str) -> Object:
    """Read the request's body, which may be left out; see `read`."""
    raw = body.read(request)
    return _known(body.loads(raw), known) if raw else {}


def target(path: int | None, given: Object, naming: str | None = None) -> int | None:
    """Return the id that the path or a field names, or None.

    Args:
        naming: The field that may name it. `id` does not, but must not name another one.

    Raises:
        Malformed: The field is no id, or two are named.
    """
    stated = whole(given, naming, naming) if naming in given else None
    found = stated if path is None else path
    for name, other in ((naming, stated), ("id", given.get("id") or None)):
        if None not in (found, other) and found != other:
            raise Malformed(f"{name} is {other}, though the request is about {found}")
    return found


def reference(value: Any, told: str) -> int:
    """Return the id of something that stands as an object; what else that says is passed over.

    Args:
        told: What the request calls it.

    Raises:
        Malformed: It is no object, or has no id.
    """
    if not isinstance(value, dict):
        raise Malformed(f'{told} is not an object such as {{"id": 1}}')
    return whole(value, "id", f"id of {told}")


def whole(given: Object, name: str, told: str) -> int:
    """Return a whole number that a bigint column holds, from 1.

    Raises:
        Malformed: It is missing, or is none.
    """
    value = _needed(given, name, told)
    # True is an int to Python, and not to JSON.
    if type(value) is not int or not 1 <= value <= ID_MAX:
        raise Malformed(f"{told} is not a whole number from 1 to {ID_MAX}")
    return value


def text(given: Object, name: str, *, most: int) -> str:
    """Return a text of 1 to so many characters, all of which can be seen.

    Raises:
        Malformed: It is missing, or is none.
    """
    value = _needed(given, name, name)
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
    """Return an amount of money: a number, or a text of one.

    Raises:
        Malformed: It is missing, or is none.
    """
    value = _needed(given, name, name)
    # As a text it is read as it is written: no exponent, no third place.
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
        raise Malformed(f"the body has an unknown field {min(unknown)[:TOLD_LENGTH]!r}")
    if type(stated.get("id", 0)) is not int:
        raise Malformed("id is not a whole number")
    return stated


def _needed(given: Object, name: str, told: str) -> Any:
    value = given.get(name)
    if value is None:
        raise Malformed(f"{told} is missing")
    return value
