"""SQL arrays as text: one parameter for a whole column."""

import functools
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines.tables import PLAIN_FIELDS, Column, Table

# Fields whose values an array's text can hold as Python writes them.
TEXT_FIELDS = (
    *PLAIN_FIELDS,
    models.BooleanField,
    models.DateTimeField,
    models.DecimalField,
    models.UUIDField,
)


@functools.cache
def array_type(column: Column) -> str | None:
    """Return the array type for a column's values; None if there is none.

    It has no length or precision: such a cast would truncate a value instead of refusing it.
    """
    if not isinstance(column.target, TEXT_FIELDS):
        return None
    return f"{column.db_type.partition('(')[0]}[]"


@functools.cache
def has_arrays(table: Table) -> bool:
    """Say whether every column can be written as an array."""
    return all(array_type(column) for column in table.columns.values())


def array(column: Column, values: Sequence[Any], connection: BaseDatabaseWrapper) -> str:
    """Return values as the text of an array."""
    first = values[0]
    if values.count(first) == len(values):
        # The time, the actor and the kind of a group's entries: 0.01 ms for 512 texts, not 0.13.
        item = _item(column.to_database(first, connection))
        return f"{{{','.join([item] * len(values))}}}"
    if isinstance(column.target, models.IntegerField):
        return f"{{{','.join(['NULL' if one is None else str(one) for one in values])}}}"
    items = [_item(column.to_database(value, connection)) for value in values]
    return f"{{{','.join(items)}}}"


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
