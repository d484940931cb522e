"""Money is exact to the cent, on every engine, and nothing else is let in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from hypothesis import given
from hypothesis import strategies as st

from tests.shop.actors import ACTOR, everything
from tradepost.shop import products
from tradepost.shop.errors import AmountOutOfRange
from tradepost.shop.models import Product
from tradepost.shop.money import CENTS_MAX, MONEY_MAX, MoneyField, cents, from_cents

AMOUNTS = ["0.00", "0.01", "0.10", "1.00", "90071992547409.93", "9999999999999999.98",
           "9999999999999999.99"]  # fmt: skip
NO_AMOUNTS = [
    "-0.01",
    "-1",
    "0.001",
    "2.999",
    "10000000000000000.00",
    "9999999999999999.991",
    "1E+17",
    "1E-400",
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    # More digits than a calculation keeps.
    "1." + "0" * 30 + "1",
    "0." + "9" * 40,
]


@pytest.mark.once
@pytest.mark.parametrize(
    ("amount", "whole"),
    [("0", 0), ("-0.00", 0), ("0.01", 1), ("2.5", 250), ("1E+3", 100000), ("1.10000", 110)],
)
def test_amounts_are_whole_cents(amount: str, whole: int) -> None:
    """However they are written."""
    assert cents(Decimal(amount)) == whole


@pytest.mark.once
@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    """Below nothing, above everything, between two cents, no number at all."""
    with pytest.raises(AmountOutOfRange) as refusal:
        cents(Decimal(amount))

    told = {"amount": amount, "places": 2, "limit": "9999999999999999.99"}
    assert refusal.value.facts == told


@pytest.mark.once
@given(st.integers(0, CENTS_MAX))
def test_cents_and_amounts_are_the_same(whole: int) -> None:
    """There and back, always with two places."""
    amount = from_cents(whole)

    assert (cents(amount), amount.as_tuple().exponent) == (whole, -2)


@pytest.mark.once
def test_a_field_says_the_same_in_every_migration() -> None:
    """Its digits and places belong to the kind."""
    _, path, arguments, options = MoneyField(null=True).deconstruct()

    assert (path, arguments, options) == ("tradepost.shop.money.MoneyField", [], {"null": True})


@pytest.mark.django_db
@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_is_stored_and_found_exactly(amount: str) -> None:
    """Through the core and through the ORM; its neighbours of a cent are not found."""
    price = Decimal(amount)
    through_the_core = products.add("tea", price, actor=ACTOR).answer
    through_the_orm = Product.objects.create(name="ice", folded_name="ice", price=price)

    assert str(through_the_core.price) == amount
    assert [str(found) for found in Product.objects.values_list("price", flat=True)] == [amount] * 2
    assert Product.objects.filter(price=price).count() == 2
    assert Product.objects.filter(price__gte=price, price__lte=price).count() == 2
    if price > 0:
        assert Product.objects.filter(price__lte=price - Decimal("0.01")).count() == 0
    through_the_orm.refresh_from_db()
    assert through_the_orm.price == price


@pytest.mark.django_db
def test_amounts_add_up_and_compare_in_the_database() -> None:
    """As amounts, not as cents."""
    for price in ("0.01", "9999999999999999.97"):
        products.add("tea", Decimal(price), actor=ACTOR)

    told = Product.objects.aggregate(most=Max("price"), sum=Sum("price"))

    assert told == {"most": Decimal("9999999999999999.97"), "sum": Decimal("9999999999999999.98")}


@pytest.mark.django_db
@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_the_orm_stores_no_other_amount(amount: str) -> None:
    """Not past the services either."""
    before = everything()

    with pytest.raises((AmountOutOfRange, ValidationError)), transaction.atomic():
        Product.objects.create(name="tea", folded_name="tea", price=Decimal(amount))

    assert everything() == before


@pytest.mark.once
def test_the_largest_amount_is_of_eighteen_digits() -> None:
    """What a decimal(18,2) holds."""
    assert (str(MONEY_MAX), CENTS_MAX) == ("9999999999999999.99", 999999999999999999)
