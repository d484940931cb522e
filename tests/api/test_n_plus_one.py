"""The N+1 detector that looks at every request of every test does detect."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tests.repeats import RepeatedQuery, detector
from tradepost.shop import orders, queries
from tradepost.shop.models import Order
from tradepost.shop.rules import Buyer


@pytest.fixture
def three_orders(db: None) -> None:
    """Orders of three customers."""
    for name in ("ann", "bob", "cy"):
        orders.place(Buyer(username=name), (), actor="test")


def served(read: object) -> HttpResponse:
    """Serve a view that tells the customers of all orders."""

    def view(_request: HttpRequest) -> HttpResponse:
        assert callable(read)
        return HttpResponse(", ".join(str(order.customer) for order in read()))

    return detector(view)(HttpRequest())


@pytest.mark.usefixtures("three_orders")
def test_rows_loaded_one_by_one_are_refused() -> None:
    with pytest.raises(RepeatedQuery):
        served(lambda: list(Order.objects.all()))


@pytest.mark.usefixtures("three_orders")
def test_rows_loaded_together_are_served() -> None:
    assert served(lambda: queries.list_orders(limit=9)).content == b"cy, bob, ann"


def test_every_request_passes_the_detector() -> None:
    assert settings.MIDDLEWARE[-1] == f"{detector.__module__}.{detector.__name__}"
