"""Invalid forms of products: each field has its error, and nothing changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.shop.actors import stock_up
from tests.web.conftest import errors_of, text_of
from tests.web.shops import all_rows, buy, form_of, ordered, send, sign_in
from tradepost.shop.models import STOCK_MAX

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("0", "Enter a number from 1."),
        ("-1", "Enter a number from 1."),
        ("", "This field is required."),
        ("x", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
        ("1e9", "Enter a whole number."),
        ("NaN", "Enter a whole number."),
        ("1; DROP TABLE product", "Enter a whole number."),
        ("9" * 5000, "Enter a whole number."),
        ("9" * 40, "Enter a number up to 9,007,199,254,740,991."),
        (STOCK_MAX + 1, "Enter a number up to 9,007,199,254,740,991."),
        (STOCK_MAX, "One order cannot cost as much; order fewer."),
        ("1000000000", "Someone was faster: 10 left, you asked for 1,000,000,000."),
    ],
)
def test_a_quantity_that_cannot_be_is_shown_beside_the_field(quantity: Any, expected: str) -> None:
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    before = all_rows()

    refused = buy(ann, tea, quantity)

    assert (refused.status_code, errors_of(refused)) == (200, {"quantity": [expected]})
    assert form_of(refused)["quantity"] == str(quantity)
    assert text_of(refused).count(expected) == 2
    assert all_rows() == before


@pytest.mark.parametrize("name", ["", " ", "x" * 151, "a\nb", "a\x00b", "\u202eann", "\u2028"])
def test_a_username_that_cannot_be_is_shown_beside_the_field(name: str) -> None:
    tea = stock_up(10)
    before = all_rows()

    refused = buy(Client(), tea, 1, username=name)

    assert (refused.status_code, list(errors_of(refused))) == (200, ["username"])
    assert all_rows() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("expected_price", value) for value in ("", "x", "-1", "NaN", "1e99", "1.005", "\x00")],
        *[("key", value) for value in ("ä", "a b", "x" * 65, "<b>", "\x00")],
    ],
)
def test_a_hidden_field_that_cannot_be_read_is_mended(field: str, value: str) -> None:
    """The user cannot see it, so cannot correct it."""
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    before = all_rows()

    refused = buy(ann, tea, 4, **{field: value})

    assert refused.status_code == 200
    assert [len(found) for found in errors_of(refused).values()] == [1]
    assert "It is mended: send it again." in text_of(refused)
    assert all_rows() == before
    assert send(ann, tea, form_of(refused)).status_code == 302
    assert ordered() == [(ann.customer, tea, 4, Decimal("2.50"), "placed", "user:ann")]


def test_a_body_that_is_no_form_changes_nothing() -> None:
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    before = all_rows()

    for body, kind in (("{}", "application/json"), (b"\xff", "text/plain"), ("", "")):
        answer = ann.generic("POST", f"/shop/products/{tea}/buy/", body, kind)
        assert answer.status_code == 200
    broken = ann.generic("POST", f"/shop/products/{tea}/buy/", b"x", "multipart/form-data")

    assert broken.status_code in (200, 400)
    assert all_rows() == before
