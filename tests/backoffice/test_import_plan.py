"""Plans of imports, and the problems in tables."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.backoffice.conftest import Stage, rows
from tradepost.backoffice.product_import.plan import Line, make_plan
from tradepost.backoffice.product_import.reading import Unreadable
from tradepost.shop import products
from tradepost.shop.models import STOCK_MAX

pytestmark = pytest.mark.django_db

HEADER = ["id", "name", "price", "delivery"]


def problems(*lines: list[str], header: list[str] | None = None) -> list[tuple[int, str, str]]:
    return [tuple(one) for one in make_plan([header or HEADER, *lines]).problems]


class TestWhatIsRead:
    """Plans of valid tables."""

    def test_lines(self, stage: Stage) -> None:
        found = make_plan(
            [
                HEADER,
                ["", "Rug", "99.9", "3"],
                ["", "Vase", "0"],
                [],
                [str(stage.lamp), "Lantern", "14", ""],
                [],
            ]
        )

        assert found.problems == []
        assert found.lines == [
            Line(2, None, "Rug", "99.90", 3, True),
            Line(3, None, "Vase", "0.00", None, True),
            Line(5, stage.lamp, "Lantern", "14.00", None, True),
        ]
        assert (found.added, found.edited, found.deliveries) == (2, 1, 1)

    def test_a_product_that_stays_as_it_is_is_not_edited(self, stage: Stage) -> None:
        found = make_plan([HEADER, [str(stage.lamp), "Lamp", "12.5", "3"]])

        assert found.lines == [Line(2, stage.lamp, "Lamp", "12.50", 3, False)]
        assert (found.added, found.edited, found.deliveries) == (0, 0, 1)

    def test_columns_in_any_order_and_case(self) -> None:
        found = make_plan([["PRICE", "Name"], ["1", "Rug"]])

        assert found.lines == [Line(2, None, "Rug", "1.00", None, True)]

    def test_it_asks_for_all_products_at_once_and_writes_nothing(self, stage: Stage) -> None:
        before = rows()

        with CaptureQueriesContext(
            connection,
        ) as sent:
            make_plan([HEADER, *([str(number), "x", "1", ""] for number in range(1, 300))])

        assert len(sent) == 1
        assert rows() == before


class TestColumns:
    """The header."""

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            (["name", "price", "colour"], "“colour” is none of them"),
            (["name", "price", ""], "“” is none of them"),
            (["name", "price", "name"], "one is there twice"),
            (["name", "price", "stock"], "Call it “delivery”"),
            (["name"], "“price” is missing"),
            (["price"], "“name” is missing"),
            (["<b>" * 100, "name"], "is none of them"),
            ([], "“name” is missing"),
        ],
    )
    def test_other_columns_than_there_are(self, header: list[str], expected: str) -> None:
        with pytest.raises(Unreadable, match=expected):
            make_plan([header, ["Rug", "1", "x"]])

    def test_no_rows(self) -> None:
        for table in ([], [HEADER]):
            with pytest.raises(Unreadable):
                make_plan(table)


class TestProblems:
    """Problems in rows."""

    @pytest.mark.parametrize(
        ("line", "column", "expected"),
        [
            (["", "", "1"], "name", "is empty"),
            (["", "x" * 251, "1"], "name", "has 251 characters; 250 are the most"),
            (["", "=1+1", "1"], "name", "is a formula"),
            (["", "a\x07b", "1"], "name", "cannot be shown"),
            (["", "a\nb", "1"], "name", "cannot be shown"),
            (["", "Rug", ""], "price", "is empty"),
            (["", "Rug", "="], "price", "is a formula"),
            (["", "Rug", "x"], "price", "“x” is not an amount such as 12.50"),
            (["", "Rug", "12,50"], "price", "is not an amount"),
            (["", "Rug", "1e3"], "price", "is not an amount"),
            (["", "Rug", "-1"], "price", "is not an amount"),
            (["", "Rug", "NaN"], "price", "is not an amount"),
            (["", "Rug", "Infinity"], "price", "is not an amount"),
            (["", "Rug", "1_000"], "price", "is not an amount"),
            (["", "Rug", "\u0661"], "price", "is not an amount"),
            (["", "Rug", "9" * 5000], "price", "is not an amount"),
            (["", "Rug", "1.005"], "price", "with at most 2 places"),
            (["", "Rug", "1" + "0" * 17], "price", "is not an amount from 0.00"),
            (["", "Rug", "1", "0"], "delivery", "is not from 1 to"),
            (["", "Rug", "1", "-1"], "delivery", "is not a whole number"),
            (["", "Rug", "1", "1.5"], "delivery", "is not a whole number"),
            (["", "Rug", "1", "x"], "delivery", "is not a whole number"),
            (["", "Rug", "1", "="], "delivery", "is a formula"),
            (["", "Rug", "1", str(STOCK_MAX + 1)], "delivery", "is not from 1 to"),
            (["999", "Rug", "1"], "id", "there is no product 999"),
            (["0", "Rug", "1"], "id", "is not from 1 to"),
            (["x", "Rug", "1"], "id", "is not a whole number"),
            (["9" * 25, "Rug", "1"], "id", "is not from 1 to"),
            (["9" * 50, "Rug", "1"], "id", "is not a whole number"),
            (["", "Rug", "1", "2", "3"], "—", "more cells than the header"),
        ],
    )
    def test_each_is_named_with_its_row_and_column(
        self, stage: Stage, line: list[str], column: str, expected: str
    ) -> None:
        found = problems(["", "Good", "1"], line)

        assert [(row, where) for row, where, _ in found] == [(3, column)]
        assert expected in found[0][2]

    def test_all_are_named_in_the_order_of_the_rows(self) -> None:
        found = problems(["x", "", "x", "x"], ["", "Rug", "x"])

        assert [(row, where) for row, where, _ in found] == [
            (2, "delivery"),
            (2, "id"),
            (2, "name"),
            (2, "price"),
            (3, "price"),
        ]

    def test_a_product_that_is_there_twice(self, stage: Stage) -> None:
        line = [str(stage.lamp), "Lamp", "1"]

        assert problems(line, line) == [(3, "id", f"product {stage.lamp} is there twice")]

    def test_a_deleted_product(self, stage: Stage) -> None:
        products.delete(stage.lamp, actor="t")

        found = problems([str(stage.lamp), "Lamp", "1"])

        assert found == [(2, "id", f"there is no product {stage.lamp}")]

    def test_a_stock_that_would_be_too_large(self, stage: Stage) -> None:
        found = problems([str(stage.lamp), "Lamp", "1", str(STOCK_MAX)])

        assert found[0][:2] == (2, "delivery")
        assert "is the most" in found[0][2]
