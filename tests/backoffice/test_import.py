"""Importing products: preview, then import once, through the services."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.backoffice.conftest import Stage, assert_audit_passes, errors_of, rows, text_of
from tests.backoffice.test_import_reading import SHEET, replaced, sheet, workbook
from tests.backoffice.uploads import IMPORT, all_products, confirm, upload
from tradepost import txn
from tradepost.backoffice.product_import import execution, reading
from tradepost.shop import products
from tradepost.shop.models import StockEntry

pytestmark = pytest.mark.django_db


class TestImporting:
    """Valid files."""

    @pytest.mark.engine
    def test_a_file_is_shown_and_then_imported_once(self, operator: Client, stage: Stage) -> None:
        before = rows()
        page = upload(
            operator,
            f"id,name,price,delivery\n,Rug,99.90,3\n,Vase,5,\n{stage.lamp},Lantern,14.00,2\n",
        )
        assert rows() == before
        assert "would add 2 products, edit 1, and receive 2 deliveries" in text_of(page)

        first = confirm(operator, page)
        assert "3 rows imported." in text_of(first)
        done = rows()
        again = confirm(operator, page)

        assert "3 rows imported, 3 of them before." in text_of(again)
        assert rows() == done
        assert all_products() == [
            ("Lantern", "14.00", 20),
            ("Rug", "99.90", 3),
            ("Vase", "5.00", None),
        ]
        entry = StockEntry.objects.filter(product_id=stage.lamp).latest("number")
        assert (entry.kind, entry.quantity, entry.reason) == ("received", 2, "imported")
        assert entry.actor == "user:otto"
        assert_audit_passes()

    def test_a_workbook_is_imported(self, operator: Client, stage: Stage) -> None:
        data = workbook(["name", "price"], ["Rug", 99.9], ["Vase", 5])

        confirm(operator, upload(operator, data, "products.xlsx"))

        assert all_products()[1:] == [("Rug", "99.90", None), ("Vase", "5.00", None)]

    def test_the_same_file_sent_twice_is_two_uploads(self, operator: Client) -> None:
        for _ in range(2):
            confirm(operator, upload(operator, "name,price\nRug,1\n"))

        assert len(all_products()) == 2

    def test_what_stays_as_it_is_writes_nothing(self, operator: Client, stage: Stage) -> None:
        page = upload(operator, f"id,name,price\n{stage.lamp},Lamp,12.50\n")
        before = rows()

        result = confirm(operator, page)

        assert "1 row imported." in text_of(result)
        assert f"product {stage.lamp} as it is" in text_of(page)
        assert rows() == before

    def test_a_row_that_is_refused_leaves_the_others(self, operator: Client, stage: Stage) -> None:
        page = upload(operator, f"id,name,price\n{stage.lamp},Lantern,1\n,Rug,2\n")
        products.delete(stage.lamp, actor="test")

        result = confirm(operator, page)

        text = text_of(result)
        assert "1 row imported; 1 refused." in text
        assert f"Row 2: There is no product {stage.lamp}." in text
        assert [one[0] for one in all_products()] == ["Lamp", "Rug"]

    def test_an_import_that_stops_goes_on_where_it_stopped(
        self, operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = upload(operator, "name,price\nRug,1\nVase,2\nBowl,3\n")
        real = products.add

        def busy(name: str, *args: Any, **call: Any) -> txn.Outcome:
            if name == "Vase":
                raise txn.Busy
            return real(name, *args, **call)

        with monkeypatch.context() as patch:
            patch.setattr(products, "add", busy)
            stopped = confirm(operator, page)
        assert "It stopped at row 3" in text_of(stopped)
        assert [one[0] for one in all_products()] == ["Rug"]

        result = confirm(operator, stopped)

        assert "2 rows imported." in text_of(result)
        assert [one[0] for one in all_products()] == ["Rug", "Vase", "Bowl"]
        # Confirming the whole plan again changes nothing.
        assert "3 rows imported, 3 of them before." in text_of(confirm(operator, page))
        assert len(all_products()) == 3

    def test_an_import_ends_in_time_and_goes_on(
        self, operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = upload(operator, "name,price\nRug,1\nVase,2\n")
        with monkeypatch.context() as patch:
            patch.setattr(execution, "TIME_LIMIT_S", -1.0)
            stopped = confirm(operator, page)
        assert "0 rows imported." in text_of(stopped)
        assert "There was time up to row 1." in text_of(stopped)
        assert all_products() == []

        assert "2 rows imported." in text_of(confirm(operator, stopped))
        assert len(all_products()) == 2

    def test_a_long_file_is_shown_in_part(self, operator: Client) -> None:
        page = upload(operator, "name,price\n" + "Rug,1\n" * 25)

        assert "And 5 more rows like these." in text_of(page)
        confirm(operator, page)
        assert len(all_products()) == 25


class TestWrongFiles:
    """Invalid files."""

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", "The file is empty."),
            (b"\x89PNG\r\n\x1a\n\0", "neither XLSX nor text in UTF-8"),
            (b"name,price,stock\nRug,1,2", "Call it “delivery”"),
            (b"title,cost\nRug,1", "is none of them"),
            (b"name,price\n", "no row below it"),
            (b"name,price\n" + b"Rug,1\n" * 10_001, "more than 10,000 rows"),
            (b"name,price\n" + b"x" * 2_100_000, "2,097,152 are the most"),
            (
                replaced(workbook(["name"]), SHEET, b" " * (reading.UNPACKED_MAX + 1)),
                "Unpacked, the file has more than",
            ),
            (
                replaced(
                    workbook(["name"]),
                    SHEET,
                    sheet('<sheetData><row r="1048576"><c><v>1</v></c></row></sheetData>'),
                ),
                "more than 10,000 rows",
            ),
            (b"PK\x03\x04 nothing", "cannot be read as one"),
        ],
    )
    def test_each_is_shown_beside_its_field(
        self, operator: Client, stage: Stage, data: bytes, expected: str
    ) -> None:
        before = rows()

        answer = upload(operator, data)

        assert expected in errors_of(answer)["file"][0]
        assert not answer.context.get("token")
        assert rows() == before

    def test_ten_megabytes_are_refused_at_the_door(self, operator: Client) -> None:
        answer = upload(operator, b"x" * 10_000_000)

        assert answer.status_code == 413
        assert "text/html" in answer["Content-Type"]

    def test_no_file_is_reported(self, operator: Client) -> None:
        answer = operator.post(IMPORT)

        assert errors_of(answer) == {"file": ["Choose a file."]}

    def test_problems_are_listed_with_row_and_column(self, operator: Client, stage: Stage) -> None:
        before = rows()

        page = upload(operator, "name,price\nRug,x\n,1\n<b>=,=1+1\n")

        text = text_of(page)
        assert "Nothing was imported: products.csv has 3 problems." in text
        assert "2 price “x” is not an amount such as 12.50" in text
        assert "3 name is empty" in text
        assert "4 price is a formula" in text
        assert page.context["token"] == ""
        assert rows() == before

    def test_very_many_problems_are_cut(self, operator: Client) -> None:
        page = upload(operator, "name,price\n" + "Rug,x\n" * 60)

        assert "And 10 more." in text_of(page)

    def test_names_are_no_markup(self, operator: Client) -> None:
        page = upload(operator, "name,price\n<script>x</script>,1\n", "<b>.csv")

        assert "<script>x" not in page.content.decode()
        assert "<b>.csv" not in page.content.decode()
