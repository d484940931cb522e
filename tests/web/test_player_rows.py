"""Rows of the list that a script changes in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import key_of, text_of
from tradepost.trading.models import Player

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def is_part(response: Any) -> bool:
    return "<html" not in response.content.decode()


@pytest.mark.parametrize("act", ["grant", "delete"])
def test_a_form_takes_the_place_of_the_row(
    client: Client, enlist: Callable[..., list[int]], act: str
) -> None:
    (player,) = enlist()

    response = client.get(f"/players/{player}/{act}/", headers=PART)

    content = response.content.decode()
    assert is_part(response)
    assert content.startswith(f'<tr id="player-{player}" class="row-form">')
    assert f'hx-post="/players/{player}/{act}/"' in content
    assert "100 coins and 20 goods." in text_of(response)
    assert content.count("autofocus") == 1


def test_fields_of_two_open_rows_have_names_of_their_own(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    first, second = (
        client.get(f"/players/{player}/grant/", headers=PART).content.decode()
        for player in enlist(2)
    )

    ids = [part.partition('"')[0] for part in (first + second).split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_a_grant_answers_the_row_and_the_message(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    (player,) = enlist()
    fields = {"coins": "5", "goods": "0", "reason": "why", "key": "one"}

    response = client.post(f"/players/{player}/grant/", fields, headers=PART)

    content = response.content.decode()
    assert is_part(response)
    assert content.startswith(f'<tr id="player-{player}">')
    assert '<td class="number">105</td>' in content
    assert 'hx-swap-oob="true"' in content
    assert f"Player {player} has 105 coins and 20 goods now." in text_of(response)


def test_a_refused_grant_answers_the_form_as_it_was_filled_in(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    (player,) = enlist()
    fields = {"coins": "-101", "goods": "3", "reason": "why", "key": "one"}

    response = client.post(f"/players/{player}/grant/", fields, headers=PART)

    assert response.status_code == 200
    assert is_part(response)
    assert "There are 100, so no more than that can be taken." in text_of(response)
    assert 'value="-101"' in response.content.decode()
    assert key_of(response) == "one"
    assert Player.objects.values_list("coins", "goods").get() == (100, 20)


def test_a_deleted_row_leaves_a_message_alone(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    (player,) = enlist()

    response = client.post(f"/players/{player}/delete/", {"key": "one"}, headers=PART)

    assert response.content.decode().lstrip().startswith('<div id="messages"')
    assert f"Player {player} is deleted" in text_of(response)
    assert Player.objects.count() == 0


def test_a_row_is_shown_again(client: Client, enlist: Callable[..., list[int]]) -> None:
    (player,) = enlist()

    response = client.get(f"/players/{player}/row/", headers=PART)

    assert is_part(response)
    assert text_of(response) == f"{player} Ann 100 20 Grant Edit Delete"


def test_players_are_looked_up_by_name(client: Client, enlist: Callable[..., list[int]]) -> None:
    """The first matches, whose ids a script fills in."""
    first, second, *_ = enlist(12)
    enlist(1, name="Bob")

    response = client.get("/players/look-up/", {"q": "an"}, headers=PART)

    content = response.content.decode()
    assert is_part(response)
    assert content.count("data-player") == 8
    assert f'<button type="button" data-player="{first}">Ann ' in content
    assert f"Ann 2 #{second} · 100 coins, 20 goods" in text_of(response)


@pytest.mark.parametrize(
    ("search", "expected"), [("", ""), ("zoe", "No name begins with “zoe”."), ("a" * 33, "")]
)
def test_nobody_is_looked_up(
    client: Client, enlist: Callable[..., list[int]], search: str, expected: str
) -> None:
    enlist(1)

    response = client.get("/players/look-up/", {"q": search}, headers=PART)

    assert response.status_code == 200
    assert text_of(response) == expected


@pytest.mark.parametrize("act", ["grant", "delete"])
def test_who_is_gone_is_reported_above_the_list(client: Client, act: str) -> None:
    """And the row stays."""
    fields = {"coins": "5", "reason": "why"}

    response = client.post(f"/players/1/{act}/", fields, headers=PART)

    assert response.status_code == 404
    assert response.headers["HX-Reswap"] == "none"
    assert text_of(response) == "There is no player 1."
