"""Forms of SQL that engines take differently, by what `Engine` says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines import Bulk, Engine
from tradepost.engines.defaults import STATEMENT_PARAMETERS, STATEMENT_ROWS
from tradepost.txn.tables import Column

T = TypeVar("T")


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def rows_at_once(engine: Engine, columns: int) -> int:
    """Return how many rows of so many parameters one statement takes."""
    if engine.bulk is Bulk.VALUES:
        return max(1, STATEMENT_PARAMETERS // columns)
    return STATEMENT_ROWS


def among(
    column: Column, values: Sequence[Any], connection: BaseDatabaseWrapper, engine: Engine
) -> Iterator[tuple[str, list[Any]]]:
    """Yield conditions, with their parameters, that together find the values in a column."""
    if engine.bulk is Bulk.ARRAYS and column.array_type and len(values) > 1:
        for chunk in batched(values, STATEMENT_ROWS):
            text = column.array(chunk, connection)
            yield f"{column.quoted} = ANY(%s::{column.array_type})", [text]
        return
    for chunk in batched(values, STATEMENT_PARAMETERS):
        marks = ", ".join(["%s"] * len(chunk))
        condition = f"{column.quoted} = %s" if len(chunk) == 1 else f"{column.quoted} IN ({marks})"
        yield condition, [column.to_database(value, connection) for value in chunk]
