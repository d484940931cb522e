"""Reading uploaded files within limits, and the errors of invalid ones."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tradepost.backoffice.product_import import reading
from tradepost.backoffice.product_import.reading import Unreadable, rows_of

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: list[Any]) -> bytes:
    """Return an XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def replaced(data: bytes, part: str, content: bytes) -> bytes:
    """Return an XLSX file with other content in one of its parts."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return file.getvalue()


def sheet(inside: str) -> bytes:
    """Return a worksheet."""
    return (
        '<?xml version="1.0"?><worksheet xmlns='
        f'"http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inside}</worksheet>'
    ).encode()


class TestText:
    """CSV files."""

    @pytest.mark.parametrize(
        ("data", "rows"),
        [
            (b"name,price\nLamp,12.50\n", [["name", "price"], ["Lamp", "12.50"]]),
            (b"name,price\r\nLamp,1\r\n\r\n\r\n", [["name", "price"], ["Lamp", "1"]]),
            (b"\xef\xbb\xbfname,price\nA,1", [["name", "price"], ["A", "1"]]),
            (b"name;price\nA;1", [["name", "price"], ["A", "1"]]),
            (b'name,price\n"A, ""big""",1', [["name", "price"], ['A, "big"', "1"]]),
            (b" name , price \n A , 1 ", [["name", "price"], ["A", "1"]]),
            (b"name,price,,\nA,1,,\n", [["name", "price"], ["A", "1"]]),
            (b"name\n\nA", [["name"], [], ["A"]]),
            ("name\nTüröffner 😀".encode(), [["name"], ["Türöffner 😀"]]),
        ],
    )
    def test_what_is_read(self, data: bytes, rows: list[list[str]]) -> None:
        assert rows_of(data) == rows

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", "empty"),
            (b" \n ", "empty"),
            (b"name\n\xff", r"neither XLSX nor text in UTF-8 \(byte 5\)"),
            ("name\nTüre".encode("latin-1"), "UTF-8"),
            ("name\nA".encode("utf-16"), "UTF-8"),
            (b"name\nA\0B", "bytes that no text has"),
            (b"%PDF-1.7\n\0", "bytes that no text has"),
            (b"\x89PNG\r\n\x1a\n", "UTF-8"),
            (b'name\n"A', "is not CSV: line 2"),
            (b'name\n"A"B', "is not CSV: line 2"),
            (b"name\n" + b"x" * 140_000, "is not CSV: line 2"),
            (b"a" + b",a" * 20, "more than 20 columns"),
            (b"x" * (reading.FILE_MAX + 1), "2,097,153 bytes; 2,097,152 are the most"),
        ],
    )
    def test_what_cannot_be_read(self, data: bytes, expected: str) -> None:
        with pytest.raises(Unreadable, match=expected):
            rows_of(data)

    def test_ten_thousand_rows_are_the_most(self) -> None:
        most = b"name\n" + b"A\n" * reading.ROWS_MAX
        assert len(rows_of(most)) == reading.ROWS_MAX + 1

        with pytest.raises(Unreadable, match="more than 10,000 rows"):
            rows_of(most + b"A\n")


class TestWorkbooks:
    """XLSX files."""

    def test_values_are_read_as_they_are_written(self) -> None:
        data = workbook(
            ["name", "price", "delivery"],
            ["Lamp", 12.5, 3],
            ["Rug", Decimal("9.10"), 2.0],
            ["  Vase ", "0.10", None],
            [None, True, dt.datetime(2026, 11, 21, tzinfo=None)],  # noqa: DTZ001
        )

        assert rows_of(data) == [
            ["name", "price", "delivery"],
            ["Lamp", "12.5", "3"],
            ["Rug", "9.1", "2"],
            ["Vase", "0.10"],
            ["", "True", "2026-11-21 00:00:00"],
        ]

    def test_a_formula_is_recognized(self) -> None:
        assert rows_of(workbook(["name"], ["=1+1"])) == [["name"], ["="]]

    def test_a_text_that_looks_like_a_formula_is_one_as_well(self) -> None:
        """Its value may differ in another spreadsheet."""
        book = openpyxl.Workbook()
        cell = book.worksheets[0].cell(1, 1)
        cell.value, cell.data_type = "=x", "s"
        file = io.BytesIO()
        book.save(file)

        assert rows_of(file.getvalue())[0][0].startswith("=")

    def test_the_first_sheet_is_read(self) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["first"])
        book.create_sheet("other").append(["second"])
        book.active = 1
        file = io.BytesIO()
        book.save(file)

        assert rows_of(file.getvalue()) == [["first"]]

    def test_a_file_that_lies_of_its_size_is_read_whole(self) -> None:
        lying = sheet(
            '<dimension ref="A1"/><sheetData>'
            '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
            '<row r="2"><c r="A2" t="inlineStr"><is><t>Lamp</t></is></c></row></sheetData>'
        )

        assert rows_of(replaced(workbook(["name"]), SHEET, lying)) == [["name"], ["Lamp"]]

    @pytest.mark.parametrize(
        "data",
        [
            b"PK\x03\x04",
            b"PK\x03\x04" + b"x" * 100,
            workbook(["name"])[:-40],
            replaced(workbook(["name"]), SHEET, b"<worksheet"),
            replaced(workbook(["name"]), SHEET, b""),
            replaced(workbook(["name"]), "xl/workbook.xml", b"<x/>"),
            replaced(workbook(["name"]), "[Content_Types].xml", b"<x/>"),
        ],
    )
    def test_a_damaged_file_is_reported(self, data: bytes) -> None:
        with pytest.raises(Unreadable, match="cannot be read as one"):
            rows_of(data)

    def test_any_other_archive_is_reported(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("name.txt", "x")

        with pytest.raises(Unreadable, match="cannot be read as one"):
            rows_of(file.getvalue())


class TestBombs:
    """Small files that become huge when they are read."""

    def test_one_that_unpacks_to_gigabytes(self) -> None:
        bomb = replaced(workbook(["name"]), SHEET, b" " * (reading.UNPACKED_MAX + 1))
        assert len(bomb) < 100_000

        with pytest.raises(Unreadable, match="Unpacked"):
            rows_of(bomb)

    def test_one_of_very_many_parts(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(reading.PARTS_MAX + 1):
                archive.writestr(str(number), "")

        with pytest.raises(Unreadable, match="Unpacked"):
            rows_of(file.getvalue())

    @pytest.mark.parametrize(
        "inside",
        [
            '<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>',
            '<sheetData><row r="99999999999"><c r="A1"><v>1</v></c></row></sheetData>',
            f"<sheetData>{'<row/>' * 200_000}</sheetData>",
        ],
    )
    def test_one_of_very_many_rows(self, inside: str) -> None:
        started = time.monotonic()

        with pytest.raises(Unreadable):
            rows_of(replaced(workbook(["name"]), SHEET, sheet(inside)))

        assert time.monotonic() - started < 10

    def test_one_of_very_many_columns(self) -> None:
        wide = f'<sheetData><row r="1">{"<c><v>1</v></c>" * 1000}</row></sheetData>'

        with pytest.raises(Unreadable, match="more than 20 columns"):
            rows_of(replaced(workbook(["name"]), SHEET, sheet(wide)))

    def test_one_of_millions_of_cells_in_a_row(self) -> None:
        cells = f'<sheetData><row r="1">{"<c/>" * 1_000_000}</row></sheetData>'
        started = time.monotonic()

        with pytest.raises(Unreadable, match="far more cells"):
            rows_of(replaced(workbook(["name"]), SHEET, sheet(cells)))

        assert time.monotonic() - started < 5

    def test_one_of_entities_that_grow(self) -> None:
        names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12)]
        laughs = (
            f'<?xml version="1.0"?><!DOCTYPE x [{"".join(names)}]>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>'
            "</sheetData></worksheet>"
        ).encode()
        started = time.monotonic()

        with pytest.raises(Unreadable):
            rows_of(replaced(workbook(["name"]), SHEET, laughs))

        assert time.monotonic() - started < 10

    def test_one_that_names_a_file_of_ours(self) -> None:
        reads = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a&f;b</t></is></c></row>'
            b"</sheetData></worksheet>"
        )

        try:
            found = rows_of(replaced(workbook(["name"]), SHEET, reads))
        except Unreadable:
            found = []

        assert found in ([], [["ab"]], [["a"]])
