"""A player's page: the statement, its filters, pages and download, and the chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import text_of
from tradepost.ledger import statements
from tradepost.trading import players, trades
from tradepost.trading.models import Entry, Player
from tradepost.trading.rules import Terms
from tradepost.web.views.statements import COLUMNS

pytestmark = pytest.mark.django_db
Enlist = Callable[..., list[int]]


def swap(seller: int, buyer: int, **terms: int) -> str:
    """Trade, and return the trade's id."""
    terms = {"goods": 2, "coins": 30} | terms
    one = trades.execute(Terms(seller=seller, buyer=buyer, **terms), actor="test").answer
    return f"{one.seller}-{one.number}"


def rows_of(response: Any) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_each_entry_is_shown_with_the_balance_after_it(client: Client, enlist: Enlist) -> None:
    ann, bob = enlist(2)
    sold, bought = swap(ann, bob), swap(bob, ann, goods=1, coins=5)
    players.adjust(ann, coins=-7, reason="Broke a vase", actor="user:eve")

    response = client.get(f"/players/{ann}/")

    lines = [
        (line.entry.number, line.label, line.entry.coins, line.entry.coins_after, line.trade)
        for line in response.context["lines"]
    ]
    assert lines == [
        (4, "Granted", -7, 118, ""),
        (3, "Bought", -5, 125, bought),
        (2, "Sold", 30, 130, sold),
        (1, "Created", 100, 100, ""),
    ]
    content = response.content.decode()
    assert f'<a href="/trades/{sold}/">Sold</a>' in content
    assert f'<a href="/players/{bob}/">Ann 2' in content
    assert "user:eve Broke a vase" in text_of(response)
    assert response.context["player"] == Player.objects.get(pk=ann)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("trades", [3, 2]),
        ("sold", [2]),
        ("bought", [3]),
        ("grants", [4]),
        ("edits", [5, 1]),
        ("nonsense", [5, 4, 3, 2, 1]),
    ],
)
def test_a_statement_is_narrowed_to_kinds(
    client: Client, enlist: Enlist, kind: str, numbers: list[int]
) -> None:
    ann, bob = enlist(2)
    swap(ann, bob)
    swap(bob, ann)
    players.adjust(ann, coins=1, reason="why", actor="test")
    players.rename(ann, name="Anna", actor="test")

    response = client.get(f"/players/{ann}/", {"kind": kind})

    assert [line.entry.number for line in response.context["lines"]] == numbers


def test_a_kind_without_entries_says_so(client: Client, enlist: Enlist) -> None:
    (ann,) = enlist()

    assert "There are no such entries." in text_of(client.get(f"/players/{ann}/?kind=sold"))


def test_a_long_statement_has_pages(client: Client, enlist: Enlist) -> None:
    ann, bob = enlist(2, goods=200)
    for _ in range(119):
        swap(ann, bob, goods=1, coins=0)

    found, query = [], ""
    while query is not None:
        context = client.get(f"/players/{ann}/?{query}").context
        found.append([line.entry.number for line in context["lines"]])
        query = context["older"] or None

    assert [len(page) for page in found] == [100, 20]
    assert [number for page in found for number in page] == list(range(120, 0, -1))


def test_the_chart_draws_what_its_text_says(client: Client, enlist: Enlist) -> None:
    ann, bob = enlist(2)
    swap(ann, bob)
    swap(bob, ann, goods=1, coins=5)

    response = client.get(f"/players/{ann}/")

    chart = [row[:3] for row in response.context["chart"]]
    assert chart == [(1, 100, 20), (2, 130, 18), (3, 125, 19)]
    assert (
        "Over the last 3 entries, coins were between 100 and 130, 125 now, "
        "goods were between 18 and 20, 19 now."
    ) in text_of(response)
    assert '<script id="chart-data" type="application/json">' in response.content.decode()


def test_the_chart_draws_the_newest_entries_alone(
    client: Client, enlist: Enlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepost.web.views.statements.CHART_ENTRIES", 3)
    ann, bob = enlist(2)
    for _ in range(5):
        swap(ann, bob, goods=1, coins=1)

    chart = client.get(f"/players/{ann}/").context["chart"]

    assert [row[0] for row in chart] == [4, 5, 6]


def test_one_entry_is_no_chart(client: Client, enlist: Enlist) -> None:
    (ann,) = enlist()

    content = client.get(f"/players/{ann}/").content.decode()

    assert "chart-data" not in content
    assert "uplot" not in content.replace("uplot-1.6.32.min.css", "")


def test_who_was_written_past_the_ledger_has_a_page(client: Client) -> None:
    player = Player.objects.create(name="Ann", coins=7)

    response = client.get(f"/players/{player.pk}/")

    assert response.status_code == 200
    assert "No entries yet." in text_of(response)
    assert client.get(f"/players/{player.pk}/?kind=sold").status_code == 200
    assert rows_of(client.get(f"/players/{player.pk}/statement.csv")) == []


def test_who_is_gone_leaves_the_statement(client: Client, enlist: Enlist) -> None:
    ann, bob = enlist(2)
    trade = swap(ann, bob)
    players.delete(bob, actor="test")

    gone = client.get(f"/players/{bob}/")

    assert gone.status_code == 404
    assert f"Player {bob} is gone" in text_of(gone)
    assert [line.label for line in gone.context["lines"]] == ["Deleted", "Bought", "Created"]
    assert f"player {bob} (gone)" in text_of(client.get(f"/players/{ann}/"))
    assert f"player {bob} (gone)" in text_of(client.get(f"/trades/{trade}/"))
    assert client.get(f"/players/{bob}/?kind=grants").status_code == 404
    assert len(rows_of(client.get(f"/players/{bob}/statement.csv"))) == 3


@pytest.mark.parametrize(
    "path", ["/players/{}/", "/players/{}/?kind=sold", "/players/{}/statement.csv"]
)
@pytest.mark.parametrize("player", [1, 2**63, 10**30])
def test_who_never_was_is_not_found(client: Client, path: str, player: int) -> None:
    response = client.get(path.format(player))

    assert response.status_code == 404
    assert f"There is no player {player}." in text_of(response)


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "0" * 5000, "2\u00b2", ""])
def test_a_senseless_page_is_the_first(client: Client, enlist: Enlist, before: str) -> None:
    (ann,) = enlist()

    response = client.get(f"/players/{ann}/", {"before": before})

    assert [line.entry.number for line in response.context["lines"]] == [1]


@pytest.mark.engine
def test_the_download_has_every_entry(
    client: Client, enlist: Enlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oldest first, in pages of any size."""
    monkeypatch.setitem(statements.each_page.__kwdefaults__, "size", 2)
    ann, bob = enlist(2)
    sold = swap(ann, bob)
    swap(bob, ann, goods=1, coins=5)
    players.adjust(ann, goods=-7, reason='Broke a "vase", twice', actor="user:eve")

    response = client.get(f"/players/{ann}/statement.csv")

    assert response.streaming
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="player-{ann}-statement.csv"' in response.headers["Content-Disposition"]
    rows = rows_of(response)
    assert tuple(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[1] == {
        "number": "2",
        "time": Entry.objects.get(player_id=ann, number=2).at.isoformat(),
        "kind": "sold",
        "other party": str(bob),
        "name of other party": "Ann 2",
        "coins": "30",
        "goods": "-2",
        "coins after": "130",
        "goods after": "18",
        "trade": sold,
        "actor": "test",
        "reason": "",
    }
    assert rows[3]["goods"] == "-7"
    assert rows[3]["reason"] == 'Broke a "vase", twice'


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(client: Client, enlist: Enlist, first: str) -> None:
    evil = f'{first}HYPERLINK("http://evil","x")'
    (ann,) = enlist()
    (bob,) = enlist(name="Bob")
    swap(ann, bob)
    Player.objects.filter(pk=bob).update(name=evil)
    players.adjust(ann, coins=1, reason=evil, actor=evil)

    rows = rows_of(client.get(f"/players/{ann}/statement.csv"))

    assert rows[1]["name of other party"] == f"'{evil}"
    assert (rows[2]["reason"], rows[2]["actor"]) == (f"'{evil}", f"'{evil}")
