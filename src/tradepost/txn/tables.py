"""How a model's rows are read and written without the ORM: its columns, and their conversions.

The ORM costs some two milliseconds a trade; a unit needs five plain statements.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from tradepost.txn.unit import Row

# Fields whose Python values every driver takes, and gives, as they are.
PLAIN_FIELDS = (models.IntegerField, models.CharField, models.TextField)
# Fields whose values an array's text can hold as Python writes them.
TEXT_FIELDS = (*PLAIN_FIELDS, models.DateTimeField, models.DecimalField, models.UUIDField)


class Column:
    """One column: its name, and how values go in and come out."""

    def __init__(self, field: Any, connection: BaseDatabaseWrapper) -> None:
        self.field = field
        self.attname: str = field.attname
        self.quoted = connection.ops.quote_name(field.column)
        self.plain = isinstance(field, PLAIN_FIELDS)
        self._whole = isinstance(field, models.IntegerField) and not field.null
        # Without a length or a precision: casting to those would cut a value, and not refuse it.
        self.array_type = (
            f"{field.rel_db_type(connection).partition('(')[0]}[]"
            if isinstance(field, TEXT_FIELDS)
            else None
        )
        expression = field.cached_col
        self.converters = [
            functools.partial(convert, expression=expression, connection=connection)
            for convert in connection.ops.get_db_converters(expression)
            + field.get_db_converters(connection)
        ]

    def to_database(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return what the driver takes for a value."""
        return value if self.plain else self.field.get_db_prep_save(value, connection)

    def array(self, values: Iterable[Any], connection: BaseDatabaseWrapper) -> str:
        """Return values as the text of an SQL array.

        One parameter a column costs a third of one a value (measured).
        """
        if self._whole:
            return f"{{{','.join(map(str, values))}}}"
        known: dict[Any, str] = {}
        texts = []
        for value in values:
            if value not in known:
                known[value] = _array_item(self.to_database(value, connection))
            texts.append(known[value])
        return f"{{{','.join(texts)}}}"

    def from_database(self, value: Any) -> Any:
        """Return the value for what the driver gave."""
        for convert in self.converters:
            value = convert(value)
        return value


class Table:
    """A model's table on one connection alias."""

    def __init__(self, model: type[Model], connection: BaseDatabaseWrapper) -> None:
        meta = model._meta
        self.model = model
        self.name = meta.db_table
        self.quoted = connection.ops.quote_name(meta.db_table)
        fields = [field for field in meta.local_concrete_fields if field.column]
        self.columns = {field.attname: Column(field, connection) for field in fields}
        self.row_type: Callable[..., Row] = namedtuple(  # type: ignore[misc]
            model.__name__, tuple(self.columns)
        )
        self.pk = self.columns.get(meta.pk.attname)
        # Does the database count this table's ids?
        self.counts_ids = isinstance(meta.pk, models.AutoField | models.BigAutoField)
        # Can every column be written as an array?
        self.has_arrays = all(column.array_type for column in self.columns.values())
        self.select_list = ", ".join(column.quoted for column in self.columns.values())
        self._converted = [
            (place, column.from_database)
            for place, column in enumerate(self.columns.values())
            if column.converters
        ]

    @property
    def key(self) -> Column:
        """The primary key's column; a table with a composite one cannot be locked by it."""
        if self.pk is None:
            raise TypeError(f"{self.name} has no primary key of one column")
        return self.pk

    def column(self, name: str) -> Column:
        """Return the column of an attribute, or of ``pk``."""
        return self.key if name == "pk" else self.columns[name]

    def read(self, values: Sequence[Any]) -> Row:
        """Make a row from what a SELECT of `select_list` gave."""
        if not self._converted:
            return self.row_type(*values)
        converted = list(values)
        for place, convert in self._converted:
            converted[place] = convert(converted[place])
        return self.row_type(*converted)

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return an insert's values with the fields' defaults where it has none."""
        unknown = values.keys() - self.columns.keys()
        if unknown:
            raise TypeError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return {
            name: values[name] if name in values else column.field.get_default()
            for name, column in self.columns.items()
            if name in values or not (self.counts_ids and column is self.pk)
        }


@functools.cache
def table_of(model: type[Model], alias: str) -> Table:
    """Return the table of a model on a connection alias."""
    return Table(model, connections[alias])


def _array_item(value: Any) -> str:
    if value is None:
        return "NULL"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
