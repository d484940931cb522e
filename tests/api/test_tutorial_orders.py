"""The CRM's orders, and what both documents make of one order: `/order/`."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tradepost.shop import orders, products
from tradepost.shop.models import Order, Product
from tradepost.shop.rules import LineRequest

# The CRM tutorial's requests: curl says of --data-raw that it is a form.
SCRIPT = """
send() {{ curl -sS --location "$@"; printf '\\n\\n'; }}
send --request GET '{url}/ping/'
send --request GET '{url}/order/'
send --request POST '{url}/order/' --data-raw '{{"uid": 1, "price": 3.12}}'
send --request POST '{url}/order/' --data-raw '{{"username": "ann", "price": 0.1}}'
send --request POST '{url}/order' --data-raw '{{"uid": 1, "price": 0.2}}'
send --request PATCH '{url}/order/' --data-raw '{{"oid": 1, "price": 312}}'
send --request GET '{url}/order/' --data-raw '{{"oid": 1}}'
send --request GET '{url}/order/2/'
send --request GET '{url}/order/4/'
send --request DELETE '{url}/order/1/'
send --request DELETE '{url}/order/' --data-raw '{{"oid": 2}}'
send --request GET '{url}/order/'
send -o /dev/null -w '%{{http_code}}' --request DELETE '{url}/order/'
send -o /dev/null -w '%{{http_code}}' --request PATCH '{url}/order/' \
  --data-raw '{{"oid": 4, "price": 1}}'
"""


def shown(order: int, customer: int, username: str, subtotal: str, price: str) -> str:
    """Return an order without products, as it is answered."""
    return (
        f'{{"id": {order}, "subtotal": "{subtotal}", "customer_id": {customer}, '
        f'"username": {username}, "products": [], "price": {price}}}'
    )


ANN = '"ann"'
PRINTED = [
    "python/django",
    "[]",
    *[""] * 4,
    f"[{shown(1, 1, 'null', '312.00', '312.0')}]",
    f"[{shown(2, 2, ANN, '0.10', '0.1')}]",
    "[]",
    *[""] * 2,
    f"[{shown(3, 1, 'null', '0.20', '0.2')}]",
    "404",
    "404",
    "",
]


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no curl here")
def test_the_documents_requests_against_a_server(fresh: None, live_server: Any) -> None:
    """With bash and curl, over HTTP, on an empty database."""
    script = SCRIPT.format(url=live_server.url)

    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split("\n\n") == PRINTED


def subtotals() -> list[str]:
    return [str(order.total) for order in Order.objects.order_by("pk")]


@pytest.mark.django_db
class TestPlace:
    """`POST /order/`."""

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_an_unknown_product_leaves_nothing_behind(
        self, api: Api, cast: Cast, place: int
    ) -> None:
        """No half of an order, no stock taken, no placeholder of a new customer."""
        other = products.add("Pen", Decimal(1), stock=5, actor="test").answer.id
        wanted = [cast.product, other]
        wanted.insert(place, other + 1)
        before = state()

        answer = api.post(
            "/order/",
            {"username": "new", "price": 1, "products": [{"id": one} for one in wanted]},
        )

        assert answer.status_code == 404
        assert answer.content.decode() == f"There is no product {other + 1}."
        assert state() == before

    def test_the_total_is_the_one_stated(self, api: Api, cast: Cast) -> None:
        """Two of a product for 12.50 each, for 1 together; the same product twice is two."""
        twice = [{"id": cast.product}, {"id": cast.product}]

        api.post("/order/", {"uid": 7, "price": 1, "products": twice})

        [_, placed] = api.get("/order/").json()
        assert placed["products"] == [
            {"id": cast.product, "name": "Lamp", "price": "12.50", "quantity": 2}
        ]
        assert (placed["subtotal"], placed["price"]) == ("1.00", 1.0)
        assert Order.objects.get(pk=placed["id"]).total_stated is True

    @pytest.mark.parametrize("listed", [{}, {"products": None}, {"products": []}])
    def test_there_may_be_no_products(self, api: Api, listed: dict[str, Any]) -> None:
        api.post("/order/", {"uid": 1, "price": 1} | listed)

        assert [one["products"] for one in api.get("/order/").json()] == [[]]

    def test_what_is_not_in_stock_is_refused(self, api: Api, cast: Cast) -> None:
        """All or nothing: of 2 that are asked for there is 1, then none."""
        Product.objects.filter(pk=cast.product).update(stock=1)
        order = {"uid": 8, "price": 1, "products": [{"id": cast.product}] * 2}
        before = state()

        answer = api.post("/order/", order)

        assert answer.status_code == 409
        assert answer.content.decode() == f"Product {cast.product}: 2 asked for, 1 left."
        assert state() == before
        assert api.post("/order/", order | {"products": [{"id": cast.product}]}).status_code == 200
        before = state()

        answer = api.post("/order/", order | {"products": [{"id": cast.product}]})

        assert answer.status_code == 409
        assert answer.content.decode() == (
            f"Product {cast.product} is out of stock: 1 asked for, 0 left."
        )
        assert state() == before

    def test_tenths_are_tenths(self, api: Api) -> None:
        """0.1 and 0.2, as numbers and as texts, and never 0.30000000000000004."""
        for price in (0.1, "0.1", 0.2, "0.20"):
            api.post("/order/", {"uid": 1, "price": price})

        assert subtotals() == ["0.10", "0.10", "0.20", "0.20"]
        assert sum(order.total for order in Order.objects.all()) == Decimal("0.60")


@pytest.mark.django_db
class TestChange:
    """`PATCH /order/` and `DELETE /order/`, the order named in the path or in the body."""

    @pytest.mark.parametrize(
        ("path", "oid"), [("/order/", True), ("/order/{}/", False), ("/order/{}", True)]
    )
    def test_another_total_is_kept(self, api: Api, cast: Cast, path: str, oid: bool) -> None:
        """And the lines stay as they were."""
        body = {"price": "0.3"} | ({"oid": cast.order} if oid else {})

        answer = api.patch(path.format(cast.order), body)

        assert (answer.status_code, answer.content) == (200, b"")
        [order] = api.get("/order/").json()
        assert (order["subtotal"], order["price"]) == ("0.30", 0.3)
        assert [one["quantity"] for one in order["products"]] == [2]

    @pytest.mark.parametrize(
        ("path", "oid"), [("/order/", True), ("/order/{}/", False), ("/order/{}", True)]
    )
    def test_a_cancelled_order_is_not_there(
        self, api: Api, cast: Cast, path: str, oid: bool
    ) -> None:
        """What it took is in stock again; and it cannot be cancelled again, or changed."""
        body = json.dumps({"oid": cast.order}) if oid else ""

        answer = api.delete(path.format(cast.order), raw=body)

        assert (answer.status_code, answer.content) == (200, b"")
        assert Product.objects.get().stock == 20
        assert api.get("/order/").content == b"[]"
        assert api.get(f"/order/{cast.order}/").content == b"[]"
        before = state()
        for again in (
            api.delete(path.format(cast.order), raw=body),
            api.patch(f"/order/{cast.order}", {"price": 1}),
        ):
            assert again.status_code == 404
            assert again.content.decode() == f"There is no order {cast.order}."
        assert state() == before

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("DELETE", "/order/", ""),
            ("DELETE", "/order", "{}"),
            ("DELETE", "/order/", '{"id": 1}'),
            ("PATCH", "/order/", '{"price": 1}'),
            ("PUT", "/customer/", '{"name": "a"}'),
            ("DELETE", "/customer", ""),
            ("PUT", "/product", '{"name": "a"}'),
            ("DELETE", "/product/", ""),
        ],
    )
    def test_nothing_is_changed_without_an_id(
        self, api: Api, cast: Cast, method: str, path: str, body: str
    ) -> None:
        before = state()

        answer = api(method, path, raw=body)

        assert answer.status_code == 404
        kind = path.strip("/")
        assert answer.content.decode() == f"There is no {kind} without an id."
        assert state() == before

    def test_two_ids_are_refused(self, api: Api, cast: Cast) -> None:
        before = state()

        answer = api.delete(f"/order/{cast.order}/", raw=json.dumps({"oid": cast.order + 1}))

        assert answer.status_code == 400
        assert answer.content.decode() == (
            f"The request cannot be read: oid is {cast.order + 1}, "
            f"though the request is about {cast.order}"
        )
        assert state() == before

    def test_an_order_changed_elsewhere_is_found_as_it_is(self, api: Api, cast: Cast) -> None:
        """Lines of an older version are not shown."""
        pen = products.add("Pen", Decimal("0.70"), actor="test").answer.id
        orders.change(cast.order, [LineRequest(pen, 3)], actor="test")

        answer = api.get("/order/", raw=json.dumps({"oid": cast.order}))

        assert answer.content.decode() == (
            f'[{{"id": {cast.order}, "subtotal": "2.10", "customer_id": {cast.customer}, '
            f'"username": "ann", "products": [{{"id": {pen}, "name": "Pen", "price": "0.70", '
            '"quantity": 3}], "price": 2.1}]'
        )
