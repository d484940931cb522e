"""/api/v1/products/{id}: deliveries, adjustments, and the entries that tell them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.commands import Cast
from tests.api.conftest import Api, state
from tradepost.shop.models import STOCK_MAX

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
# Of 20 lamps, 2 are ordered.
STOCK = 18


@pytest.fixture
def lamp(cast: Cast) -> str:
    """The path of a product with a stock of 18."""
    return f"{V1}/products/{cast.product}"


@pytest.fixture
def air(api: Api) -> str:
    """The path of a product that nobody counts."""
    made = api.post(f"{V1}/products", {"name": "Air", "price": "0"})
    return str(made.headers["Location"])


class TestReceive:
    """`POST /products/{id}/deliveries`."""

    @pytest.mark.parametrize("quantity", [1, STOCK_MAX - STOCK])
    def test_answers_the_entry(self, api: Api, cast: Cast, lamp: str, quantity: int) -> None:
        made = api.post(f"{lamp}/deliveries", {"quantity": quantity, "reason": "ship"})

        entry = made.json()
        assert made.status_code == 201
        assert entry == {
            "product": str(cast.product),
            "number": 3,
            "kind": "received",
            "quantity": quantity,
            "stock_after": STOCK + quantity,
            "order": None,
            "actor": "local",
            "reason": "ship",
            "at": entry["at"],
        }
        product = api.get(lamp)
        assert (product.json()["stock"], product.headers["ETag"]) == (STOCK + quantity, '"0.3"')

    def test_needs_no_reason(self, api: Api, lamp: str) -> None:
        assert api.post(f"{lamp}/deliveries", {"quantity": 1}).json()["reason"] == ""

    def test_begins_to_count(self, api: Api, air: str) -> None:
        made = api.post(f"{air}/deliveries", {"quantity": 5})

        assert (made.json()["number"], made.json()["stock_after"]) == (1, 5)
        assert api.get(air).json()["stock"] == 5

    def test_fills_no_stock_beyond_its_limit(self, api: Api, cast: Cast, lamp: str) -> None:
        before = state()

        refused = api.post(f"{lamp}/deliveries", {"quantity": STOCK_MAX - STOCK + 1})

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "stock_too_large")
        assert (told["product"], told["required"], told["limit"]) == (
            str(cast.product),
            STOCK_MAX + 1,
            STOCK_MAX,
        )
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, lamp: str) -> None:
        before = state()

        tried = api.post(f"{lamp}/deliveries?dry_run=true", {"quantity": 2})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert (tried.json()["number"], tried.json()["stock_after"]) == (3, STOCK + 2)
        assert state() == before


class TestAdjust:
    """`POST /products/{id}/adjustments`."""

    @pytest.mark.parametrize("quantity", [1, -1, -STOCK, STOCK_MAX - STOCK])
    def test_answers_the_entry(self, api: Api, cast: Cast, lamp: str, quantity: int) -> None:
        made = api.post(f"{lamp}/adjustments", {"quantity": quantity, "reason": "moths"})

        entry = made.json()
        assert made.status_code == 201
        assert entry == {
            "product": str(cast.product),
            "number": 3,
            "kind": "adjusted",
            "quantity": quantity,
            "stock_after": STOCK + quantity,
            "order": None,
            "actor": "local",
            "reason": "moths",
            "at": entry["at"],
        }
        assert api.get(lamp).json()["stock"] == STOCK + quantity

    @pytest.mark.parametrize(
        ("left", "quantity", "status", "code", "facts"),
        [
            (STOCK, 0, 422, "nothing_to_change", {}),
            (
                STOCK,
                -STOCK - 1,
                409,
                "insufficient_quantity",
                {"required": STOCK + 1, "available": STOCK},
            ),
            (0, -1, 409, "out_of_stock", {"required": 1, "available": 0}),
            (
                STOCK,
                STOCK_MAX,
                409,
                "stock_too_large",
                {"required": STOCK + STOCK_MAX, "limit": STOCK_MAX},
            ),
        ],
    )
    def test_is_refused_with_the_numbers(
        self,
        api: Api,
        lamp: str,
        left: int,
        quantity: int,
        status: int,
        code: str,
        facts: dict[str, Any],
    ) -> None:
        if left == 0:
            api.post(f"{lamp}/adjustments", {"quantity": -STOCK, "reason": "sold out"})
        before = state()

        refused = api.post(f"{lamp}/adjustments", {"quantity": quantity, "reason": "why"})

        told = refused.json()
        assert (refused.status_code, told["code"], told["retryable"]) == (status, code, False)
        assert {name: told[name] for name in facts} == facts
        if facts:
            assert told["product"] == lamp.rpartition("/")[2]
        assert state() == before

    def test_corrects_nothing_that_nobody_counts(self, api: Api, air: str) -> None:
        before = state()

        refused = api.post(f"{air}/adjustments", {"quantity": 1, "reason": "why"})

        assert (refused.status_code, refused.json()["code"]) == (409, "stock_not_tracked")
        assert refused.json()["product"] == air.rpartition("/")[2]
        assert state() == before

    def test_needs_a_reason(self, api: Api, lamp: str) -> None:
        before = state()

        refused = api.post(f"{lamp}/adjustments", {"quantity": 1})

        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/reason"
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, lamp: str) -> None:
        before = state()

        tried = api.post(f"{lamp}/adjustments?dry_run=true", {"quantity": -2, "reason": "why"})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert tried.json()["stock_after"] == STOCK - 2
        assert state() == before


class TestEntries:
    """`GET /products/{id}/entries`."""

    def test_tell_every_change_the_newest_first(self, api: Api, cast: Cast, lamp: str) -> None:
        order = f"{V1}/orders/{cast.order}"
        api.post(f"{order}/cancel")

        listed = api.get(f"{lamp}/entries").json()

        assert listed["next"] is None
        common = {"product": str(cast.product), "reason": ""}
        assert [{**one, "at": None} for one in listed["items"]] == [
            common
            | {
                "number": number,
                "kind": kind,
                "quantity": quantity,
                "stock_after": after,
                "order": ordered,
                "actor": actor,
                "at": None,
            }
            for number, kind, quantity, after, ordered, actor in (
                (3, "returned", 2, 20, str(cast.order), "local"),
                (2, "sold", -2, 18, str(cast.order), "test"),
                (1, "received", 20, 20, None, "test"),
            )
        ]
        times = [one["at"] for one in listed["items"]]
        assert times == sorted(times, reverse=True)
        assert api.get(order).json()["updated_at"] == times[0]

    def test_of_a_product_without_any_are_none(self, api: Api, air: str) -> None:
        assert api.get(f"{air}/entries").json() == {"items": [], "next": None}
