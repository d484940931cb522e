"""/api/v1/players: create, list, get, rename, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, state
from tradepost.trading.models import Player

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
PLAYERS = f"{V1}/players"


class TestCreate:
    """`POST /players`."""

    def test_answers_the_player_and_where_to_find_it(self, api: Api) -> None:
        made = api.post(PLAYERS, {"name": "ann", "coins": 7, "goods": 3})

        player = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == f"{PLAYERS}/{player['id']}"
        assert (player["name"], player["coins"], player["goods"]) == ("ann", 7, 3)
        assert player["created_at"] == player["updated_at"]
        assert api.get(made.headers["Location"]).json() == player

    def test_gives_100_coins_and_1_of_the_goods_by_default(self, api: Api) -> None:
        player = api.post(PLAYERS, {}).json()

        assert (player["name"], player["coins"], player["goods"]) == ("", 100, 1)

    def test_answers_ids_as_strings(self, api: Api) -> None:
        """64-bit integers break in JavaScript."""
        player = api.post(PLAYERS, {}).json()

        assert player["id"] == str(Player.objects.get().pk)

    @pytest.mark.parametrize("name", ["😀 Ünïcödé", "' OR 1=1--", "<script>", "🏴‍☠️" * 8])
    def test_keeps_a_name_as_it_is(self, api: Api, name: str) -> None:
        made = api.post(PLAYERS, {"name": name})

        assert made.status_code == 201
        assert api.get(made.headers["Location"]).json()["name"] == name

    def test_reads_json_whatever_its_type_is_said_to_be(self, api: Api) -> None:
        """`curl -d` says that it sends a form."""
        kind = "application/x-www-form-urlencoded"

        assert api.post(PLAYERS, {"name": "ann"}, kind=kind).status_code == 201

    def test_tried_only_changes_nothing(self, api: Api) -> None:
        tried = api.post(f"{PLAYERS}?dry_run=true", {"name": "ann"})

        assert tried.status_code == 200
        assert tried.headers["Dry-Run"] == "true"
        assert "Location" not in tried.headers
        assert (tried.json()["id"], tried.json()["name"]) == (None, "ann")
        assert not any(state())


class TestCreateMany:
    """`POST /players/batch`."""

    def test_answers_them_in_the_order_given(self, api: Api) -> None:
        made = api.post(f"{PLAYERS}/batch", {"players": [{"name": "ann"}, {"coins": 5}]})

        players = made.json()["players"]
        assert made.status_code == 201
        assert [(one["name"], one["coins"]) for one in players] == [("ann", 100), ("", 5)]
        for one in players:
            assert api.get(f"{PLAYERS}/{one['id']}").json() == one

    def test_makes_a_thousand(self, api: Api) -> None:
        made = api.post(f"{PLAYERS}/batch", {"players": [{}] * 1000})

        assert made.status_code == 201
        assert len({one["id"] for one in made.json()["players"]}) == Player.objects.count() == 1000

    @pytest.mark.parametrize("count", [0, 1001])
    def test_makes_neither_none_nor_more(self, api: Api, count: int) -> None:
        refused = api.post(f"{PLAYERS}/batch", {"players": [{}] * count})

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/players"
        assert not any(state())

    def test_makes_all_or_none(self, api: Api) -> None:
        refused = api.post(f"{PLAYERS}/batch", {"players": [{}, {"coins": -1}, {}]})

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/players/1/coins"
        assert not any(state())


class TestRename:
    """`PATCH /players/{id}`."""

    def test_answers_the_player(self, api: Api, pair: tuple[int, int]) -> None:
        path = f"{PLAYERS}/{pair[0]}"

        renamed = api.patch(path, {"name": "bob"})

        assert renamed.status_code == 200
        assert renamed.json()["name"] == "bob"
        assert api.get(path).json() == renamed.json()
        assert api.get(f"{PLAYERS}/{pair[1]}").json()["name"] == ""

    def test_is_an_entry(self, api: Api, pair: tuple[int, int]) -> None:
        api.patch(f"{PLAYERS}/{pair[0]}", {"name": "bob"})

        newest = api.get(f"{PLAYERS}/{pair[0]}/entries").json()["items"][0]
        assert (newest["kind"], newest["reason"], newest["coins"]) == ("edited", "renamed", 0)

    def test_tried_only_changes_nothing(self, api: Api, pair: tuple[int, int]) -> None:
        before = state()

        tried = api.patch(f"{PLAYERS}/{pair[0]}?dry_run=true", {"name": "bob"})

        assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
        assert tried.json()["name"] == "bob"
        assert state() == before


class TestDelete:
    """`DELETE /players/{id}`."""

    def test_answers_the_last_entry_and_keeps_the_ledger(
        self, api: Api, pair: tuple[int, int]
    ) -> None:
        path = f"{PLAYERS}/{pair[0]}"

        deleted = api.delete(path)

        last = deleted.json()
        assert deleted.status_code == 200
        assert (last["player"], last["kind"]) == (str(pair[0]), "deleted")
        assert (last["coins"], last["coins_after"]) == (-100, 0)
        assert api.get(path).status_code == api.delete(path).status_code == 404
        assert api.get(f"{path}/entries").json()["items"][0] == last
        assert api.get(f"{PLAYERS}/{pair[1]}").status_code == 200

    def test_tried_only_changes_nothing(self, api: Api, pair: tuple[int, int]) -> None:
        before = state()

        tried = api.delete(f"{PLAYERS}/{pair[0]}?dry_run=true")

        assert (tried.status_code, tried.json()["kind"]) == (200, "deleted")
        assert state() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/players/{id}", None),
        ("PATCH", "/players/{id}", {"name": "bob"}),
        ("DELETE", "/players/{id}", None),
        ("POST", "/players/{id}/adjustments", {"coins": 1, "reason": "why"}),
        ("GET", "/players/{id}/entries", None),
        ("GET", "/trades?player={id}", None),
        ("PATCH", "/players/{id}?dry_run=true", {"name": "bob"}),
    ],
)
def test_nobody_is_not_found(
    api: Api, pair: tuple[int, int], method: str, path: str, body: Any
) -> None:
    nobody = str(max(pair) + 1)
    before = state()

    answer = api(method, V1 + path.format(id=nobody), body)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (404, "player_not_found")
    assert told["player"] == nobody
    assert state() == before


def test_the_newest_players_are_listed_first(api: Api, enlist: Callable[..., list[int]]) -> None:
    ids = enlist(3)

    listed = api.get(PLAYERS).json()

    assert [one["id"] for one in listed["items"]] == [str(one) for one in reversed(ids)]
    assert listed["items"][0] == api.get(f"{PLAYERS}/{ids[2]}").json()
    assert listed["next"] is None
