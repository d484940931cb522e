"""Numbers in JSON are read exactly: whole ones as integers, all others as decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradepost.api import body


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0.0", 0),
        ("1.0", 1),
        ("1e2", 100),
        ("100e-2", 1),
        ("9007199254740993", 2**53 + 1),
        ("9007199254740993.0", 2**53 + 1),
        ("12.5", Decimal("12.5")),
        ("12.50", Decimal("12.50")),
        ("1.10", Decimal("1.10")),
        ("-0.5", Decimal("-0.5")),
        ("1e-3", Decimal("0.001")),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
    ],
)
def test_a_number_is_never_a_float(text: str, number: int | Decimal) -> None:
    (found,) = body.loads(f"[{text}]".encode())

    assert found == number
    assert type(found) is type(number)
