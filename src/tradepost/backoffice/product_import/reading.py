"""Reads a table from an uploaded file, within limits."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]

FILE_MAX = 2 * 1024 * 1024
# A compressed file can unpack to a thousand times its size.
UNPACKED_MAX = 20 * 1024 * 1024
PARTS_MAX = 200
# A cell takes 4 characters in the file, and a few hundred bytes in memory.
TAGS_MAX = 500_000
ROWS_MAX = 10_000
COLUMNS_MAX = 20
FORMULA = "="
ZIP_START = b"PK\x03\x04"


class Unreadable(Exception):
    """The file cannot be read; the text says why."""


def rows_of(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV or XLSX file, without empty rows at its end.

    A cell with a formula starts with `FORMULA`.

    Raises:
        Unreadable: The file has another format, is damaged or is too large.
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
            yield _trimmed([cell.strip() for cell in line])
    except csv.Error as error:
        raise Unreadable(f"The file is not CSV: line {lines.line_num}: {error}.") from error


def _workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with warnings.catch_warnings():
            # The reader warns about parts that are not needed, such as styles and pictures.
            warnings.simplefilter("ignore")
            yield from _sheet(data)
    except Unreadable:
        raise
    except Exception as error:
        # For a damaged file the reader raises many kinds of exceptions.
        raise Unreadable("The file begins like XLSX, and cannot be read as one.") from error


def _sheet(data: bytes) -> Iterator[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        # `zipfile` never unpacks a part beyond its declared size.
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
        # The dimensions that a file declares may be wrong.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=COLUMNS_MAX + 1):
            yield _trimmed([_cell_text(cell) for cell in row])
    finally:
        book.close()


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _trimmed(cells: Iterable[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    row = list(cells)
    while row and not row[-1]:
        row.pop()
    if len(row) > COLUMNS_MAX:
        raise Unreadable(f"A row has more than {COLUMNS_MAX} columns.")
    return row
