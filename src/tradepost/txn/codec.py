"""Converts typed values to plain JSON values and back, for idempotency keys and receipts.

Supports dataclasses of integers, strings, booleans, times (with a zone), decimals and `None`, and
of lists, tuples, mappings and unions of these. Dataclasses in a union must differ in the names of
their fields.
"""

import dataclasses
import operator
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

Convert = Callable[[typing.Any], typing.Any]
PLAIN = (int, str, bool, type(None), object)
UNIONS = (typing.Union, types.UnionType)


def encoder(kind: object) -> Convert | None:
    """Return the function that converts a type's values to JSON; None if none is needed.

    Raises:
        TypeError: The type cannot be stored.
    """
    if kind in PLAIN:
        return None
    if kind is datetime:
        return datetime.isoformat
    if kind is Decimal:
        return str
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _fields_encoder(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, tuple, Sequence):
        return _each(encoder(arguments[0])) or list
    if origin in (dict, Mapping):
        return _each_value(encoder(arguments[1])) or dict
    if origin in UNIONS:
        return _union_encoder(arguments)
    raise TypeError(f"{kind} cannot be stored as JSON")


def decoder(kind: object) -> Convert | None:
    """Return the function that converts JSON to a type's values; None if none is needed.

    Raises:
        TypeError: The type cannot be stored.
    """
    if kind in PLAIN:
        return None
    if kind is datetime:
        return datetime.fromisoformat
    if kind is Decimal:
        return Decimal
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _fields_decoder(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, Sequence):
        return _each(decoder(arguments[0]))
    if origin is tuple:
        convert = _each(decoder(arguments[0])) or list
        return lambda values: tuple(convert(values))
    if origin in (dict, Mapping):
        return _each_value(decoder(arguments[1]))
    if origin in UNIONS:
        return _union_decoder(arguments)
    raise TypeError(f"{kind} cannot be stored as JSON")


def _hints(kind: type) -> dict[str, object]:
    """Return the types of a dataclass's fields, by name."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _fields_encoder(kind: type) -> Convert:
    hints = _hints(kind)
    names = tuple(hints)
    converted = [
        (name, convert) for name, hint in hints.items() if (convert := encoder(hint)) is not None
    ]
    # For a trade's ten fields, this takes half as long as getting them one by one.
    read = operator.attrgetter(*names) if len(names) > 1 else None

    def encode(value: typing.Any) -> dict[str, typing.Any]:
        values = read(value) if read else [getattr(value, name) for name in names]
        fields = dict(zip(names, values, strict=True))
        for name, convert in converted:
            fields[name] = convert(fields[name])
        return fields

    return encode


def _fields_decoder(kind: type) -> Convert:
    converted = {
        name: convert
        for name, hint in _hints(kind).items()
        if (convert := decoder(hint)) is not None
    }

    def decode(values: dict[str, typing.Any]) -> typing.Any:
        return kind(**values | {name: convert(values[name]) for name, convert in converted.items()})

    return decode


def _each(convert: Convert | None) -> Convert | None:
    return None if convert is None else lambda values: [convert(value) for value in values]


def _each_value(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda values: {name: convert(value) for name, value in values.items()}


def _union_encoder(kinds: Sequence[object]) -> Convert | None:
    converted = {kind: convert for kind in kinds if (convert := encoder(kind)) is not None}
    if not converted:
        return None

    def encode(value: typing.Any) -> typing.Any:
        convert = converted.get(type(value))
        return value if convert is None else convert(value)

    return encode


def _union_decoder(kinds: Sequence[object]) -> Convert | None:
    by_fields = {
        frozenset(_hints(kind)): decoder(kind)
        for kind in kinds
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }
    others = [convert for kind in kinds if kind not in PLAIN and (convert := decoder(kind))]
    if not others:
        return None

    def decode(value: typing.Any) -> typing.Any:
        if value is None:
            return None
        if by_fields and isinstance(value, dict):
            convert = by_fields[frozenset(value)]
            return value if convert is None else convert(value)
        return others[0](value)

    return decode
