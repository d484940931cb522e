"""/api/v1/products: add, get, change, delete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tradepost.shop.models import STOCK_MAX, Product

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
PRODUCTS = f"{V1}/products"


class TestAdd:
    """`POST /products`."""

    def test_answers_the_product_and_where_to_find_it(self, api: Api) -> None:
        made = api.post(PRODUCTS, {"name": "Lamp", "price": "12.5", "stock": 3})

        product = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == f"{PRODUCTS}/{product['id']}"
        assert made.headers["ETag"] == '"0.1"'
        assert product == {
            "id": str(Product.objects.get().pk),
            "name": "Lamp",
            "price": "12.50",
            "stock": 3,
            "version": "0.1",
            "created_at": product["created_at"],
            "updated_at": product["created_at"],
        }
        assert api.get(made.headers["Location"]).json() == product

    @pytest.mark.parametrize("stock", [0, STOCK_MAX, None])
    def test_takes_any_stock_or_none(self, api: Api, stock: int | None) -> None:
        """A stock is an entry; of none there is none."""
        made = api.post(PRODUCTS, {"name": "Lamp", "price": "0", "stock": stock})

        assert (made.json()["stock"], made.json()["price"]) == (stock, "0.00")
        entries = api.get(f"{made.headers['Location']}/entries").json()["items"]
        assert [one["stock_after"] for one in entries] == ([stock] if stock else [])

    def test_counts_nothing_by_default(self, api: Api) -> None:
        assert api.post(PRODUCTS, {"name": "Lamp", "price": "1"}).json()["stock"] is None

    def test_tried_only_changes_nothing(self, api: Api) -> None:
        tried = api.post(f"{PRODUCTS}?dry_run=true", {"name": "Lamp", "price": "1", "stock": 3})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert "Location" not in tried.headers
        assert "ETag" not in tried.headers
        assert (tried.json()["id"], tried.json()["stock"]) == (None, 3)
        assert not any(state())


class TestChange:
    """`PATCH /products/{id}`."""

    @pytest.mark.parametrize(
        "change", [{"name": "Lantern"}, {"price": "13.00"}, {"name": "Lantern", "price": "0.01"}]
    )
    def test_changes_what_is_given(self, api: Api, cast: Cast, change: dict[str, str]) -> None:
        path = f"{PRODUCTS}/{cast.product}"
        before = api.get(path).json()

        changed = api.patch(path, change)

        told = changed.json()
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"1.2"')
        assert told == before | change | {"version": "1.2", "updated_at": told["updated_at"]}
        assert told["updated_at"] > before["updated_at"]
        assert api.get(path).json() == told

    def test_leaves_the_orders_their_price(self, api: Api, cast: Cast) -> None:
        ordered = api.get(f"{V1}/orders/{cast.order}").json()

        api.patch(f"{PRODUCTS}/{cast.product}", {"price": "99.00"})

        assert api.get(f"{V1}/orders/{cast.order}").json() == ordered

    def test_needs_something_to_change(self, api: Api, cast: Cast) -> None:
        before = state()

        refused = api.patch(f"{PRODUCTS}/{cast.product}", {})

        assert (refused.status_code, refused.json()["code"]) == (422, "nothing_to_change")
        assert state() == before

    @pytest.mark.parametrize("field", ["stock", "version", "id"])
    def test_takes_nothing_else(self, api: Api, cast: Cast, field: str) -> None:
        """A stock changes by deliveries, adjustments and orders alone."""
        before = state()

        refused = api.patch(f"{PRODUCTS}/{cast.product}", {"name": "Lantern", field: 1})

        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == f"/{field}"
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.patch(f"{PRODUCTS}/{cast.product}?dry_run=true", {"price": "1"})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert "ETag" not in tried.headers
        assert (tried.json()["price"], tried.json()["version"]) == ("1.00", "1.2")
        assert state() == before


class TestDelete:
    """`DELETE /products/{id}`."""

    def test_answers_the_product_and_keeps_entries_and_orders(self, api: Api, cast: Cast) -> None:
        path = f"{PRODUCTS}/{cast.product}"
        was = api.get(path).json()
        entries = api.get(f"{path}/entries").json()
        ordered = api.get(f"{V1}/orders/{cast.order}").json()

        deleted = api.delete(path)

        told = deleted.json()
        assert deleted.status_code == 200
        assert "ETag" not in deleted.headers
        assert told == was | {"version": "1.2", "updated_at": told["updated_at"]}
        assert api.get(path).status_code == api.delete(path).status_code == 404
        assert api.get(PRODUCTS).json()["items"] == []
        assert api.get(f"{path}/entries").json() == entries
        assert api.get(f"{V1}/orders/{cast.order}").json() == ordered

    def test_takes_back_what_is_cancelled_afterwards(self, api: Api, cast: Cast) -> None:
        api.delete(f"{PRODUCTS}/{cast.product}")

        cancelled = api.post(f"{V1}/orders/{cast.order}/cancel")

        assert cancelled.status_code == 200
        entry = api.get(f"{PRODUCTS}/{cast.product}/entries").json()["items"][0]
        assert (entry["kind"], entry["stock_after"]) == ("returned", 20)

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.delete(f"{PRODUCTS}/{cast.product}?dry_run=true")

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert state() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/products/{id}", None),
        ("PATCH", "/products/{id}", {"name": "bob"}),
        ("DELETE", "/products/{id}", None),
        ("POST", "/products/{id}/deliveries", {"quantity": 1}),
        ("POST", "/products/{id}/adjustments", {"quantity": 1, "reason": "why"}),
        ("POST", "/purchases", {"username": "ann", "product": "{id}"}),
        ("POST", "/orders", {"uid": "8", "lines": [{"product": "{id}", "quantity": 1}]}),
        ("PATCH", "/orders/{order}", {"lines": [{"product": "{id}", "quantity": 1}]}),
    ],
)
@pytest.mark.parametrize("gone", [False, True])
def test_nothing_is_not_found(
    api: Api, cast: Cast, method: str, path: str, body: Any, gone: bool
) -> None:
    """Neither what never was there, nor what was taken away."""
    nothing = api.post(PRODUCTS, {"name": "Pen", "price": "1", "stock": 9}).json()["id"]
    if gone:
        api.delete(f"{PRODUCTS}/{nothing}")
    else:
        nothing = str(int(nothing) + 1)
    raw = json.dumps(body).replace("{id}", nothing) if body else ""
    before = state()

    answer = api(method, V1 + path.format(id=nothing, order=cast.order), raw=raw)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (404, "product_not_found")
    assert told["product"] == nothing
    assert state() == before


def test_entries_of_what_never_was_are_not_found(api: Api, cast: Cast) -> None:
    nothing = str(cast.product + 1)

    answer = api.get(f"{PRODUCTS}/{nothing}/entries")

    assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")
    assert answer.json()["product"] == nothing
