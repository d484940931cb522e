"""Tables as files for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.http import HttpResponse
from import_export.formats.base_formats import CSV, XLSX

from tradepost.backoffice.columns import Column, exported

# Larger ones are refused: the answer is made in memory, and a part would look like the whole.
ROWS_MAX = 20_000
FORMATS = {"csv": CSV, "xlsx": XLSX}
TOO_MANY = f"There are more than {ROWS_MAX:,} rows, the most that one file holds. Show fewer first."


def answer(name: str, columns: tuple[Column, ...], rows: Iterable[Any], kind: str) -> HttpResponse:
    """Answer rows as a file.

    Args:
        kind: Of `FORMATS`.
    """
    table = tablib.Dataset(headers=[column.title for column in columns], title=name[:31])
    for row in rows:
        table.append([exported(column.value(row)) for column in columns])
    file = FORMATS[kind]()
    content_type = f"{file.get_content_type()}{'' if file.is_binary() else '; charset=utf-8'}"
    response = HttpResponse(file.export_data(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
