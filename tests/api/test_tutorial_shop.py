"""The API of the company tutorial: customers, products and orders as its clients send them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tests.engines.recipes import RECIPES
from tradepost.engines import Engine
from tradepost.shop import customers, products
from tradepost.shop.models import Customer, Order, Product

SCRIPT = """
send() {{ curl -sS --header 'Content-Type: application/json' "$@"; printf '\\n\\n'; }}
send {url}/customer/
send --request POST --data '{{"id": 0, "name": "Carl"}}' {url}/customer/
send --request POST --data '{{"name": "Bob"}}' {url}/customer
send --request PUT --data '{{"name": "robert"}}' {url}/customer/2
send --request POST --data '{{"id": null, "name": "Ice Cream", "price": "123.40"}}' {url}/product/
send --request POST --data '{{"name": "Waffles", "price": 3.50}}' {url}/product/
send --request PUT --data '{{"price": "1.5"}}' {url}/product/2/
send {url}/customer/
send {url}/customer/1/
send {url}/product/
send --request POST {url}/order/ --data \
  '{{"customer": {{"id": 1, "name": null}}, "subtotal": "123.4", "products": null}}'
send --request POST {url}/order/ --data \
  '{{"id": 0, "customer": {{"id": 2}}, "subtotal": 4.5,
    "products": [{{"id": 2, "name": null, "price": null}}, {{"id": 1}}, {{"id": 2}}]}}'
send {url}/order/
send --request DELETE {url}/product/1
send --request DELETE {url}/customer/1/
send {url}/product/1
send {url}/customer
send {url}/order
"""
ORDER_2 = (
    '{"id": 2, "subtotal": "4.50", "customer_id": 2, "username": null, "products": [{"id": 2, '
    '"name": "Waffles", "price": "1.50", "quantity": 2}%s], "price": 4.5}'
)
ICE_CREAM = ', {"id": 1, "name": "Ice Cream", "price": "123.40", "quantity": 1}'
PRINTED = [
    "[]",
    *[""] * 6,
    '[{"id": 1, "name": "Carl"}, {"id": 2, "name": "robert"}]',
    '[{"id": 1, "name": "Carl"}]',
    (
        '[{"id": 1, "name": "Ice Cream", "price": "123.40"}, '
        '{"id": 2, "name": "Waffles", "price": "1.50"}]'
    ),
    *[""] * 2,
    (
        '[{"id": 1, "subtotal": "123.40", "customer_id": 1, "username": null, "products": [], '
        f'"price": 123.4}}, {ORDER_2 % ICE_CREAM}]'
    ),
    *[""] * 2,
    "[]",
    '[{"id": 2, "name": "robert"}]',
    f"[{ORDER_2 % ''}]",
    "",
]


@pytest.fixture
def far(fresh: None, engine: Engine) -> Iterator[None]:
    """A database where ids may be taken that are far from the first, until the test ends."""
    if standin_sql := RECIPES[engine.name].standin_sql:
        with connection.cursor() as cursor:
            cursor.execute(standin_sql)
            if cursor.fetchone()[0]:
                pytest.skip("the stand-in's ids have 32 bits")
    yield
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no curl here")
def test_the_documents_requests_against_a_server(fresh: None, live_server: Any) -> None:
    """With bash and curl, over HTTP, on an empty database."""
    script = SCRIPT.format(url=live_server.url)

    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split("\n\n") == PRINTED


@pytest.mark.engine
@pytest.mark.parametrize("big", [523377322022797313, 2**53 + 1])
def test_64_bit_ids(api: Api, far: None, big: int) -> None:
    """To the last digit, in paths and bodies, given and answered: doubles would round them."""
    Customer.objects.create(pk=big, name="Carl")
    Product.objects.create(pk=big, name="Ice", price="1.00")
    Order.objects.create(pk=big, customer_id=big, total="0.30")
    order = {"customer": {"id": big}, "subtotal": 2, "products": [{"id": big}]}

    renamed = api("PUT", f"/customer/{big}", {"id": big, "name": "Bob"})
    priced = api("PUT", f"/product/{big}/", {"price": 2})
    changed = api.patch("/order/", {"oid": big, "price": 0.2})
    placed = api.post("/order/", order)
    found = [api.get(f"/{kind}/{big}").content.decode() for kind in ("customer", "product")]
    [shown] = api.get("/order/", raw=json.dumps({"oid": big})).json()
    last = api.get("/order/").json()
    gone = [api.delete(f"/{kind}/{big}") for kind in ("order", "product", "customer")]

    assert {one.status_code for one in (renamed, priced, changed, placed, *gone)} == {200}
    assert found == [
        f'[{{"id": {big}, "name": "Bob"}}]',
        f'[{{"id": {big}, "name": "Ice", "price": "2.00"}}]',
    ]
    assert (shown["id"], shown["customer_id"], shown["subtotal"]) == (big, big, "0.20")
    assert len(last) == 2
    assert [one["products"][0]["id"] for one in last if one["products"]] == [big]
    assert api.get("/order/").content == api.get(f"/customer/{big}").content == b"[]"


@pytest.mark.django_db
class TestCustomers:
    """`/customer/`."""

    def test_are_listed_in_the_order_of_their_ids(self, api: Api) -> None:
        for name in ("b", "a", "c"):
            api.post("/customer/", {"name": name})

        answer = api.get("/customer/")

        assert [one["name"] for one in answer.json()] == ["b", "a", "c"]
        assert answer.headers["Content-Type"] == "application/json"

    def test_an_answer_to_a_command_is_empty(self, api: Api, cast: Cast) -> None:
        one = f"/customer/{cast.customer}"
        for answer in (
            api.post("/customer/", {"name": "a"}),
            api("PUT", one, {"name": "b"}),
            api.delete(one),
        ):
            assert (answer.status_code, answer.content) == (200, b"")

    def test_a_name_may_be_anothers(self, api: Api) -> None:
        """A name names nobody: the documents post the same one again."""
        api.post("/customer/", {"name": "Carl"})

        assert api.post("/customer/", {"name": "Carl"}).status_code == 200
        assert len(api.get("/customer/").json()) == 2

    def test_placeholders_are_shown_without_a_name_and_completed(
        self, api: Api, cast: Cast
    ) -> None:
        """The one who ordered as ann gets a name, and stays the same customer."""
        path = f"/customer/{cast.customer}"
        assert api.get(path).json() == [{"id": cast.customer, "name": ""}]

        api("PUT", path, {"name": "Ann"})
        api.post("/order/", {"username": "ann", "uid": 7, "price": 1})

        assert api.get("/customer/").json() == [{"id": cast.customer, "name": "Ann"}]
        assert {one["customer_id"] for one in api.get("/order/").json()} == {cast.customer}

    def test_one_who_is_taken_away_takes_the_orders_along(self, api: Api, cast: Cast) -> None:
        """They are not there any more: neither to list, nor to change, nor to cancel."""
        api.delete(f"/customer/{cast.customer}")
        before = state()

        assert api.get("/order/").content == api.get(f"/order/{cast.order}").content == b"[]"
        for answer in (
            api.patch("/order/", {"oid": cast.order, "price": 1}),
            api.patch(f"/order/{cast.order}", {"price": 1}),
            api.delete(f"/order/{cast.order}/"),
            api.delete("/order/", raw=json.dumps({"oid": cast.order})),
        ):
            assert answer.status_code == 404
            assert answer.content.decode() == f"There is no order {cast.order}."
        assert state() == before

    def test_one_who_is_taken_away_is_nobody(self, api: Api, cast: Cast) -> None:
        path = f"/customer/{cast.customer}"
        api.delete(path)
        before = state()

        order = {"customer": {"id": cast.customer}, "price": 1}
        for answer in (
            api.delete(path),
            api("PUT", path, {"name": "a"}),
            api.post("/order/", order),
        ):
            assert answer.status_code == 404
            assert answer.content.decode() == f"There is no customer {cast.customer}."
        assert api.get(path).content == b"[]"
        assert state() == before

    def test_the_username_of_one_who_is_taken_away_is_anothers(self, api: Api, cast: Cast) -> None:
        api.delete(f"/customer/{cast.customer}")

        api.post("/order/", {"username": "ann", "uid": 7, "price": 1})

        [order] = api.get("/order/").json()
        assert (order["username"], order["price"]) == ("ann", 1.0)
        assert order["customer_id"] != cast.customer


@pytest.mark.django_db
class TestProducts:
    """`/product/`."""

    def test_are_listed_in_the_order_of_their_ids(self, api: Api) -> None:
        for name in ("b", "a", "c"):
            api.post("/product/", {"name": name, "price": 1})

        assert [one["name"] for one in api.get("/product/").json()] == ["b", "a", "c"]

    def test_an_answer_to_a_command_is_empty(self, api: Api, cast: Cast) -> None:
        one = f"/product/{cast.product}/"
        for answer in (
            api.post("/product/", {"name": "a", "price": "1"}),
            api("PUT", one, {"name": "b", "price": 2}),
            api.delete(one),
        ):
            assert (answer.status_code, answer.content) == (200, b"")

    @pytest.mark.parametrize(
        ("body", "name", "price"),
        [
            ({"name": "Torch"}, "Torch", "12.50"),
            ({"price": "0.1"}, "Lamp", "0.10"),
            ({"name": "Torch", "price": 0.2}, "Torch", "0.20"),
            ({"name": None, "price": 3}, "Lamp", "3.00"),
        ],
    )
    def test_are_given_another_name_or_price_or_both(
        self, api: Api, cast: Cast, body: dict[str, Any], name: str, price: str
    ) -> None:
        api("PUT", f"/product/{cast.product}", body)

        [shown] = api.get(f"/product/{cast.product}").json()
        assert shown == {"id": cast.product, "name": name, "price": price}

    def test_a_change_of_nothing_is_refused(self, api: Api, cast: Cast) -> None:
        before = state()

        answer = api("PUT", f"/product/{cast.product}", {})

        assert (answer.status_code, answer.content) == (400, b"Nothing is to be changed.")
        assert state() == before

    def test_orders_keep_the_price_they_had_and_lose_what_is_taken_away(
        self, api: Api, cast: Cast
    ) -> None:
        path = f"/product/{cast.product}"
        api("PUT", path, {"name": "Torch", "price": 99})
        [order] = api.get("/order/").json()
        assert order["products"] == [
            {"id": cast.product, "name": "Torch", "price": "12.50", "quantity": 2}
        ]

        api.delete(path)

        [order] = api.get("/order/").json()
        assert (order["products"], order["subtotal"]) == ([], "25.00")

    def test_one_that_is_taken_away_is_not_there(self, api: Api, cast: Cast) -> None:
        path = f"/product/{cast.product}"
        api.delete(path)
        before = state()

        order = {"uid": 7, "price": 1, "products": [{"id": cast.product}]}
        for answer in (
            api.delete(path),
            api("PUT", path, {"price": 1}),
            api.post("/order/", order),
        ):
            assert answer.status_code == 404
            assert answer.content.decode() == f"There is no product {cast.product}."
        assert api.get(path).content == b"[]"
        assert state() == before


@pytest.mark.django_db
def test_lists_end_at_their_limit(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents know no pages: the first ones are told."""
    for kind in ("customers", "products", "orders"):
        monkeypatch.setattr(f"tradepost.api.tutorials.{kind}.LIST_MAX", 2)
    for name in ("a", "b"):
        customers.register(name, actor="test")
        products.add(name, Decimal(1), actor="test")
        api.post("/order/", {"username": name, "price": 1})

    assert [one["name"] for one in api.get("/customer/").json()] == ["", "a"]
    assert [one["name"] for one in api.get("/product/").json()] == ["Lamp", "a"]
    assert [one["username"] for one in api.get("/order/").json()] == ["ann", "a"]
