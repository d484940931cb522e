"""Tables as CSV and XLSX files."""

from typing import Any

import tablib  # type: ignore[import-untyped]
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export.formats.base_formats import CSV, XLSX

from tradepost.backoffice.columns import Column, export_value

# More rows are refused: the file is built in memory, and a truncated one would look complete.
ROWS_MAX = 20_000
FORMATS = {"csv": CSV, "xlsx": XLSX}


def file_response(
    request: HttpRequest,
    kind: str,
    *,
    name: str,
    columns: tuple[Column, ...],
    found: QuerySet[Any],
    back: str,
) -> HttpResponse:
    """Return rows as a file, or redirect to their list if they are too many.

    Args:
        kind: One of `FORMATS`.
        back: The address of the list.
    """
    rows = list(found[: ROWS_MAX + 1])
    if len(rows) > ROWS_MAX:
        text = "There are more than {:,} rows, the most that one file holds. Show fewer first."
        messages.error(request, text.format(ROWS_MAX))
        return redirect(f"{back}?{request.GET.urlencode()}")
    table = tablib.Dataset(headers=[column.title for column in columns], title=name[:31])
    for row in rows:
        table.append([export_value(column.value(row)) for column in columns])
    file = FORMATS[kind]()
    content_type = f"{file.get_content_type()}{'' if file.is_binary() else '; charset=utf-8'}"
    response = HttpResponse(file.export_data(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
