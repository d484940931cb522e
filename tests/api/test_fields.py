"""`?fields=` on every list: items that carry but what is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.commands import V1, Cast
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

# Every list, and what its items have.
LISTS = {
    "/players?": "id,name,coins,goods,created_at,updated_at",
    "/players/{seller}/entries?": "player,number,kind,coins,goods,coins_after,goods_after,trade,"
    "counterparty,actor,reason,at",
    "/trades?player={seller}&": "id,seller,buyer,goods,coins,at",
    "/customers?": "id,name,username,uid,created_at,updated_at",
    "/products?": "id,name,price,stock,version,created_at,updated_at",
    "/products/{product}/entries?": "product,number,kind,quantity,stock_after,order,actor,reason,"
    "at",
    "/orders?": "id,customer,state,total,total_stated,version,lines,created_at,updated_at",
}
each_list = pytest.mark.parametrize(("path", "known"), LISTS.items(), ids=LISTS)


@pytest.fixture
def sold(api: Api, cast: Cast) -> Cast:
    """A cast of which every list has two items or more."""
    terms = {"seller": str(cast.seller), "buyer": str(cast.buyer), "goods": 1, "coins": 2}
    for _ in range(2):
        api.post(f"{V1}/trades", terms)
        api.post(f"{V1}/purchases", {"username": "bob", "product": str(cast.product)})
    api.post(f"{V1}/products", {"name": "Pen", "price": "1"})
    return cast


def listed(api: Api, path: str, cast: Cast, query: str = "") -> Any:
    return api.get(V1 + path.format(**cast._asdict()) + query)


@each_list
def test_every_field_can_be_asked_for_alone(api: Api, sold: Cast, path: str, known: str) -> None:
    """It has the value that it has among all; null is one, too."""
    whole = listed(api, path, sold).json()
    assert len(whole["items"]) >= 2

    for name in known.split(","):
        part = listed(api, path, sold, f"fields={name}")
        assert part.status_code == 200
        assert part.json() == whole | {"items": [{name: one[name]} for one in whole["items"]]}


@each_list
def test_all_can_be_asked_for_in_any_order(api: Api, sold: Cast, path: str, known: str) -> None:
    """They are answered in their own, as they are without being asked for."""
    whole = listed(api, path, sold)
    backwards = ",".join(reversed(known.split(",")))

    assert list(whole.json()["items"][0]) == known.split(",")
    assert listed(api, path, sold, f"fields={known}").content == whole.content
    assert listed(api, path, sold, f"fields={backwards},{known}").content == whole.content


@each_list
@pytest.mark.parametrize(
    "fields", ["", ",", "nothing", "id,", ",number", "id,nothing", "ID", " id", "id%20", "*", "%00"]
)
def test_what_is_no_field_is_refused(
    api: Api, sold: Cast, path: str, known: str, fields: str, quiet: None
) -> None:
    """And those that are named."""
    refused = listed(api, path, sold, f"fields={fields}")

    told = refused.json()
    assert (refused.status_code, told["code"]) == (400, "malformed")
    assert told["errors"] == [
        {
            "pointer": "query fields",
            "code": "fields",
            "detail": f"Input should be one or more of {known}, with commas between",
        }
    ]


@each_list
def test_pages_are_the_same_with_fewer_fields(api: Api, sold: Cast, path: str, known: str) -> None:
    """A cursor does not depend on what was shown, and goes on with other fields."""
    name = known.split(",")[1]
    whole = listed(api, path, sold, "limit=1").json()
    part = listed(api, path, sold, f"limit=1&fields={name}").json()
    assert part["next"] == whole["next"] is not None

    second = listed(api, path, sold, f"limit=1&cursor={part['next']}").json()

    assert second["items"] == listed(api, path, sold, "limit=2").json()["items"][1:]


def test_an_empty_page_has_no_fields_to_leave_out(api: Api) -> None:
    answer = api.get(f"{V1}/products?fields=id")

    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})
