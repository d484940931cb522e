"""The list of players: search, order, pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from tests.web.conftest import text_of
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.models import Player
from tradepost.trading.queries import Sort
from tradepost.web.views import players as views

pytestmark = pytest.mark.django_db
LIST = "/players/"
# Names, coins and goods with many duplicates, which are ordered by id.
FEW = [("b", 5, 1), ("a", 5, 2), ("", 7, 2), ("a", 1, 2), ("B", 5, 1), ("é", 7, 3), ("a", 5, 2)]


@pytest.fixture
def crowd() -> list[int]:
    """Create 130 players: more than two full pages at 50."""
    new = [
        NewPlayer(name=name, coins=coins, goods=goods) for name, coins, goods in (FEW * 19)[:130]
    ]
    return [one.id for one in players.create(new, actor="test").answer]


def pages(client: Client, query: str) -> list[list[Player]]:
    """Return all pages, following the links."""
    found = []
    while query is not None:
        context = client.get(f"{LIST}?{query}").context
        found.append(context["players"])
        query = context["next_query"] or None
    return found


@pytest.mark.engine
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_hold_each_player_once_and_in_order(
    client: Client, crowd: list[int], sort: Sort
) -> None:
    order = {
        Sort.NEWEST: ("-pk",),
        Sort.OLDEST: ("pk",),
        Sort.NAME: ("name", "pk"),
        Sort.COINS: ("-coins", "-pk"),
        Sort.GOODS: ("-goods", "-pk"),
    }[sort]

    found = pages(client, f"sort={sort}")

    assert [len(page) for page in found] == [100, 30]
    assert [one for page in found for one in page] == list(Player.objects.order_by(*order))


@pytest.mark.engine
def test_pages_of_what_was_searched(
    client: Client, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 50)
    wanted = Player.objects.filter(name__istartswith="a").order_by("name", "pk")

    found = pages(client, "q=a&sort=name")

    assert [one for page in found for one in page] == list(wanted)
    assert len(found) == 2


@pytest.mark.engine
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("an", ["Anna", "Ann"]),
        ("Ann ", ["Anna", "Ann"]),
        ("aNN", ["Anna", "Ann"]),
        ("nn", []),
        ("É", ["Émile"]),
    ],
)
def test_search_finds_what_a_name_begins_with(
    client: Client, search: str, expected: list[str]
) -> None:
    new = [NewPlayer(name=name, coins=1, goods=1) for name in ("Ann", "Joann", "Anna", "Émile")]
    players.create(new, actor="test")

    response = client.get(LIST, {"q": search})

    assert [one.name for one in response.context["players"]] == expected
    assert ("Nobody found." in text_of(response)) is (not expected)


@pytest.mark.engine
def test_search_finds_a_number(client: Client, enlist: Callable[..., list[int]]) -> None:
    ids = enlist(3, name="Zoe")

    response = client.get(LIST, {"q": str(ids[1])})

    assert [one.pk for one in response.context["players"]] == [ids[1]]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "9" * 32,
        "q=" + "a" * 33,
        "q=%00",
        "q=a%0Ab",
        "q=%25",
        "q=%5C",
        "sort=worst",
        "sort=coins&after=x&id=1",
        "sort=coins&after=" + "9" * 32 + "&id=1",
        "sort=name&after=%00&id=1",
        "id=0",
        "id=" + "9" * 30,
        "id=x",
        "after=1",
    ],
)
def test_a_senseless_query_is_no_error(
    client: Client, enlist: Callable[..., list[int]], query: str
) -> None:
    enlist(2)

    assert client.get(f"{LIST}?{query}").status_code == 200


def test_what_cannot_be_searched_is_shown_beside_the_field(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    enlist(2)

    response = client.get(LIST, {"q": "a" * 33})

    assert "at most 32 characters (it has 33)" in text_of(response)
    assert f'value="{"a" * 33}"' in response.content.decode()
    assert len(response.context["players"]) == 2


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "There are no players"),
        ("q=ann", "Nobody found."),
        ("sort=oldest&id=99", "There are no more players."),
    ],
)
def test_an_empty_list_says_what_to_do(client: Client, query: str, text: str) -> None:
    response = client.get(f"{LIST}?{query}")

    page_text = text_of(response)
    assert text in page_text
    assert ("There are no players" in page_text) is (query == "")
    assert 'href="/players/create/"' in response.content.decode()


def test_names_are_text_and_not_markup(client: Client, enlist: Callable[..., list[int]]) -> None:
    enlist(name='<b>"&')

    content = client.get(f"{LIST}?q={quote('<b>')}").content.decode()

    assert "&lt;b&gt;&quot;&amp;" in content
    assert "<b>" not in content


def test_who_has_no_name_is_called_by_their_number(
    client: Client, enlist: Callable[..., list[int]]
) -> None:
    (player,) = enlist(name="")

    assert f"player {player}" in text_of(client.get(LIST))


@pytest.mark.parametrize(
    "path", ["/players", "/players/create", "/players/trade", "/players/delete-all"]
)
def test_a_path_answers_without_its_last_slash(client: Client, path: str) -> None:
    assert client.get(path).content.decode().count("<h1>") == 1


def test_a_post_without_the_last_slash_is_no_redirect(client: Client) -> None:
    response = client.post("/players/create", {"name": "Ann", "coins": 1, "goods": 1})

    assert response.headers["Location"] == LIST
    assert Player.objects.count() == 1
