"""Strict parsing of bodies and queries, so that nothing can be read in two ways."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from tradepost.api.errors import BodyTooLarge
from tradepost.errors import Malformed

# Parsing an integer takes Python quadratic time.
NUMBER_LENGTH = 40


def check_length(request: HttpRequest) -> None:
    """Refuse a body by its Content-Length, before it is read.

    Raises:
        BodyTooLarge: It is larger than the limit.
        Malformed: The length is missing, or not a number.
    """
    if "Transfer-Encoding" in request.headers:
        # Django would read an empty body.
        raise Malformed("the body has no header Content-Length; it is not read in chunks")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Malformed("the header Content-Length takes a number of bytes")
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if len(length) > NUMBER_LENGTH or int(length) > limit:
        raise BodyTooLarge(limit=limit)


def read(request: HttpRequest) -> bytes:
    """Return the request's whole body.

    Raises:
        Malformed: It was cut off: "price=10" may be the beginning of "price=100".
    """
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if len(request.body) != announced:
        raise Malformed(f"the body has {len(request.body)} of the {announced} bytes announced")
    return request.body


def form(request: HttpRequest) -> QueryDict:
    """Return the request's form; it must be whole, and no field may be given twice."""
    read(request)
    single(request.POST, "form")
    return request.POST


def single(given: MultiValueDict[str, str], source: str) -> None:
    """Refuse fields that are given twice."""
    for name in given:
        if len(given.getlist(name)) > 1:
            raise Malformed(f"{source} {name} is given twice")


def loads(raw: bytes) -> Any:
    """Return parsed JSON; whole numbers are int, all others Decimal.

    Raises:
        Malformed: It is not UTF-8 or not JSON, an object has a key twice, a number is not finite or
            has more than 40 characters, or it is nested too deeply.
    """
    try:
        return _decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed(f"the body is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise Malformed("the body is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise Malformed(
            f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(f"the key {name[:NUMBER_LENGTH]!r} stands twice in one object")
        found[name] = value
    return found


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not a JSON number")


def _number(text: str) -> int | Decimal:
    """Return the exact number: as a float, 0.99999999999999999999 would be 1."""
    if text.isdigit() and len(text) < NUMBER_LENGTH:
        return int(text)
    if len(text) > NUMBER_LENGTH:
        raise Malformed(f"a number has {len(text)} characters; {NUMBER_LENGTH} are the limit")
    try:
        exact = Decimal(text)
    except InvalidOperation:
        # Its exponent has more digits than a decimal can hold.
        raise Malformed(f"the number {text} is too large or too small") from None
    if exact.adjusted() > NUMBER_LENGTH:
        raise Malformed(f"the number {text} is too large")
    return int(exact) if exact == exact.to_integral_value() else exact


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number, parse_int=_number
).decode


class StrictParser(Parser):
    """A strict parser for django-ninja."""

    def parse_body(self, request: HttpRequest) -> Any:
        return loads(read(request))

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        single(data, "query")
        return super().parse_querydict(data, list_fields, request)
