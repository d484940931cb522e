"""/api/v1/players/{id}: adjustments, and the statement that tells them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, state
from tradepost.trading.models import BALANCE_MAX

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
PLAYERS = f"{V1}/players"


class TestAdjust:
    """`POST /players/{id}/adjustments`."""

    @pytest.mark.parametrize(
        ("change", "after"),
        [
            ({"coins": 5}, (105, 20)),
            ({"coins": -100, "goods": -20}, (0, 0)),
            ({"goods": BALANCE_MAX - 20}, (100, BALANCE_MAX)),
        ],
    )
    def test_answers_the_entry(
        self, api: Api, pair: tuple[int, int], change: dict[str, int], after: tuple[int, int]
    ) -> None:
        path = f"{PLAYERS}/{pair[0]}"

        made = api.post(f"{path}/adjustments", {**change, "reason": "found"})

        entry = made.json()
        assert made.status_code == 201
        assert (entry["number"], entry["kind"], entry["reason"]) == (2, "adjusted", "found")
        assert (entry["coins"], entry["goods"]) == (change.get("coins", 0), change.get("goods", 0))
        assert (entry["coins_after"], entry["goods_after"]) == after
        player = api.get(path).json()
        assert (player["coins"], player["goods"]) == after

    @pytest.mark.parametrize(
        ("change", "status", "code", "facts"),
        [
            ({}, 422, "nothing_to_adjust", {}),
            ({"coins": 0, "goods": 0}, 422, "nothing_to_adjust", {}),
            ({"coins": -101}, 409, "insufficient_coins", {"required": 101, "available": 100}),
            ({"goods": -21}, 409, "insufficient_goods", {"required": 21, "available": 20}),
            (
                {"coins": BALANCE_MAX},
                409,
                "balance_too_large",
                {"asset": "coins", "required": BALANCE_MAX + 100, "limit": BALANCE_MAX},
            ),
        ],
    )
    def test_is_refused_with_the_numbers(
        self,
        api: Api,
        pair: tuple[int, int],
        change: dict[str, int],
        status: int,
        code: str,
        facts: dict[str, Any],
    ) -> None:
        before = state()

        refused = api.post(f"{PLAYERS}/{pair[0]}/adjustments", {**change, "reason": "why"})

        told = refused.json()
        assert (refused.status_code, told["code"], told["retryable"]) == (status, code, False)
        assert {name: told[name] for name in facts} == facts
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, pair: tuple[int, int]) -> None:
        before = state()

        tried = api.post(
            f"{PLAYERS}/{pair[0]}/adjustments?dry_run=true", {"coins": 5, "reason": "found"}
        )

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert tried.json()["coins_after"] == 105
        assert state() == before


class TestStatement:
    """`GET /players/{id}/entries`."""

    def test_tells_every_change_the_newest_first(self, api: Api, pair: tuple[int, int]) -> None:
        seller, buyer = (str(one) for one in pair)
        trade = {"seller": seller, "buyer": buyer, "goods": 2, "coins": 3}
        sold = api.post(f"{V1}/trades", trade).json()

        statement = api.get(f"{PLAYERS}/{seller}/entries").json()

        assert statement["next"] is None
        assert statement["items"] == [
            {
                "player": seller,
                "number": 2,
                "kind": "sold",
                "coins": 3,
                "goods": -2,
                "coins_after": 103,
                "goods_after": 18,
                "trade": sold["id"],
                "counterparty": buyer,
                "actor": "local",
                "reason": "",
                "at": sold["at"],
            },
            {
                "player": seller,
                "number": 1,
                "kind": "created",
                "coins": 100,
                "goods": 20,
                "coins_after": 100,
                "goods_after": 20,
                "trade": None,
                "counterparty": None,
                "actor": "test",
                "reason": "",
                "at": statement["items"][1]["at"],
            },
        ]

    def test_of_the_buyer_names_the_same_trade(self, api: Api, pair: tuple[int, int]) -> None:
        trade = {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 2, "coins": 3}
        made = api.post(f"{V1}/trades", trade).json()

        bought = api.get(f"{PLAYERS}/{pair[1]}/entries").json()["items"][0]

        assert (bought["kind"], bought["trade"]) == ("bought", made["id"])
        assert (bought["coins"], bought["goods"]) == (-3, 2)
