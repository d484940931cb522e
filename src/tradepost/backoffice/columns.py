"""Columns of tables that are shown and exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from tradepost.limits import WHOLE_MAX

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        value: Of a row.
        link: Where the value leads to, or None.
        is_number: Whether it stands at the right.
        is_change: Whether it is shown with its sign.
        for_admins: Whether the link leads where only admins may go.
    """

    title: str
    value: Callable[[Any], Any]
    link: Callable[[Any], str | None] | None = None
    is_number: bool = False
    is_change: bool = False
    for_admins: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table on a page."""

    column: Column
    value: Any
    link: str | None


Table = dict[str, Any]


def of(name: str, title: str = "", **options: Any) -> Column:
    """Return the column of a row's attribute."""
    title = title or name.replace("_", " ").capitalize()
    return Column(title=title, value=lambda row: getattr(row, name), **options)


def cells(columns: tuple[Column, ...], row: Any, *, is_admin: bool = False) -> list[Cell]:
    """Return what a page shows of a row."""
    found = []
    for column in columns:
        leads = column.link is not None and (is_admin or not column.for_admins)
        link = column.link(row) if column.link is not None and leads else None
        found.append(Cell(column, _text(column, column.value(row)), link))
    return found


def table(columns: tuple[Column, ...], rows: Iterable[Any], request: HttpRequest) -> Table:
    """Return what a page shows of rows."""
    is_admin = bool(request.user.is_superuser)
    return {
        "columns": columns,
        "rows": [cells(columns, row, is_admin=is_admin) for row in rows],
    }


def exported(value: Any) -> Any:
    """Return what a file says of a value: nothing that a spreadsheet would compute or round."""
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
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return f"'{text}" if str(value).startswith(FORMULA_STARTS) else text


def _text(column: Column, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and column.is_number:
        return f"{value:+,}" if column.is_change and value else f"{value:,}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return value
