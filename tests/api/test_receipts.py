"""/api/v1/receipts: what became of my request?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.commands import SHOP_COMMANDS, Cast, Command
from tests.api.conftest import Api
from tests.api.ways import each_way_in
from tradepost import txn
from tradepost.shop import orders

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def keyed(api: Api, method: str, path: str, body: Any = None, key: str = "key") -> Any:
    return api(method, V1 + path, body, headers={"Idempotency-Key": key})


def receipt(api: Api, key: str = "key") -> Any:
    return api.get(f"{V1}/receipts/{quote(key, safe='')}")


@each_way_in
def test_a_trade_is_told_as_it_was_answered(api: Api, pair: tuple[int, int]) -> None:
    terms = {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 1, "coins": 2}
    made = keyed(api, "POST", "/trades", terms).json()

    told = receipt(api).json()

    assert told == {"key": "key", "act": "trade", "applied_at": made["at"], "outcome": made}


# What each of the shop's commands is called.
ACTS = {
    f"POST {V1}/customers": "register customer",
    f"PATCH {V1}/customers/{{customer}}": "edit customer",
    f"DELETE {V1}/customers/{{customer}}": "delete customer",
    f"POST {V1}/products": "add product",
    f"PATCH {V1}/products/{{product}}": "edit product",
    f"DELETE {V1}/products/{{product}}": "delete product",
    f"POST {V1}/products/{{product}}/deliveries": "receive stock",
    f"POST {V1}/products/{{product}}/adjustments": "adjust stock",
    f"POST {V1}/orders": "place order",
    f"PATCH {V1}/orders/{{order}}": "change order",
    f"POST {V1}/orders/{{order}}/cancel": "cancel order",
    f"POST {V1}/purchases": "purchase",
}


@pytest.mark.parametrize("command", SHOP_COMMANDS, ids=lambda command: command.name)
def test_every_act_of_the_shop_is_told_as_it_was_answered(
    api: Api, cast: Cast, command: Command
) -> None:
    made = api(**command.request(cast), headers={"Idempotency-Key": "key"})

    told = receipt(api).json()

    assert made.status_code == command.status
    assert (told["act"], told["outcome"]) == (ACTS[command.name], made.json())


def test_a_restated_order_is_told_too(api: Api, cast: Cast) -> None:
    """A document's route does that; /api/v1 has no such command."""
    key = txn.Key("local", "key")
    orders.override_total(cast.order, Decimal("9.99"), actor="local", key=key)

    told = receipt(api).json()

    assert (told["act"], told["outcome"]) == (
        "restate order",
        api.get(f"{V1}/orders/{cast.order}").json(),
    )
    assert (told["outcome"]["total"], told["outcome"]["total_stated"]) == ("9.99", True)


@pytest.mark.parametrize(
    ("method", "path", "body", "act"),
    [
        ("PATCH", "/players/{id}", {"name": "bob"}, "rename player"),
        ("DELETE", "/players/{id}", None, "delete player"),
        ("POST", "/players/{id}/adjustments", {"coins": 1, "reason": "why"}, "adjust player"),
        ("POST", "/players/batch", {"players": [{}, {}]}, "create players"),
    ],
)
def test_every_act_is_told_as_it_was_answered(
    api: Api, pair: tuple[int, int], method: str, path: str, body: Any, act: str
) -> None:
    made = keyed(api, method, path.format(id=pair[0]), body)

    told = receipt(api).json()

    assert (told["act"], told["outcome"]) == (act, made.json())


def test_one_created_player_is_a_list_of_one(api: Api) -> None:
    made = keyed(api, "POST", "/players", {"name": "ann"}).json()

    assert receipt(api).json()["outcome"] == {"players": [made]}


@each_way_in
def test_what_a_documents_route_did_is_told_too(api: Api, pair: tuple[int, int]) -> None:
    fields = f"sellID={pair[0]}&buyID={pair[1]}&amount=1&price=2"
    api.form("/player/trade", fields, headers={"Idempotency-Key": "key"})

    told = receipt(api).json()

    assert (told["act"], told["outcome"]["seller"]) == ("trade", str(pair[0]))


@pytest.mark.parametrize("key", ["a/b", "../x", "a?b#c", "%2F", "a\\b", "~!@$&*()=+'"])
def test_a_key_is_found_whatever_it_is_made_of(api: Api, key: str) -> None:
    keyed(api, "POST", "/players", {}, key=key)

    assert receipt(api, key).json()["key"] == key


def test_keys_are_told_apart_byte_by_byte(api: Api) -> None:
    keyed(api, "POST", "/players", {}, key="Key")

    assert receipt(api, "Key").status_code == 200
    assert receipt(api, "key").status_code == receipt(api, "Key ").status_code == 404


@pytest.mark.parametrize("key", ["never", "\x00", "é", "k" * 1000])
def test_no_receipt_means_that_nothing_happened(api: Api, key: str) -> None:
    answer = receipt(api, key)

    assert (answer.status_code, answer.json()["code"]) == (404, "receipt_not_found")
    assert answer.json()["key"] == key


@each_way_in
def test_a_refusal_leaves_no_receipt_and_the_key_free(api: Api, pair: tuple[int, int]) -> None:
    terms = {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 21, "coins": 2}

    assert keyed(api, "POST", "/trades", terms).status_code == 409
    assert receipt(api).status_code == 404
    assert keyed(api, "POST", "/trades", terms | {"goods": 1}).status_code == 201


def test_a_dry_run_leaves_no_receipt(api: Api) -> None:
    keyed(api, "POST", "/players?dry_run=true", {})

    assert receipt(api).status_code == 404
