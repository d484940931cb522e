"""/api/v1/trades: execute, get, list by player."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost.trading.models import BALANCE_MAX, Player

pytestmark = pytest.mark.django_db

TRADES = "/api/v1/trades"


def terms(pair: tuple[int, int], goods: int = 1, coins: int = 2) -> dict[str, Any]:
    return {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": goods, "coins": coins}


def balances(*ids: int) -> list[tuple[int, int]]:
    found = Player.objects.in_bulk(ids)
    return [(found[one].coins, found[one].goods) for one in ids]


@each_way_in
class TestExecute:
    """`POST /trades`."""

    def test_answers_the_trade_and_both_balances(self, api: Api, pair: tuple[int, int]) -> None:
        made = api.post(TRADES, terms(pair, goods=1, coins=2))

        trade = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == f"{TRADES}/{trade['id']}"
        assert trade == terms(pair, goods=1, coins=2) | {
            "id": f"{pair[0]}-2",
            "at": trade["at"],
            "seller_balance": {"coins": 102, "goods": 19},
            "buyer_balance": {"coins": 98, "goods": 21},
        }
        assert balances(*pair) == [(102, 19), (98, 21)]

    def test_is_found_again_as_it_was(self, api: Api, pair: tuple[int, int]) -> None:
        """Also after a later trade, and after one of them is gone."""
        made = api.post(TRADES, terms(pair))
        api.post(TRADES, terms(pair))
        api.delete(f"/api/v1/players/{pair[1]}")

        assert api.get(made.headers["Location"]).json() == made.json()

    def test_for_nothing_is_a_gift(self, api: Api, pair: tuple[int, int]) -> None:
        assert api.post(TRADES, terms(pair, goods=20, coins=0)).status_code == 201
        assert balances(*pair) == [(100, 0), (100, 40)]

    @pytest.mark.parametrize(
        ("goods", "coins", "code", "who", "facts"),
        [
            (21, 1, "insufficient_goods", 0, {"required": 21, "available": 20}),
            (1, 101, "insufficient_coins", 1, {"required": 101, "available": 100}),
        ],
    )
    def test_needs_enough_of_both(
        self,
        api: Api,
        pair: tuple[int, int],
        goods: int,
        coins: int,
        code: str,
        who: int,
        facts: dict[str, int],
    ) -> None:
        before = state()

        refused = api.post(TRADES, terms(pair, goods, coins))

        told = refused.json()
        assert refused.status_code == 409
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert (told["code"], told["player"], told["retryable"]) == (code, str(pair[who]), False)
        assert {name: told[name] for name in facts} == facts
        assert state() == before

    def test_needs_two_players(self, api: Api, pair: tuple[int, int]) -> None:
        before = state()

        refused = api.post(TRADES, terms((pair[0], pair[0])))

        assert (refused.status_code, refused.json()["code"]) == (422, "same_player")
        assert state() == before

    def test_needs_players_who_are_there(self, api: Api, pair: tuple[int, int]) -> None:
        before, nobody = state(), max(pair) + 1

        for two in ((nobody, pair[1]), (pair[0], nobody)):
            refused = api.post(TRADES, terms(two))
            assert (refused.status_code, refused.json()["player"]) == (404, str(nobody))

        assert state() == before

    def test_fills_no_balance_beyond_its_limit(self, api: Api, pair: tuple[int, int]) -> None:
        grant = {"coins": BALANCE_MAX - 100, "reason": "rich"}
        api.post(f"/api/v1/players/{pair[0]}/adjustments", grant)
        before = state()

        refused = api.post(TRADES, terms(pair, coins=1))

        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "balance_too_large")
        assert (told["required"], told["limit"]) == (BALANCE_MAX + 1, BALANCE_MAX)
        assert state() == before

    def test_tried_only_changes_nothing(self, api: Api, pair: tuple[int, int]) -> None:
        before = state()

        tried = api.post(f"{TRADES}?dry_run=true", terms(pair, goods=1, coins=2))
        refused = api.post(f"{TRADES}?dry_run=true", terms(pair, goods=21))

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert "Location" not in tried.headers
        assert tried.json()["seller_balance"] == {"coins": 102, "goods": 19}
        assert refused.status_code == 409
        assert state() == before


class TestRead:
    """`GET /trades`."""

    @pytest.mark.parametrize(
        "text", ["{seller}-1", "{buyer}-2", "{seller}-3", "{seller}", "1-", "-"]
    )
    def test_what_is_no_trade_is_not_found(
        self, api: Api, pair: tuple[int, int], text: str
    ) -> None:
        """Nor is the buyer's entry, nor one that is no trade."""
        api.post(TRADES, terms(pair))

        found = api.get(f"{TRADES}/{text.format(seller=pair[0], buyer=pair[1])}")

        assert (found.status_code, found.json()["code"]) == (404, "trade_not_found")

    def test_a_players_trades_are_on_either_side(self, api: Api, pair: tuple[int, int]) -> None:
        sold = api.post(TRADES, terms(pair)).json()["id"]
        bought = api.post(TRADES, terms((pair[1], pair[0]))).json()["id"]

        for player in pair:
            listed = api.get(f"{TRADES}?player={player}").json()
            assert [one["id"] for one in listed["items"]] == [bought, sold]
            assert listed["next"] is None

    def test_a_listed_trade_is_the_trade_without_balances(
        self, api: Api, pair: tuple[int, int]
    ) -> None:
        trade = api.post(TRADES, terms(pair)).json()
        del trade["seller_balance"], trade["buyer_balance"]

        for player in pair:
            assert api.get(f"{TRADES}?player={player}").json()["items"] == [trade]

    def test_who_never_traded_has_an_empty_list(self, api: Api, pair: tuple[int, int]) -> None:
        answer = api.get(f"{TRADES}?player={pair[0]}")

        assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})

    def test_a_player_has_to_be_named(self, api: Api) -> None:
        answer = api.get(TRADES)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "query player"
