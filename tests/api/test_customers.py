"""/api/v1/customers: register, list, get, change, delete."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tradepost.shop.models import Customer

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
CUSTOMERS = f"{V1}/customers"


def order(api: Api, cast: Cast, **buyer: str) -> str:
    """Order something, and return who did."""
    lines = [{"product": str(cast.product), "quantity": 1}]
    made = api.post(f"{V1}/orders", buyer | {"lines": lines})
    assert made.status_code == 201
    return str(made.json()["customer"])


class TestRegister:
    """`POST /customers`."""

    def test_answers_the_customer_and_where_to_find_it(self, api: Api) -> None:
        made = api.post(CUSTOMERS, {"name": "Ann", "username": "ann", "uid": "9007199254740993"})

        customer = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == f"{CUSTOMERS}/{customer['id']}"
        assert customer == {
            "id": str(Customer.objects.get().pk),
            "name": "Ann",
            "username": "ann",
            "uid": "9007199254740993",
            "created_at": customer["created_at"],
            "updated_at": customer["created_at"],
        }
        assert api.get(made.headers["Location"]).json() == customer

    def test_needs_but_a_name(self, api: Api) -> None:
        """Two may have the same one."""
        both = [api.post(CUSTOMERS, {"name": "Ann"}).json() for _ in range(2)]

        assert [(one["name"], one["username"], one["uid"]) for one in both] == [
            ("Ann", None, None)
        ] * 2
        assert both[0]["id"] != both[1]["id"]

    @pytest.mark.parametrize("known_by", [{"username": "eve"}, {"uid": "8"}])
    def test_completes_the_placeholder_of_who_ordered_before(
        self, api: Api, cast: Cast, known_by: dict[str, str]
    ) -> None:
        """Under the same id, and with what was not known so far."""
        buyer = order(api, cast, **known_by)
        assert api.get(f"{CUSTOMERS}/{buyer}").json()["name"] == ""
        count = Customer.objects.count()

        made = api.post(CUSTOMERS, {"name": "Eve", "username": "eve", "uid": "8"})

        told = made.json()
        assert (made.status_code, made.headers["Location"]) == (201, f"{CUSTOMERS}/{buyer}")
        assert (told["name"], told["username"], told["uid"]) == ("Eve", "eve", "8")
        assert api.get(f"{CUSTOMERS}/{buyer}").json() == told
        assert Customer.objects.count() == count

    @pytest.mark.parametrize(
        ("known_by", "told"),
        [
            ({"username": "bob"}, ("username", "bob")),
            ({"uid": "9"}, ("uid", "9")),
            ({"username": "bob", "uid": "9"}, ("username", "bob")),
            # The username is one's, the number another's.
            ({"username": "ann", "uid": "9"}, ("uid", "9")),
        ],
    )
    def test_takes_nobody_elses_names(
        self, api: Api, cast: Cast, known_by: dict[str, str], told: tuple[str, str]
    ) -> None:
        api.post(CUSTOMERS, {"name": "Bob", "username": "bob", "uid": "9"})
        before = state()

        refused = api.post(CUSTOMERS, {"name": "Eve"} | known_by)

        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "customer_exists")
        assert (problem["identifier"], problem["value"]) == told
        assert state() == before

    def test_tells_usernames_apart_bytewise(self, api: Api) -> None:
        names = ["ann", "Ann", "ann ", "änn", "a\u0308nn"]
        made = [api.post(CUSTOMERS, {"name": "Ann", "username": name}) for name in names]

        assert [one.status_code for one in made] == [201] * len(names)
        for name, one in zip(names, made, strict=True):
            found = api.get(f"{CUSTOMERS}?username={quote(name)}").json()["items"]
            assert found == [one.json()]

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.post(f"{CUSTOMERS}?dry_run=true", {"name": "Eve", "username": "eve"})
        completed = api.post(f"{CUSTOMERS}?dry_run=true", {"name": "Ann", "username": "ann"})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert "Location" not in tried.headers
        assert (tried.json()["id"], tried.json()["username"]) == (None, "eve")
        assert completed.json()["id"] == str(cast.customer)
        assert state() == before


class TestChange:
    """`PATCH /customers/{id}`."""

    @pytest.mark.parametrize(
        "change",
        [{"name": "Anna"}, {"username": "anna"}, {"uid": "8"}, {"name": "A", "username": "ann"}],
    )
    def test_changes_what_is_given(self, api: Api, cast: Cast, change: dict[str, str]) -> None:
        path = f"{CUSTOMERS}/{cast.customer}"
        before = api.get(path).json()

        changed = api.patch(path, change)

        told = changed.json()
        assert changed.status_code == 200
        assert told == before | change | {"updated_at": told["updated_at"]}
        assert told["updated_at"] > before["updated_at"]
        assert api.get(path).json() == told

    def test_frees_the_name_that_was(self, api: Api, cast: Cast) -> None:
        api.patch(f"{CUSTOMERS}/{cast.customer}", {"username": "anna"})

        assert order(api, cast, username="anna") == str(cast.customer)
        assert order(api, cast, username="ann") != str(cast.customer)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"username": "bob"}, ("username", "bob")),
            ({"uid": "9"}, ("uid", "9")),
            ({"name": "Bob", "username": "eve", "uid": "9"}, ("uid", "9")),
        ],
    )
    def test_takes_nobody_elses_names(
        self, api: Api, cast: Cast, change: dict[str, str], told: tuple[str, str]
    ) -> None:
        api.post(CUSTOMERS, {"name": "Bob", "username": "bob", "uid": "9"})
        before = state()

        refused = api.patch(f"{CUSTOMERS}/{cast.customer}", change)

        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "customer_exists")
        assert (problem["identifier"], problem["value"]) == told
        assert state() == before

    def test_needs_something_to_change(self, api: Api, cast: Cast) -> None:
        before = state()

        nothing = api.patch(f"{CUSTOMERS}/{cast.customer}", {})
        null = api.patch(f"{CUSTOMERS}/{cast.customer}", {"name": "Eve", "username": None})

        assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_to_change")
        assert (null.status_code, null.json()["code"]) == (400, "malformed")
        assert null.json()["errors"][0]["pointer"] == "/username"
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.patch(f"{CUSTOMERS}/{cast.customer}?dry_run=true", {"name": "Anna"})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert (tried.json()["name"], tried.json()["username"]) == ("Anna", "ann")
        assert state() == before


class TestDelete:
    """`DELETE /customers/{id}`."""

    def test_answers_the_customer_and_keeps_the_orders(self, api: Api, cast: Cast) -> None:
        path = f"{CUSTOMERS}/{cast.customer}"
        was = api.get(path).json()
        ordered = api.get(f"{V1}/orders/{cast.order}").json()

        deleted = api.delete(path)

        assert deleted.status_code == 200
        assert deleted.json() == was | {"updated_at": deleted.json()["updated_at"]}
        assert api.get(path).status_code == api.delete(path).status_code == 404
        assert api.get(CUSTOMERS).json()["items"] == []
        assert api.get(f"{V1}/orders/{cast.order}").json() == ordered
        assert api.get(f"{V1}/orders?customer={cast.customer}").json()["items"] == [ordered]

    def test_frees_username_and_uid(self, api: Api, cast: Cast) -> None:
        api.delete(f"{CUSTOMERS}/{cast.customer}")

        made = api.post(CUSTOMERS, {"name": "Ann", "username": "ann", "uid": "7"})

        assert made.status_code == 201
        assert made.json()["id"] != str(cast.customer)

    def test_tried_only_changes_nothing(self, api: Api, cast: Cast) -> None:
        before = state()

        tried = api.delete(f"{CUSTOMERS}/{cast.customer}?dry_run=true")

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert tried.json()["id"] == str(cast.customer)
        assert state() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/customers/{id}", None),
        ("PATCH", "/customers/{id}", {"name": "bob"}),
        ("DELETE", "/customers/{id}", None),
        ("PATCH", "/customers/{id}?dry_run=true", {"name": "bob"}),
        ("POST", "/purchases", {"customer": "{id}", "product": "{product}"}),
        (
            "POST",
            "/orders",
            {"customer": "{id}", "lines": [{"product": "{product}", "quantity": 1}]},
        ),
    ],
)
@pytest.mark.parametrize("gone", [False, True])
def test_nobody_is_not_found(
    api: Api, cast: Cast, method: str, path: str, body: Any, gone: bool
) -> None:
    """Neither who never was there, nor who was taken away."""
    nobody = str(cast.customer) if gone else str(cast.customer + 1)
    if gone:
        api.delete(f"{CUSTOMERS}/{nobody}")
    raw = json.dumps(body).replace("{id}", nobody).replace("{product}", str(cast.product))
    before = state()

    answer = api(method, V1 + path.format(id=nobody), raw=raw if body else "")

    told = answer.json()
    assert (answer.status_code, told["code"]) == (404, "customer_not_found")
    assert told["customer"] == nobody
    assert state() == before
