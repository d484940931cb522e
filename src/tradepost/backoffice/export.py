"""Tables as CSV and XLSX files."""

from collections.abc import Iterable
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.http import HttpResponse
from import_export.formats.base_formats import CSV, XLSX

from tradepost.backoffice.columns import Column, export_value

# More rows are refused: the file is built in memory, and a truncated one would look complete.
ROWS_MAX = 20_000
FORMATS = {"csv": CSV, "xlsx": XLSX}
TOO_MANY = f"There are more than {ROWS_MAX:,} rows, the most that one file holds. Show fewer first."


def file_response(
    name: str, columns: tuple[Column, ...], rows: Iterable[Any], kind: str
) -> HttpResponse:
    """Return rows as a file.

    Args:
        kind: One of `FORMATS`.
    """
    table = tablib.Dataset(headers=[column.title for column in columns], title=name[:31])
    for row in rows:
        table.append([export_value(column.value(row)) for column in columns])
    file = FORMATS[kind]()
    content_type = f"{file.get_content_type()}{'' if file.is_binary() else '; charset=utf-8'}"
    response = HttpResponse(file.export_data(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
