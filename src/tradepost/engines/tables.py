"""How a model's rows are read and written without the ORM: columns and their conversions."""

import functools
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

# A row as it was read: an immutable tuple with the model's attributes by name.
Row = Any
# Converts what a driver returned, on the connection it came from.
FromDriver = Callable[[Any, BaseDatabaseWrapper], Any]

# Fields whose values every driver accepts and returns without conversion.
PLAIN_FIELDS = (models.IntegerField, models.CharField, models.TextField)


def _is_aware(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


# Tests of whether a value already went through its field's converters.
IS_CONVERTED: "dict[type[models.Field[Any, Any]], Callable[[Any], bool]]" = {
    models.DateTimeField: _is_aware,
    models.DecimalField: lambda value: isinstance(value, Decimal),
    models.UUIDField: lambda value: isinstance(value, UUID),
    models.BooleanField: lambda value: isinstance(value, bool),
}


class Column:
    """One column: its name, and how its values are converted.

    Threads share it, so it holds no connection.
    """

    def __init__(self, field: Any, connection: BaseDatabaseWrapper) -> None:
        self.field = field
        self.attname: str = field.attname
        self.quoted = connection.ops.quote_name(field.column)
        # A foreign key's values are those of the field it refers to.
        self.target = field.target_field if isinstance(field, models.ForeignKey) else field
        self.db_type = self.target.rel_db_type(connection) or ""
        self.plain = isinstance(self.target, PLAIN_FIELDS) or self._takes_times(connection)
        # A UUID may also be given as 32 hexadecimal digits.
        self._is_uuid = isinstance(self.target, models.UUIDField)
        # The last value converted, and its result. All rows of a transaction have the same time,
        # which takes 5 us to convert: 2.5 ms for the 512 entries of a group of 256 trades.
        self._last: tuple[Any, Any] = (None, None)
        self.is_converted = next(
            (test for kind, test in IS_CONVERTED.items() if isinstance(self.target, kind)), None
        )
        self.converters = [
            _for_any_connection(convert, field.cached_col, connection)
            for convert in connection.ops.get_db_converters(field.cached_col)
            + field.get_db_converters(connection)
        ]

    def _takes_times(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the driver takes times in UTC as they are."""
        if type(self.target) is not models.DateTimeField:
            return False
        time = datetime.now(UTC)
        return self.field.get_db_prep_save(time, connection) is time

    def to_database(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return a value as the driver takes it."""
        if self.plain or (self._is_uuid and isinstance(value, str)):
            return value
        last, converted = self._last
        if value is not last:
            converted = self.field.get_db_prep_save(value, connection)
            self._last = (value, converted)
        return converted

    def from_database(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return the value for what the driver returned."""
        for convert in self.converters:
            value = convert(value, connection)
        return value


class Table:
    """A model's table on one connection alias."""

    def __init__(self, model: type[Model], connection: BaseDatabaseWrapper) -> None:
        meta = model._meta
        self.model = model
        self.alias = connection.alias
        self.name = meta.db_table
        self.quoted = connection.ops.quote_name(meta.db_table)
        fields = [field for field in meta.local_concrete_fields if field.column]
        self.columns = {field.attname: Column(field, connection) for field in fields}
        self.row_type = _row_type(model.__name__, self.columns, self.alias)
        self.pk = self.columns.get(meta.pk.attname)
        # Does the database assign this table's ids?
        self.counts_ids = isinstance(meta.pk, models.AutoField | models.BigAutoField)
        defaults = {
            name: column.field
            for name, column in self.columns.items()
            if not (self.counts_ids and column is self.pk)
        }
        self._made = [name for name, field in defaults.items() if callable(field.default)]
        self._defaults = {
            name: None if name in self._made else field.get_default()
            for name, field in defaults.items()
        }
        self.select_list = ", ".join(column.quoted for column in self.columns.values())
        self._converted = [
            (place, column.from_database)
            for place, column in enumerate(self.columns.values())
            if column.converters and not column.is_converted
        ]

    @property
    def key(self) -> Column:
        """The primary key's column; rows with a composite key cannot be locked."""
        if self.pk is None:
            raise TypeError(f"{self.name} has no primary key of one column")
        return self.pk

    def column(self, name: str) -> Column:
        """Return the column of an attribute, or of ``pk``."""
        return self.key if name == "pk" else self.columns[name]

    def read(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> Row:
        """Make a row from what a SELECT of `select_list` returned."""
        if not self._converted:
            return self.row_type(*values)
        converted = list(values)
        for place, convert in self._converted:
            converted[place] = convert(converted[place], connection)
        return self.row_type(*converted)

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return an insert's values, with defaults for missing fields."""
        if values.keys() == self._defaults.keys():
            return values
        completed = {**self._defaults, **values}
        for name in self._made:
            if name not in values:
                completed[name] = self.columns[name].field.get_default()
        if len(completed) > len(self._defaults):
            unknown = values.keys() - self.columns.keys()
            if unknown:
                raise TypeError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return completed


@functools.cache
def table_of(model: type[Model], alias: str) -> Table:
    """Return the table of a model on a connection alias."""
    return Table(model, connections[alias])


def _for_any_connection(
    convert: Any, expression: Any, connection: BaseDatabaseWrapper
) -> FromDriver:
    """Return a converter that uses the connection it is given, not the one it was made with."""
    if getattr(convert, "__self__", None) is connection.ops:
        name = convert.__name__
        return lambda value, given: getattr(given.ops, name)(value, expression, given)
    return lambda value, given: convert(value, expression, given)


def _row_type(name: str, columns: Mapping[str, Column], alias: str) -> Callable[..., Row]:
    """Make a named tuple whose values are converted when they are read.

    Few of them are ever read, and a time from SQLite takes 9 us to convert: 9 ms for the 512 rows
    of a group.
    """
    base = namedtuple(name, tuple(columns))  # type: ignore[misc]
    converted = {
        attname: _converting(place, column, alias)
        for place, (attname, column) in enumerate(columns.items())
        if column.converters and column.is_converted
    }
    return type(name, (base,), {"__slots__": (), **converted})


def _converting(place: int, column: Column, alias: str) -> property:
    if type(column.target) is models.DateTimeField and settings.USE_TZ:
        return _time(place, connections[alias].timezone)
    is_converted, convert = column.is_converted, column.from_database

    def get(row: Any) -> Any:
        value = tuple.__getitem__(row, place)
        # A value set by a decision needs no conversion, and might not survive one.
        if is_converted is None or is_converted(value):
            return value
        return convert(value, connections[alias])

    return property(get)


def _time(place: int, zone: tzinfo | None) -> property:
    """Convert times four times as fast as Django: a trade reads one for each player."""

    def get(row: Any) -> Any:
        value: Any = tuple.__getitem__(row, place)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=zone)

    return property(get)
