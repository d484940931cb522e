"""Lists: keyset pages, and cursors that nobody can make anything else of."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.conftest import Api
from tradepost.api import cursors
from tradepost.errors import Malformed
from tradepost.trading import players, trades
from tradepost.trading.rules import Terms

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
ROWS = 105


@pytest.fixture
def crowd(enlist: Callable[..., list[int]]) -> list[int]:
    """As many players as make several pages."""
    return enlist(ROWS)


@pytest.fixture
def traders(pair: tuple[int, int]) -> tuple[int, int]:
    """A seller with 105 trades, and one more entry between them."""
    for place in range(ROWS):
        trades.execute(Terms(seller=pair[0], buyer=pair[1], goods=1, coins=0), actor="test")
        players.adjust(pair[0], goods=1, reason=f"after {place}", actor="test")
    return pair


def pages(api: Api, path: str, limit: int) -> Iterator[list[Any]]:
    """Follow a list to its end."""
    cursor = ""
    while True:
        page = api.get(f"{path}limit={limit}{cursor}").json()
        yield page["items"]
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


@pytest.mark.engine
@pytest.mark.parametrize(("limit", "sizes"), [(100, [100, 5]), (35, [35, 35, 35]), (53, [53, 52])])
def test_pages_of_players_hold_each_once(
    api: Api, crowd: list[int], limit: int, sizes: list[int]
) -> None:
    """The newest first; the last page is full or not, and says that it is the last."""
    found = list(pages(api, f"{V1}/players?", limit))

    assert [len(page) for page in found] == sizes
    assert [int(one["id"]) for page in found for one in page] == crowd[::-1]


def test_a_page_is_25_rows_by_default(api: Api, crowd: list[int]) -> None:
    assert len(api.get(f"{V1}/players").json()["items"]) == 25


@pytest.mark.engine
def test_pages_of_a_statement_hold_each_entry_once(api: Api, traders: tuple[int, int]) -> None:
    found = list(pages(api, f"{V1}/players/{traders[0]}/entries?", 100))

    assert [len(page) for page in found] == [100, 100, 11]
    numbers = [one["number"] for page in found for one in page]
    assert numbers == list(range(2 * ROWS + 1, 0, -1))


@pytest.mark.engine
def test_pages_of_trades_hold_each_once(api: Api, traders: tuple[int, int]) -> None:
    """The same trades in the same order from either side; other entries make no gaps."""
    sold, bought = (list(pages(api, f"{V1}/trades?player={player}&", 50)) for player in traders)

    assert [len(page) for page in sold] == [50, 50, 5]
    ids = [one["id"] for page in sold for one in page]
    assert ids == [f"{traders[0]}-{2 * place}" for place in range(ROWS, 0, -1)]
    assert [one["id"] for page in bought for one in page] == ids


@pytest.mark.engine
def test_a_page_does_not_move_when_rows_are_added(
    api: Api, crowd: list[int], enlist: Callable[..., list[int]]
) -> None:
    """That is what the cursor is for: an offset would answer a player twice."""
    first = api.get(f"{V1}/players?limit=10").json()
    enlist(5)

    second = api.get(f"{V1}/players?limit=10&cursor={first['next']}").json()

    assert [int(one["id"]) for one in second["items"]] == crowd[-11:-21:-1]


@pytest.mark.engine
def test_a_cursor_after_the_end_is_an_empty_page(api: Api, crowd: list[int]) -> None:
    for place in (0, 1):
        answer = api.get(f"{V1}/players?cursor={cursors.encode('players', place)}")
        assert answer.json()["items"] == []


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


LISTS = ("/players?", "/players/{seller}/entries?", "/trades?player={seller}&")
BAD_CURSORS = (
    "",
    "x",
    "players:5",
    "%00",
    "é",
    "====",
    "+/+/",
    forged("players"),
    forged("players:"),
    forged("players:-1"),
    forged("players:1.5"),
    forged("players:\u0665"),
    forged("players:5\n"),
    forged("Players:5"),
    forged("players:5:5"),
    forged("players:" + "9" * 20),
    forged("entries 1"),
    forged("trades:1"),
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", BAD_CURSORS)
def test_a_cursor_that_no_list_gave_is_refused(
    api: Api, pair: tuple[int, int], path: str, cursor: str, quiet: None
) -> None:
    answer = api.get(f"{V1}{path.format(seller=pair[0])}cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert "query cursor: it is not one that this list gave" in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(api: Api, traders: tuple[int, int]) -> None:
    """Also of the same list of another player."""
    lists = [
        V1 + path.format(seller=player)
        for player in traders
        for path in ("/players/{seller}/entries?", "/trades?player={seller}&")
    ]
    lists.append(f"{V1}/players?")
    given = [api.get(f"{path}limit=1").json()["next"] for path in lists]

    statuses = [
        [api.get(f"{path}cursor={cursor}").status_code for cursor in given] for path in lists
    ]

    places = range(len(lists))
    assert statuses == [[200 if one == other else 400 for other in places] for one in places]


@pytest.mark.engine
def test_the_largest_place_can_be_asked_for(api: Api, pair: tuple[int, int]) -> None:
    """A forged place beyond every column is no error of the database."""
    for listing, path in (
        ("players", "/players?"),
        (f"entries {pair[0]}", f"/players/{pair[0]}/entries?"),
        (f"trades {pair[0]}", f"/trades?player={pair[0]}&"),
    ):
        for place in (2**63 - 1, 2**63, 10**19 - 1):
            answer = api.get(f"{V1}{path}cursor={cursors.encode(listing, place)}")
            assert answer.status_code == 200


@pytest.mark.parametrize("place", [0, 1, 2**53, 10**19 - 1])
def test_what_was_encoded_is_decoded(place: int) -> None:
    assert cursors.decode(cursors.encode("entries 7", place), "entries 7") == place


def test_a_listing_is_no_pattern() -> None:
    with pytest.raises(Malformed):
        cursors.decode(cursors.encode("entries 7", 1), "entries .")
