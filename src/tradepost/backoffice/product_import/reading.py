"""Reading a table from a file that somebody sent: within limits, and saying what is wrong."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]

FILE_MAX = 2 * 1024 * 1024
# A compressed file can be a thousand times as large when it is unpacked.
UNPACKED_MAX = 20 * 1024 * 1024
PARTS_MAX = 200
# A cell takes four letters in a file, and some hundred bytes when it is read.
TAGS_MAX = 500_000
ROWS_MAX = 10_000
COLUMNS_MAX = 20
FORMULA = "="
ZIP_START = b"PK\x03\x04"


class Unreadable(Exception):
    """The file cannot be read; says why, for the person who sent it."""


def rows_of(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV or XLSX file that are not empty; the header is the first.

    A formula is told by its `FORMULA` at the start.

    Raises:
        Unreadable: The file is neither, is damaged, or is too large.
    """
    if len(data) > FILE_MAX:
        raise Unreadable(
            f"The file has {len(data):,} bytes; {FILE_MAX:,} are the most. Send it in parts."
        )
    if not data.strip():
        raise Unreadable("The file is empty.")
    rows: list[list[str]] = []
    for row in _workbook(data) if data.startswith(ZIP_START) else _text(data):
        if len(rows) > ROWS_MAX:
            raise Unreadable(
                f"The file has more than {ROWS_MAX:,} rows, the most that are imported at once. "
                "Send it in parts."
            )
        rows.append(row)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"The file is neither XLSX nor text in UTF-8 (byte {error.start})."
        ) from error
    if "\0" in text:
        raise Unreadable("The file is neither XLSX nor CSV: it has bytes that no text has.")
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for line in lines:
            yield _cut([cell.strip() for cell in line])
    except csv.Error as error:
        raise Unreadable(f"The file is not CSV: line {lines.line_num}: {error}.") from error


def _workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with warnings.catch_warnings():
            # What of a workbook is not read (styles, pictures) is nothing to warn of.
            warnings.simplefilter("ignore")
            yield from _sheet(data)
    except Unreadable:
        raise
    except Exception as error:
        # The reader raises whatever it meets in a damaged file.
        raise Unreadable("The file begins like XLSX, and cannot be read as one.") from error


def _sheet(data: bytes) -> Iterator[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        # Nothing is unpacked beyond the size that is announced.
        sizes = [part.file_size for part in parts.infolist()]
        if len(sizes) > PARTS_MAX or sum(sizes) > UNPACKED_MAX:
            raise Unreadable(
                f"Unpacked, the file has more than {UNPACKED_MAX:,} bytes. "
                "Send it in parts, or as CSV."
            )
        if any(parts.read(name).count(b"<") > TAGS_MAX for name in parts.namelist()):
            raise Unreadable("The file has far more cells than is imported. Send it as CSV.")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        # What a file says of its own size may be wrong.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=COLUMNS_MAX + 1):
            yield _cut([_written(cell) for cell in row])
    finally:
        book.close()


def _written(cell: Any) -> str:
    """Return what stands in a cell."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _cut(cells: Iterable[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    row = list(cells)
    while row and not row[-1]:
        row.pop()
    if len(row) > COLUMNS_MAX:
        raise Unreadable(f"A row has more than {COLUMNS_MAX} columns.")
    return row
