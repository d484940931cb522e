"""Who orders by the documents' `/order/`: by id, by username, by the number of another system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tradepost.shop.models import Customer, Order


@pytest.mark.django_db
class TestBuyers:
    """`POST /order/`, by whom."""

    def test_a_name_makes_a_customer_once(self, api: Api) -> None:
        """One of each name, one of each number."""
        for named in ({"username": "ann"}, {"uid": 1}, {"username": "Ann"}) * 2:
            assert api.post("/order/", named | {"price": 1}).status_code == 200

        found = Customer.objects.order_by("pk").values_list("name", "username", "uid")
        assert list(found) == [("", "ann", None), ("", None, 1), ("", "Ann", None)]
        owners = [one["customer_id"] for one in api.get("/order/").json()]
        assert owners[:3] == owners[3:]

    def test_both_names_are_one_customer(self, api: Api) -> None:
        """Who said but one of them so far says the other one later."""
        for named in ({"uid": 1}, {"uid": 1, "username": "ann"}, {"username": "ann", "uid": None}):
            api.post("/order/", named | {"price": 1})

        assert list(Customer.objects.values_list("username", "uid")) == [("ann", 1)]
        assert {one["username"] for one in api.get("/order/").json()} == {"ann"}

    def test_the_names_of_two_are_refused(self, api: Api) -> None:
        api.post("/order/", {"username": "ann", "uid": 1, "price": 1})
        api.post("/order/", {"username": "bob", "price": 1})
        before = state()

        answer = api.post("/order/", {"username": "bob", "uid": 1, "price": 1})

        assert answer.status_code == 409
        assert answer.content == b"The uid 1 belongs to another customer."
        assert state() == before

    def test_an_id_names_who_is_there(self, api: Api, cast: Cast) -> None:
        """What else is said of the customer, or of a product, is passed over."""
        order = {
            "customer": {"id": cast.customer, "name": "Eve", "vip": None},
            "subtotal": "123.4",
            "products": [{"id": cast.product, "name": None, "price": "0.01", "quantity": 9}],
        }

        answer = api.post("/order/", order)

        assert (answer.status_code, answer.content) == (200, b"")
        [_, placed] = api.get("/order/").json()
        assert (placed["customer_id"], placed["username"]) == (cast.customer, "ann")
        assert placed["products"] == [
            {"id": cast.product, "name": "Lamp", "price": "12.50", "quantity": 1}
        ]
        assert Customer.objects.get().name == ""

    def test_an_unknown_id_is_refused(self, api: Api, cast: Cast) -> None:
        before = state()

        answer = api.post("/order/", {"customer": {"id": cast.customer + 1}, "price": 1})

        assert answer.status_code == 404
        assert answer.content.decode() == f"There is no customer {cast.customer + 1}."
        assert state() == before


def test_many_orders_of_one_new_name_make_one_customer(
    committed: None, together: Callable[..., list[Any]]
) -> None:
    """At the same moment, each on a connection of its own."""
    calls = [lambda: Api().post("/order/", {"username": "ann", "uid": 7, "price": 1})] * 6

    answers = together(calls)

    assert [answer.status_code for answer in answers] == [200] * 6
    assert list(Customer.objects.values_list("username", "uid")) == [("ann", 7)]
    assert Order.objects.count() == 6
