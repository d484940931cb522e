"""/api/v1/purchases: an order of one product, in one step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tests.api.ways import each_way_in

pytestmark = [pytest.mark.django_db, each_way_in]

V1 = "/api/v1"
PURCHASES = f"{V1}/purchases"
# Of 20 lamps at 12.50, ann ordered 2.
STOCK = 18


def wish(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"customer": str(cast.customer), "product": str(cast.product)} | more


def stock(api: Api, cast: Cast) -> Any:
    return api.get(f"{V1}/products/{cast.product}").json()["stock"]


def test_is_an_order(api: Api, cast: Cast) -> None:
    made = api.post(PURCHASES, wish(cast, quantity=3, expected_price="12.50"))

    order = made.json()
    assert made.status_code == 201
    assert made.headers["Location"] == f"{V1}/orders/{order['id']}"
    assert made.headers["ETag"] == '"1"'
    assert order == {
        "id": str(cast.order + 1),
        "customer": str(cast.customer),
        "state": "placed",
        "total": "37.50",
        "total_stated": False,
        "version": "1",
        "lines": [{"product": str(cast.product), "quantity": 3, "price": "12.50"}],
        "created_at": order["created_at"],
        "updated_at": order["created_at"],
    }
    assert api.get(made.headers["Location"]).json() == order
    assert stock(api, cast) == STOCK - 3


def test_is_of_one_by_default(api: Api, cast: Cast) -> None:
    made = api.post(PURCHASES, wish(cast))

    assert made.json()["lines"][0]["quantity"] == 1
    assert stock(api, cast) == STOCK - 1


def test_of_somebody_new_makes_a_placeholder(api: Api, cast: Cast) -> None:
    """The same one for the second purchase, by either name."""
    product = {"product": str(cast.product)}

    buyers = [
        api.post(PURCHASES, product | known_by).json()["customer"]
        for known_by in ({"username": "eve"}, {"username": "eve", "uid": "8"}, {"uid": "8"})
    ]

    assert len(set(buyers)) == 1
    eve = api.get(f"{V1}/customers/{buyers[0]}").json()
    assert (eve["name"], eve["username"], eve["uid"]) == ("", "eve", "8")


def test_the_last_one_is_sold_once(api: Api, cast: Cast) -> None:
    """Too much is told apart from nothing left, each with the numbers."""
    before = state()
    too_many = api.post(PURCHASES, wish(cast, quantity=STOCK + 1))
    assert state() == before
    assert api.post(PURCHASES, wish(cast, quantity=STOCK)).status_code == 201
    before = state()
    none_left = api.post(PURCHASES, wish(cast))

    assert (too_many.status_code, too_many.json()["code"]) == (409, "insufficient_quantity")
    assert (none_left.status_code, none_left.json()["code"]) == (409, "out_of_stock")
    told = [
        (one["product"], one["required"], one["available"])
        for one in (too_many.json(), none_left.json())
    ]
    assert told == [(str(cast.product), STOCK + 1, STOCK), (str(cast.product), 1, 0)]
    assert not too_many.json()["retryable"]
    assert state() == before


def test_at_another_price_than_expected_is_refused(api: Api, cast: Cast) -> None:
    api.patch(f"{V1}/products/{cast.product}", {"price": "13.00"})
    before = state()

    refused = api.post(PURCHASES, wish(cast, expected_price="12.50"))

    told = refused.json()
    assert (refused.status_code, told["code"]) == (409, "price_changed")
    assert (told["product"], told["price"], told["expected"]) == (
        str(cast.product),
        "13.00",
        "12.50",
    )
    assert state() == before


def test_with_a_key_is_made_once(api: Api, cast: Cast) -> None:
    """However the price is written, and also when nothing is left."""
    headers = {"Idempotency-Key": "again"}
    body = wish(cast, quantity=STOCK, expected_price="12.50")
    made = api.post(PURCHASES, body, headers=headers)
    after = state()

    replayed = api.post(PURCHASES, body | {"expected_price": "12.5"}, headers=headers)
    other = api.post(PURCHASES, body | {"quantity": 1}, headers=headers)

    assert (made.status_code, replayed.status_code) == (201, 200)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert replayed.content == made.content
    assert replayed.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert state() == after


def test_tried_only_changes_nothing(api: Api, cast: Cast) -> None:
    before = state()

    tried = api.post(f"{PURCHASES}?dry_run=true", wish(cast, quantity=2))
    refused = api.post(f"{PURCHASES}?dry_run=true", wish(cast, quantity=STOCK + 1))

    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert tried.headers.keys().isdisjoint({"Location", "ETag"})
    assert (tried.json()["id"], tried.json()["total"]) == (None, "25.00")
    assert refused.status_code == 409
    assert state() == before
