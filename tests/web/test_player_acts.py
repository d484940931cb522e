"""Creating, editing, granting to and deleting players: done once, with a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import key_of, text_of
from tradepost import txn
from tradepost.audit.report import audit
from tradepost.trading import players, trades
from tradepost.trading.models import BALANCE_MAX, Entry, Player
from tradepost.trading.rules import Balance, Terms

pytestmark = pytest.mark.django_db
DONE_ALREADY = "This was done already; here is the result."


def owned(player_id: int) -> tuple[str, int, int]:
    return Player.objects.values_list("name", "coins", "goods").get(pk=player_id)


def state() -> list[Any]:
    return [list(Player.objects.values_list()), list(Entry.objects.values_list())]


def send(client: Client, path: str, **fields: Any) -> Any:
    """Submit a form as it is shown, with some values changed."""
    form = client.get(path).context["form"]
    shown = {field.html_name: field.value() for field in form if field.value() is not None}
    return client.post(path, shown | fields, follow=True)


def test_a_created_player_is_shown_with_a_link(client: Client) -> None:
    response = send(client, "/players/create/", name="Ann", coins="1234", goods="2")

    player = Player.objects.get()
    assert owned(player.pk) == ("Ann", 1234, 2)
    assert "Ann joins with 1,234 coins and 2 goods." in text_of(response)
    assert f'<a href="/players/{player.pk}/">Ann</a> joins' in response.content.decode()
    assert Entry.objects.get().actor == "local"
    assert audit().holds


def test_a_form_sent_twice_is_done_once_and_says_so(client: Client) -> None:
    key = key_of(client.get("/players/create/"))
    fields = {"name": "Ann", "coins": 1, "goods": 1, "key": key}

    first, second = (client.post("/players/create/", fields, follow=True) for _ in range(2))

    assert Player.objects.count() == 1
    assert DONE_ALREADY not in text_of(first)
    assert f"{DONE_ALREADY} Ann joins with 1 coins and 1 goods." in text_of(second)


def test_a_key_used_for_other_values_is_renewed(client: Client) -> None:
    fields = {"name": "Ann", "coins": 1, "goods": 1, "key": "one"}
    client.post("/players/create/", fields)

    response = client.post("/players/create/", fields | {"name": "Bob"})

    assert response.status_code == 200
    assert "This form was sent before, with other values" in text_of(response)
    assert key_of(response) != "one"
    assert Player.objects.count() == 1
    again = client.post("/players/create/", fields | {"name": "Bob", "key": key_of(response)})
    assert again.status_code == 302
    assert Player.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "a" * 33, "at most 32 characters (it has 33)"),
        ("name", "a\u202eb", "Text takes no control characters"),
        ("name", "a\0b", "Null characters are not allowed."),
        ("coins", "-1", "greater than or equal to 0"),
        ("coins", str(BALANCE_MAX + 1), f"less than or equal to {BALANCE_MAX}"),
        ("coins", "1.5", "Enter a whole number."),
        ("coins", "9" * 5000, "Enter a whole number."),
        ("goods", "", "This field is required."),
        ("key", "no key!", "This form's key cannot be read"),
    ],
)
def test_what_cannot_be_is_shown_beside_its_field(
    client: Client, field: str, value: str, expected: str
) -> None:
    fields = {"name": "Ann", "coins": "1", "goods": "1", "key": "one"} | {field: value}

    response = client.post("/players/create/", fields)

    assert response.status_code == 200
    assert expected in " ".join(response.context["form"].errors[field])
    assert expected in text_of(response)
    assert response.context["form"][field].value() == value
    assert state() == [[], []]


def test_ten_are_made_once(client: Client) -> None:
    key = client.get("/players/").context["bulk"]["key"].value()

    first, second = (
        client.post("/players/bulk-create/", {"key": key}, follow=True) for _ in range(2)
    )

    assert Player.objects.count() == 10
    assert DONE_ALREADY not in text_of(first)
    assert "10 players join." in text_of(first)
    assert f"{DONE_ALREADY} 10 players join." in text_of(second)
    assert set(Player.objects.values_list("coins", "goods")) == {(100, 1)}
    assert audit().holds


def test_an_edit_sets_all_in_one_entry(client: Client, enlist: Callable[..., list[int]]) -> None:
    (player,) = enlist()

    response = send(client, f"/players/{player}/update/", name="Bob", coins="7", goods="300")

    assert owned(player) == ("Bob", 7, 300)
    entry = Entry.objects.get(player_id=player, number=2)
    assert (entry.kind, entry.coins, entry.goods) == ("edited", -93, 280)
    assert "The player is saved." in text_of(response)
    assert audit().holds


def test_an_edit_takes_back_no_trade_that_came_between(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    """Values that were not changed in the form keep their current value."""
    seller, buyer = enlist(2)
    path = f"/players/{seller}/update/"
    shown = client.get(path).context["form"]
    trades.execute(Terms(seller=seller, buyer=buyer, goods=5, coins=30), actor="test")

    fields = {field.html_name: field.value() for field in shown} | {"name": "Bob"}
    client.post(path, fields)

    assert owned(seller) == ("Bob", 130, 15)
    assert audit().holds


def test_an_edit_of_what_was_not_seen_is_refused_once(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    seller, buyer = enlist(2)
    path = f"/players/{seller}/update/"
    fields = {field.html_name: field.value() for field in client.get(path).context["form"]}
    trades.execute(Terms(seller=seller, buyer=buyer, goods=5, coins=30), actor="test")
    before = state()

    refused = client.post(path, fields | {"coins": "200"})

    assert refused.status_code == 200
    assert "It changed while you were here: 130 now, 100 before." in text_of(refused)
    assert state() == before
    form = refused.context["form"]
    again = {field.html_name: field.value() for field in form}
    assert again["coins"] == "200"
    assert client.post(path, again).status_code == 302
    assert owned(seller) == ("Ann", 200, 15)


def test_a_grant_has_a_reason(client: Client, enlist: Callable[..., list[int]]) -> None:
    (player,) = enlist()

    response = send(
        client, f"/players/{player}/grant/", coins="-40", goods="", reason="Broke a vase"
    )

    assert owned(player) == ("Ann", 60, 20)
    entry = Entry.objects.get(player_id=player, number=2)
    assert (entry.kind, entry.coins, entry.reason) == ("adjusted", -40, "Broke a vase")
    assert f"Player {player} has 60 coins and 20 goods now." in text_of(response)
    assert audit().holds


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"reason": ""}, "reason", "This field is required."),
        ({"reason": "a" * 201}, "reason", "at most 200 characters"),
        ({"coins": "-101"}, "coins", "There are 100, so no more than that can be taken."),
        ({"goods": "-21"}, "goods", "There are 20, so no more than that can be taken."),
        ({"coins": str(BALANCE_MAX)}, "coins", "a balance holds"),
        ({"coins": "0"}, "__all__", "The adjustment changes neither coins nor goods."),
        ({"coins": "much"}, "coins", "Enter a whole number."),
    ],
)
def test_a_grant_is_refused_beside_its_field(
    client: Client,
    enlist: Callable[..., list[int]],
    fields: dict[str, str],
    field: str,
    expected: str,
) -> None:
    (player,) = enlist()
    before = state()
    given = {"coins": "1", "goods": "0", "reason": "why", "key": "one"} | fields

    response = client.post(f"/players/{player}/grant/", given)

    assert response.status_code == 200
    assert expected in " ".join(response.context["form"].errors[field])
    assert {name: response.context["form"][name].value() for name in given} == given
    assert state() == before


def test_a_player_is_deleted_once(client: Client, enlist: Callable[..., list[int]]) -> None:
    player, other = enlist(2)
    path = f"/players/{player}/delete/"
    shown = client.get(path)
    assert "100 coins and 20 goods" in text_of(shown)
    fields = {"key": key_of(shown)}

    first, second = (client.post(path, fields, follow=True) for _ in range(2))

    expected = f"Player {player} is deleted, with 100 coins and 20 goods."
    assert expected in text_of(first)
    assert f"{DONE_ALREADY} {expected}" in text_of(second)
    assert list(Player.objects.values_list("pk", flat=True)) == [other]
    assert audit().holds


@pytest.mark.engine
def test_all_are_deleted_who_were_counted(
    client: Client, enlist: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Players created later stay, however often the form is sent."""
    monkeypatch.setattr(players, "DELETED_AT_ONCE", 3)
    enlist(5)
    shown = client.get("/players/delete-all/")
    assert "5 players go" in text_of(shown)
    fields = {"key": key_of(shown), "up_to": shown.context["form"]["up_to"].value()}
    enlist(1, name="Late")

    first, second = (client.post("/players/delete-all/", fields, follow=True) for _ in range(2))

    assert "5 players are deleted." in text_of(first)
    assert f"{DONE_ALREADY} 5 players are deleted." in text_of(second)
    assert [one.name for one in Player.objects.all()] == ["Late"]
    assert audit().holds


def test_too_many_to_delete_at_once_are_deleted_in_turns(
    client: Client, enlist: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(players, "DELETED_AT_ONCE", 2)
    monkeypatch.setattr(players, "DELETIONS_MAX", 2)
    enlist(5)

    first = client.post("/players/delete-all/", {"key": "one"}, follow=True)
    second = client.post("/players/delete-all/", {"key": "one"}, follow=True)

    assert "4 players are deleted, and there are more" in text_of(first)
    assert "1 player is deleted." in text_of(second)
    assert Player.objects.count() == 0


def test_nobody_is_there_to_delete(client: Client) -> None:
    assert "There are no players" in text_of(client.get("/players/delete-all/"))


@pytest.mark.parametrize("act", ["update", "grant", "delete", "row"])
@pytest.mark.parametrize("player", ["1", str(2**63), "9" * 30])
def test_nobody_is_not_found(client: Client, act: str, player: str) -> None:
    response = client.get(f"/players/{player}/{act}/")

    assert response.status_code == 404
    assert f"There is no player {player}." in text_of(response)


def test_what_a_service_sets_is_what_was_wanted(enlist: Callable[..., list[int]]) -> None:
    """Even without the hidden values, which the quickstart's clients do not send."""
    (player,) = enlist()
    outcome = players.edit(player, name="Bob", coins=1, goods=2, actor="test")

    assert (outcome.answer.name, outcome.answer.coins, outcome.answer.goods) == (
        "Bob", 1, 2,
    )  # fmt: skip
    seen = Balance(coins=1, goods=2)
    key = txn.Key("test", "one")
    again = [
        players.edit(player, name="Bob", coins=5, goods=2, seen=seen, actor="test", key=key)
        for _ in range(2)
    ]
    assert [one.replayed for one in again] == [False, True]
    assert owned(player) == ("Bob", 5, 2)


@pytest.mark.parametrize("act", ["update", "grant", "delete"])
@pytest.mark.parametrize("player", ["0", "1"])
def test_a_form_about_nobody_changes_nothing(client: Client, act: str, player: str) -> None:
    fields = {"name": "Ann", "coins": "1", "goods": "1", "reason": "why", "key": "one"}

    assert client.post(f"/players/{player}/{act}/", fields).status_code == 404
    assert not Player.objects.exists()
