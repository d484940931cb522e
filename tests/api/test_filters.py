"""The shop's lists: filters that mean the same on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.commands import V1
from tests.api.conftest import Api
from tests.api.shelves import listed
from tradepost.shop import products
from tradepost.shop.money import from_cents

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

# Names that engines, left alone, compare in different ways.
NAMES = (
    "Straße",
    "STRASSE 2",
    "Ärger",
    "ärger 2",
    "Arger",
    "A\u0308rger",
    "Ωmega",
    "ωmega 2",
    "İstanbul",
    "istanbul",
    "100%",
    "100 %",
    "1000",
    "a_b",
    "axb",
    "a\\b",
    "a*b",
    "a?b",
    "a[b]",
    " lamp",
    "lamp",
    "Lamp 2",
    "😀 smile",
    "'; DROP TABLE product;--",
)


def names(api: Api, **query: Any) -> list[str]:
    """Return the names of the products found, in the order of `NAMES`."""
    found = listed(api, "products", limit=100, fields="name", **query)
    return [one["name"] for one in reversed(found["items"])]


@pytest.fixture
def shelf(db: None) -> None:
    """A product of each name; every third is out of stock, and of every fifth nobody counts."""
    for place, name in enumerate(NAMES):
        stock = None if place % 5 == 0 else place % 3
        products.add(name, from_cents(place * 50), stock=stock, actor="test")


@pytest.mark.usefixtures("shelf")
class TestProducts:
    """`GET /products`."""

    @pytest.mark.parametrize(
        ("prefix", "found"),
        [
            ("straß", ["Straße", "STRASSE 2"]),
            ("STRASSE", ["Straße", "STRASSE 2"]),
            ("strasse 2", ["STRASSE 2"]),
            ("Ä", ["Ärger", "ärger 2"]),
            ("ÄRGER ", ["ärger 2"]),
            ("arg", ["Arger"]),
            ("A\u0308", ["A\u0308rger"]),
            ("Ω", ["Ωmega", "ωmega 2"]),
            ("i", ["İstanbul", "istanbul"]),
            ("i\u0307", ["İstanbul"]),
            ("100%", ["100%"]),
            ("100", ["100%", "100 %", "1000"]),
            ("a_", ["a_b"]),
            ("a\\", ["a\\b"]),
            ("a*", ["a*b"]),
            ("a?", ["a?b"]),
            ("a[b]", ["a[b]"]),
            ("A", ["Arger", "A\u0308rger", "a_b", "axb", "a\\b", "a*b", "a?b", "a[b]"]),
            ("lamp", ["lamp", "Lamp 2"]),
            (" ", [" lamp"]),
            ("lamp ", ["Lamp 2"]),
            ("amp", []),
            ("%", []),
            ("_", []),
            ("😀", ["😀 smile"]),
            ("'; drop", ["'; DROP TABLE product;--"]),
            ("' OR 1=1", []),
        ],
    )
    def test_by_what_the_name_begins_with(self, api: Api, prefix: str, found: list[str]) -> None:
        """Whatever its case, and not its accents; no character means more than itself."""
        assert names(api, name_prefix=prefix) == found

    def test_by_a_name_that_is_longer_without_case(self, api: Api) -> None:
        """A capital of one character may have a small letter of two; a column has its end."""
        api.post(f"{V1}/products", {"name": "ß" * 250, "price": "1"})

        assert names(api, name_prefix="S" * 250) == ["ß" * 250]
        assert names(api, name_prefix="ß" * 250) == ["ß" * 250]

    @pytest.mark.parametrize(
        ("query", "places"),
        [
            ({"price_min": "0"}, range(len(NAMES))),
            ({"price_min": "0.01"}, range(1, len(NAMES))),
            ({"price_min": "10"}, range(20, len(NAMES))),
            ({"price_min": "10.01"}, range(21, len(NAMES))),
            ({"price_max": "0.00"}, [0]),
            ({"price_max": "1.49"}, range(3)),
            ({"price_max": "1.5"}, range(4)),
            ({"price_min": "1.00", "price_max": "2"}, range(2, 5)),
            ({"price_min": "2", "price_max": "1"}, []),
            ({"price_min": "9999999999999999.99"}, []),
            ({"price_max": "9999999999999999.99"}, range(len(NAMES))),
        ],
    )
    def test_by_price(self, api: Api, query: dict[str, str], places: Any) -> None:
        """Both ends are within."""
        assert names(api, **query) == [NAMES[place] for place in places]

    @pytest.mark.parametrize("in_stock", [True, False])
    def test_by_whether_there_is_some(self, api: Api, in_stock: bool) -> None:
        """What nobody counts is there."""
        there = [place % 5 == 0 or place % 3 > 0 for place in range(len(NAMES))]

        found = names(api, in_stock=str(in_stock).lower())

        assert found == [
            name for name, is_there in zip(NAMES, there, strict=True) if is_there is in_stock
        ]
        assert len(found) == (18 if in_stock else 6)

    def test_by_all_of_them(self, api: Api) -> None:
        query = {"price_min": "7.00", "price_max": "9.00", "in_stock": "true"}

        assert names(api, name_prefix="a", **query) == ["axb", "a\\b", "a*b", "a?b"]

    def test_are_listed_the_newest_first(self, api: Api) -> None:
        found = listed(api, "products", limit=100)["items"]

        assert [one["name"] for one in found] == list(reversed(NAMES))
        assert found[0] == api.get(f"{V1}/products/{found[0]['id']}").json()


def test_customers_by_username_or_uid(api: Api, clientele: list[dict[str, Any]]) -> None:
    for one, other in zip(clientele, clientele[1:] + clientele[:1], strict=True):
        own, uid = str(one["id"]), str(one["uid"])
        by_name = listed(api, "customers", username=one["username"])["items"]
        by_uid = listed(api, "customers", uid=uid)["items"]
        assert [found["id"] for found in by_name] == [own]
        assert by_uid == by_name == [api.get(f"{V1}/customers/{own}").json()]
        assert listed(api, "customers", username=one["username"], uid=uid)["items"] == by_name
        assert listed(api, "customers", username=other["username"], uid=uid)["items"] == []
    assert [one["id"] for one in listed(api, "customers")["items"]] == [
        str(one["id"]) for one in reversed(clientele)
    ]


def test_orders_by_customer_and_state(api: Api, clientele: list[dict[str, Any]]) -> None:
    whole = listed(api, "orders")["items"]
    assert len(whole) == 10
    assert [int(one["id"]) for one in whole] == sorted((int(o["id"]) for o in whole), reverse=True)
    assert whole[0] == api.get(f"{V1}/orders/{whole[0]['id']}").json()

    for state in ("placed", "cancelled"):
        of_state = [one for one in whole if one["state"] == state]
        assert listed(api, "orders", state=state)["items"] == of_state
        assert len(of_state) == (7 if state == "placed" else 3)
        for customer in (str(one["id"]) for one in clientele):
            of_both = [one for one in of_state if one["customer"] == customer]
            found = listed(api, "orders", state=state, customer=customer)["items"]
            assert found == of_both
    for customer in (str(one["id"]) for one in clientele):
        of_one = [one for one in whole if one["customer"] == customer]
        assert listed(api, "orders", customer=customer)["items"] == of_one


def test_who_is_nobody_has_no_orders(api: Api, clientele: list[dict[str, Any]]) -> None:
    nobody = clientele[-1]["id"] + 1

    assert listed(api, "orders", customer=nobody) == {"items": [], "next": None}
