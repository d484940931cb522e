"""/api/v1/orders: place, get, change, cancel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
ORDERS = f"{V1}/orders"
# Of 20 lamps at 12.50, ann ordered 2.
STOCK = 18


@pytest.fixture
def pen(api: Api) -> str:
    """A product at 0.99, 5 in stock."""
    made = api.post(f"{V1}/products", {"name": "Pen", "price": "0.99", "stock": 5})
    return str(made.json()["id"])


@pytest.fixture
def air(api: Api) -> str:
    """A product at 0.00 that nobody counts."""
    return str(api.post(f"{V1}/products", {"name": "Air", "price": "0"}).json()["id"])


def line(product: int | str, quantity: int = 1, **more: str) -> dict[str, Any]:
    return {"product": str(product), "quantity": quantity} | more


def stock(api: Api, product: int | str) -> Any:
    return api.get(f"{V1}/products/{product}").json()["stock"]


class TestPlace:
    """`POST /orders`."""

    def test_answers_the_order_and_where_to_find_it(
        self, api: Api, cast: Cast, pen: str, air: str
    ) -> None:
        """Lines of one product count together, in the place of the first."""
        lines = [line(pen, 2), line(cast.product, 3), line(air, 1000), line(pen, 1)]

        made = api.post(ORDERS, {"customer": str(cast.customer), "lines": lines})

        order = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == f"{ORDERS}/{order['id']}"
        assert made.headers["ETag"] == '"1"'
        assert order == {
            "id": str(cast.order + 1),
            "customer": str(cast.customer),
            "state": "placed",
            "total": "40.47",
            "total_stated": False,
            "version": "1",
            "lines": [
                {"product": pen, "quantity": 3, "price": "0.99"},
                {"product": str(cast.product), "quantity": 3, "price": "12.50"},
                {"product": air, "quantity": 1000, "price": "0.00"},
            ],
            "created_at": order["created_at"],
            "updated_at": order["created_at"],
        }
        assert api.get(made.headers["Location"]).json() == order
        assert [stock(api, one) for one in (pen, cast.product, air)] == [2, STOCK - 3, None]

    @pytest.mark.parametrize(
        ("known_by", "is_ann"),
        [
            ({"username": "ann"}, True),
            ({"uid": "7"}, True),
            ({"username": "ann", "uid": "7"}, True),
            ({"username": "Ann"}, False),
            ({"uid": "8"}, False),
        ],
    )
    def test_is_of_who_is_named(
        self, api: Api, cast: Cast, known_by: dict[str, str], is_ann: bool
    ) -> None:
        """Whoever is not known yet is so from here on, and but once."""
        customers = {
            api.post(ORDERS, known_by | {"lines": [line(cast.product)]}).json()["customer"]
            for _ in range(2)
        }

        (customer,) = customers
        assert (customer == str(cast.customer)) is is_ann
        named = api.get(f"{V1}/customers/{customer}").json()
        assert {name: named[name] for name in known_by} == known_by
        assert named["name"] == ""

    def test_needs_enough_of_everything(self, api: Api, cast: Cast, pen: str) -> None:
        """All or nothing: what there is enough of is not taken either."""
        buyer = {"username": "eve"}
        api.post(ORDERS, buyer | {"lines": [line(pen, 5)]})
        before = state()

        some = api.post(ORDERS, {"uid": "8", "lines": [line(cast.product, STOCK + 1)]})
        none = api.post(ORDERS, {"uid": "8", "lines": [line(cast.product), line(pen)]})

        assert (some.status_code, some.json()["code"]) == (409, "insufficient_quantity")
        assert numbers(some) == (str(cast.product), STOCK + 1, STOCK)
        assert (none.status_code, none.json()["code"]) == (409, "out_of_stock")
        assert numbers(none) == (pen, 1, 0)
        assert state() == before

    def test_needs_the_prices_that_were_expected(self, api: Api, cast: Cast, pen: str) -> None:
        before = state()
        lines = [line(cast.product, expected_price="12.5"), line(pen, expected_price="1")]

        refused = api.post(ORDERS, {"uid": "8", "lines": lines})

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "price_changed")
        assert (told["product"], told["price"], told["expected"]) == (pen, "0.99", "1.00")
        assert state() == before

    def test_costs_no_more_than_an_amount_holds(self, api: Api, cast: Cast) -> None:
        price = {"name": "Gold", "price": "9999999999999999.99", "stock": 9}
        gold = api.post(f"{V1}/products", price).json()["id"]
        before = state()

        refused = api.post(ORDERS, {"uid": "8", "lines": [line(gold, 2)]})
        alone = api.post(f"{ORDERS}?dry_run=true", {"uid": "8", "lines": [line(gold)]})

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "total_too_large")
        assert (told["total"], told["limit"]) == ("19999999999999999.98", "9999999999999999.99")
        assert alone.json()["total"] == "9999999999999999.99"
        assert state() == before

    def test_of_one_of_two_customers_is_refused(self, api: Api, cast: Cast) -> None:
        """The username is one's, the number another's."""
        api.post(f"{V1}/customers", {"name": "Bob", "username": "bob"})
        before = state()
        both = {"username": "bob", "uid": "7"}

        refused = api.post(ORDERS, both | {"lines": [line(cast.product)]})

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "customer_exists")
        assert (told["identifier"], told["value"]) == ("uid", "7")
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.post(f"{ORDERS}?dry_run=true", {"uid": "8", "lines": [line(cast.product)]})
        of_ann = api.post(f"{ORDERS}?dry_run=true", {"uid": "7", "lines": [line(cast.product)]})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert tried.headers.keys().isdisjoint({"Location", "ETag"})
        order = tried.json()
        assert (order["id"], order["customer"], order["total"]) == (None, None, "12.50")
        assert (of_ann.json()["id"], of_ann.json()["customer"]) == (None, str(cast.customer))
        assert state() == before


class TestChange:
    """`PATCH /orders/{id}`."""

    def test_answers_the_order_as_it_is_now(self, api: Api, cast: Cast, pen: str) -> None:
        """What is taken back is in stock again, and a price that was stays."""
        path, product = f"{ORDERS}/{cast.order}", f"{V1}/products/{cast.product}"
        before = api.get(path).json()
        api.patch(product, {"price": "99.00"})

        more = api.patch(path, {"lines": [line(cast.product, 5), line(pen, 2)]})
        assert [stock(api, one) for one in (cast.product, pen)] == [15, 3]
        less = api.patch(path, {"lines": [line(pen, 1, expected_price="0.99")]})

        assert (more.status_code, more.headers["ETag"]) == (200, '"2"')
        assert more.json() == before | {
            "total": "64.48",
            "version": "2",
            "lines": [
                {"product": str(cast.product), "quantity": 5, "price": "12.50"},
                {"product": pen, "quantity": 2, "price": "0.99"},
            ],
            "updated_at": more.json()["updated_at"],
        }
        assert (less.status_code, less.headers["ETag"]) == (200, '"3"')
        assert (less.json()["total"], less.json()["version"]) == ("0.99", "3")
        assert less.json()["lines"] == [{"product": pen, "quantity": 1, "price": "0.99"}]
        assert api.get(path).json() == less.json()
        assert [stock(api, one) for one in (cast.product, pen)] == [20, 4]

    @pytest.mark.parametrize(
        ("wanted", "code", "facts"),
        [
            ({"quantity": 21}, "insufficient_quantity", {"required": 19, "available": 18}),
            (
                {"quantity": 1, "expected_price": "12.49"},
                "price_changed",
                {"price": "12.50", "expected": "12.49"},
            ),
        ],
    )
    def test_is_refused_with_the_numbers(
        self, api: Api, cast: Cast, wanted: dict[str, Any], code: str, facts: dict[str, Any]
    ) -> None:
        """Of the stock, only what the order does not have already is asked for."""
        before = state()

        lines = [{"product": str(cast.product)} | wanted]
        refused = api.patch(f"{ORDERS}/{cast.order}", {"lines": lines})

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, code)
        assert {name: told[name] for name in facts} == facts
        assert told["product"] == str(cast.product)
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.patch(f"{ORDERS}/{cast.order}?dry_run=true", {"lines": [line(cast.product)]})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert "ETag" not in tried.headers
        assert (tried.json()["total"], tried.json()["version"]) == ("12.50", "2")
        assert state() == before


class TestCancel:
    """`POST /orders/{id}/cancel`."""

    def test_answers_the_order_and_puts_back_what_it_took(self, api: Api, cast: Cast) -> None:
        path = f"{ORDERS}/{cast.order}"
        before = api.get(path).json()

        cancelled = api.post(f"{path}/cancel")

        told = cancelled.json()
        assert (cancelled.status_code, cancelled.headers["ETag"]) == (200, '"2"')
        assert told == before | {
            "state": "cancelled",
            "version": "2",
            "updated_at": told["updated_at"],
        }
        assert api.get(path).json() == told
        assert stock(api, cast.product) == 20

    def test_is_the_end_of_it(self, api: Api, cast: Cast) -> None:
        path = f"{ORDERS}/{cast.order}"
        api.post(f"{path}/cancel")
        before = state()

        for refused in (
            api.post(f"{path}/cancel"),
            api.patch(path, {"lines": [line(cast.product)]}),
        ):
            told = refused.json()
            assert (refused.status_code, told["code"]) == (409, "order_not_placed")
            assert (told["order"], told["state"]) == (str(cast.order), "cancelled")

        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.post(f"{ORDERS}/{cast.order}/cancel?dry_run=true")

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert (tried.json()["state"], "ETag" in tried.headers) == ("cancelled", False)
        assert state() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"lines": [line(1)]}),
        ("POST", "/cancel", None),
        ("POST", "/cancel?dry_run=true", None),
    ],
)
def test_what_is_no_order_is_not_found(
    api: Api, cast: Cast, method: str, path: str, body: Any
) -> None:
    nothing, before = str(cast.order + 1), state()

    answer = api(method, f"{ORDERS}/{nothing}{path}", body)

    told = answer.json()
    assert (answer.status_code, told["code"], told["order"]) == (404, "order_not_found", nothing)
    assert state() == before


def numbers(refused: Any) -> tuple[str, int, int]:
    told = refused.json()
    return told["product"], told["required"], told["available"]
