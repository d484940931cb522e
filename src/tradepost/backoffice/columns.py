"""Columns of tables, on pages and in exported files."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from tradepost.limits import WHOLE_MAX
from tradepost.pages.spreadsheets import safe_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        value: Returns a row's value.
        link: Returns the address a row's value links to, or None.
        is_number: Whether the column is aligned to the right.
        is_change: Whether numbers are shown with their sign.
        for_admins: Whether only admins may follow the link.
    """

    title: str
    value: Callable[[Any], Any]
    link: Callable[[Any], str | None] | None = None
    is_number: bool = False
    is_change: bool = False
    for_admins: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    value: Any
    link: str | None


Table = dict[str, Any]


def column(name: str, title: str = "", **options: Any) -> Column:
    """Return the column that shows an attribute of the rows."""
    title = title or name.replace("_", " ").capitalize()
    return Column(title=title, value=lambda row: getattr(row, name), **options)


def named(names: str) -> tuple[Column, ...]:
    """Return the columns that show attributes of the rows; a space separates the names."""
    return tuple(column(name) for name in names.split())


def table(columns: tuple[Column, ...], rows: Iterable[Any], request: HttpRequest) -> Table:
    """Return the table that a page shows for rows."""

    def cell(column: Column, row: Any) -> Cell:
        may_follow = request.user.is_superuser or not column.for_admins
        link = column.link(row) if column.link is not None and may_follow else None
        return Cell(column, _text(column, column.value(row)), link)

    return {"columns": columns, "rows": [[cell(one, row) for one in columns] for row in rows]}


def export_value(value: Any) -> Any:
    """Return a value that no spreadsheet evaluates or rounds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value if abs(value) <= WHOLE_MAX else str(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    text = safe_cell(str(value))
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _text(column: Column, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and column.is_number:
        return f"{value:+,}" if column.is_change and value else f"{value:,}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return value
