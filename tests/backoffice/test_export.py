"""Exported files: their contents, their limit, and cells that are safe in spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.backoffice.conftest import CUSTOMERS, ORDERS, PLAYERS, PRODUCTS, Stage, messages_of, rows
from tradepost.backoffice import columns, export
from tradepost.shop import customers, products
from tradepost.shop.money import from_cents
from tradepost.trading import players


def as_csv(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


def as_xlsx(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


class TestCells:
    """The values of cells."""

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (None, ""),
            (True, "yes"),
            (False, "no"),
            (12, 12),
            (-12, -12),
            (2**53 - 1, 2**53 - 1),
            (2**53, str(2**53)),
            (-(2**60), str(-(2**60))),
            (Decimal("12.50"), "12.50"),
            (Decimal("9999999999999999.99"), "9999999999999999.99"),
            (dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC), "2026-11-21T09:30:00+00:00"),
            ("Lamp", "Lamp"),
            ("a=b", "a=b"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("\r=1", "' =1"),
            ("\n=1", "' =1"),
            ("\uff1d1", "'\uff1d1"),
            ("a\x00b\x1fc", "a b c"),
            ("two\nlines", "two lines"),
        ],
    )
    def test_what_a_file_says(self, value: Any, written: Any) -> None:
        found = columns.export_value(value)

        assert found == written
        assert type(found) is type(written)


@pytest.mark.django_db
class TestFiles:
    """Exported files."""

    def test_players(self, viewer: Client, stage: Stage) -> None:
        answer = viewer.get(f"{PLAYERS}/export/csv/")

        found = as_csv(answer)
        assert found[0][:5] == ["Id", "Name", "Coins", "Goods", "Entry count"]
        assert [row[:5] for row in found[1:]] == [
            [str(stage.bob), "bob", "70", "25", "2"],
            [str(stage.ann), "ann", "130", "15", "2"],
        ]
        assert answer["Content-Disposition"] == 'attachment; filename="players.csv"'

    def test_what_the_list_shows_is_in_the_file(self, viewer: Client, stage: Stage) -> None:
        found = as_csv(viewer.get(f"{PLAYERS}/export/csv/?q=ann"))

        assert [row[1] for row in found[1:]] == ["ann"]
        page = viewer.get(f"{PLAYERS}/?q=ann").content.decode()
        assert f"{PLAYERS}/export/csv/?q=ann" in page

    def test_all_pages_of_the_list_are_in_the_file(self, viewer: Client, stage: Stage) -> None:
        new = [players.NewPlayer(coins=1, goods=1)] * 120
        players.create(new, actor="t")

        assert len(as_csv(viewer.get(f"{PLAYERS}/export/csv/?p=2"))) == 123

    def test_a_workbook_has_numbers_as_numbers(self, viewer: Client, stage: Stage) -> None:
        found = as_xlsx(viewer.get(f"{PLAYERS}/export/xlsx/"))

        assert found[1][:5] == [stage.bob, "bob", 70, 25, 2]

    def test_products_customers_and_orders(self, viewer: Client, stage: Stage) -> None:
        product = as_csv(viewer.get(f"{PRODUCTS}/export/csv/"))[1]
        assert product[:4] == [str(stage.lamp), "Lamp", "12.50", "18"]
        customer = as_csv(viewer.get(f"{CUSTOMERS}/export/csv/"))[1]
        assert customer[:4] == [str(stage.customer), "", "carl", "7"]
        order = as_csv(viewer.get(f"{ORDERS}/export/csv/"))[1]
        assert order[:6] == [
            str(stage.order),
            str(stage.customer),
            "carl",
            "placed",
            "25.00",
            "no",
        ]

    def test_entries(self, viewer: Client, stage: Stage) -> None:
        found = as_csv(viewer.get(f"{PLAYERS}/{stage.ann}/entries/export/csv/"))

        assert [row[:1] + row[2:8] for row in found] == [
            ["#", "Kind", "Coins", "Goods", "Coins after", "Goods after", "With player"],
            ["2", "sold", "30", "-5", "130", "15", str(stage.bob)],
            ["1", "created", "100", "20", "100", "20", ""],
        ]
        part = as_csv(viewer.get(f"{PLAYERS}/{stage.ann}/entries/export/csv/?kind=sold"))
        assert [row[0] for row in part[1:]] == ["2"]
        stock = as_xlsx(viewer.get(f"{PRODUCTS}/{stage.lamp}/entries/export/xlsx/"))
        assert [row[0] for row in stock[1:]] == [2, 1]

    def test_nothing_in_a_file_is_a_formula(self, viewer: Client, stage: Stage) -> None:
        evil = '=HYPERLINK("http://evil.example","x")'
        players.rename(stage.ann, name="=1+1", actor="@t")
        products.add(evil, from_cents(1), actor="t")
        customers.register("\t=1+1", username="-2+3", actor="t")

        for where in (PLAYERS, PRODUCTS, CUSTOMERS, ORDERS, f"{PLAYERS}/{stage.ann}/entries"):
            for row in as_csv(viewer.get(f"{where}/export/csv/")):
                starts = [cell[:1] for cell in row if not cell.lstrip("-").isdigit()]
                assert not set(starts) & set("=+-@\t\r"), row
            answer = viewer.get(f"{where}/export/xlsx/")
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            for line in book.worksheets[0].iter_rows():
                assert "f" not in {cell.data_type for cell in line}

    def test_too_many_are_refused_and_said(
        self, viewer: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export, "ROWS_MAX", 1)

        for path, back in (
            (f"{PLAYERS}/export/csv/?owns=", f"{PLAYERS}/?owns="),
            (f"{PLAYERS}/{stage.ann}/entries/export/csv/", f"{PLAYERS}/{stage.ann}/entries/?"),
        ):
            answer = viewer.get(path)

            assert answer["Location"] == back
            assert "the most that one file holds" in messages_of(answer, viewer)[0]
        assert len(as_csv(viewer.get(f"{PLAYERS}/export/csv/?q=ann"))) == 2

    @pytest.mark.parametrize("query", ["export/pdf/", "export/csv/?q=%00"])
    def test_what_cannot_be_asked_leads_back(
        self, viewer: Client, stage: Stage, query: str
    ) -> None:
        answer = viewer.get(f"{PLAYERS}/{query}")

        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{PLAYERS}/")

    def test_an_unknown_kind_of_file_of_entries_is_not_there(
        self, viewer: Client, stage: Stage
    ) -> None:
        answer = viewer.get(f"{PLAYERS}/{stage.ann}/entries/export/pdf/")

        assert answer.status_code == 404

    def test_exporting_changes_nothing(self, viewer: Client, stage: Stage) -> None:
        before = rows()

        viewer.get(f"{PLAYERS}/export/csv/")
        viewer.get(f"{PLAYERS}/export/xlsx/")

        assert rows() == before
