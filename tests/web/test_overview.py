"""The overview: totals, the audit's result, and the latest activity."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts import empty_cache, place_order, sell, signed_in_client
from tests.web.conftest import messages_of, text_of
from tradepost import txn
from tradepost.access.rights import Role
from tradepost.engines import ErrorClass
from tradepost.trading import players
from tradepost.trading.models import Player
from tradepost.txn import counters
from tradepost.web import audit_cache

__all__ = ["empty_cache"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
# Five sums and counts, and five queries to cache them.
TOTALS = 10
Enlist = Callable[..., list[int]]


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as sent:
        assert client.get(path).status_code == 200
    return len(sent)


def test_empty(client: Client) -> None:
    """It says what to do next, and shows no audit result."""
    said = text_of(client.get("/overview/"))
    for text in (
        "Players 0",
        "Coins 0",
        "Orders 0",
        "Not checked yet",
        "Nobody has run it here",
        "No trades among the newest players.",
        "Nobody has ordered yet.",
    ):
        assert text in said
    assert "claims hold" not in said


def test_totals_are_at_most_a_minute_old(client: Client, enlist: Enlist) -> None:
    """Totals are sums over whole tables, so they are cached, and shown with a time."""
    enlist(2, coins=1200)
    place_order()
    said = text_of(client.get("/overview/"))
    assert "Players 2 Coins 2,400 Goods 40 Products 1 Orders 1 Counted" in said

    enlist(1)
    assert "Players 2 " in text_of(client.get("/overview/"))
    cache.delete(audit_cache.TOTALS)
    assert "Players 3 Coins 2,500 Goods 60" in text_of(client.get("/overview/"))


def test_a_deleted_player_is_shown_by_their_number(client: Client, enlist: Enlist) -> None:
    a, b = enlist(2)
    sell(a, b)
    players.delete(a, actor="test")
    assert client.get("/overview/").context["trades"][0]["seller"] is None
    assert f"{a}-2 {a} Ann 2 1 2" in text_of(client.get("/overview/"))


def test_work_is_shown_by_the_minute(
    client: Client, enlist: Enlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process committed, refused and retried."""
    monkeypatch.setattr(counters, "time", SimpleNamespace(time=lambda: 6000.0))
    tally = counters.Counters()
    tally.note_results([txn.Outcome(1)] * 3)
    tally.note_results([txn.Outcome(1)])
    tally.note_failed(ErrorClass.RETRY)
    tally.note_failed(ErrorClass.BUSY)
    tally.note_failed(ErrorClass.LOST)
    tally.note_failed(ErrorClass.UNKNOWN)
    monkeypatch.setattr(txn, "tally", tally)
    page = client.get("/overview/")

    assert len(page.context["minutes"]) == 10
    assert page.context["minutes"][0] == {
        "committed": 4,
        "refused": 0,
        "transactions": 2,
        "per_transaction": 2.0,
        "conflicts": 1,
        "waited_out": 1,
        "cut_off": 2,
    }
    said = text_of(page)
    assert "this minute 4 0 2 2.0 1 1 2 1 min ago 0 0 0 0.0 0 0 0" in said
    assert "Counted by the process that answered you" in said


def test_what_the_audit_finds_is_shown(client: Client, enlist: Enlist) -> None:
    """Each broken claim, with its breaches."""
    [a, _] = enlist(2)
    Player.objects.filter(pk=a).update(coins=7)
    answer = client.post("/overview/audit/", follow=True)
    assert messages_of(answer)[0].startswith("The audit found something")
    said = text_of(answer)
    assert "No: 2 of" in said
    assert "Ledger and players agree : does not hold." in said
    assert (
        f"player: {a}, entries_counted: 1, last_number: 1, coins: 7, coins_in_ledger: 100" in said
    )
    assert "Yes: all" not in said


def test_an_audit_that_fails_keeps_no_result(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And another audit can start."""

    def fail() -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(audit_cache.report, "audit", fail)
        with pytest.raises(ZeroDivisionError):
            client.post("/overview/audit/")
    assert cache.get(audit_cache.RESULT) is None
    assert messages_of(client.post("/overview/audit/", follow=True))[0].startswith(
        "The audit found nothing"
    )


def test_the_audit_is_for_readers(settings: Any) -> None:
    """It only reads, so viewers may run it; customers may not, and GET does not."""
    settings.LOCAL_MODE = False
    assert signed_in_client("vic", Role.VIEWER).post("/overview/audit/").status_code == 302
    assert signed_in_client("carl").post("/overview/audit/").status_code == 403
    assert Client().post("/overview/audit/")["Location"] == "/account/login/?next=/"
    assert signed_in_client("vi", Role.VIEWER).get("/overview/audit/").status_code == 405


def test_queries(client: Client, enlist: Enlist) -> None:
    """The same number for any data; totals and their caching once a minute."""
    assert queries(client, "/overview/") - queries(client, "/overview/") == TOTALS
    assert queries(client, "/overview/") == 4
    ids = enlist(12)
    for seller, buyer in itertools.pairwise(ids):
        sell(seller, buyer)
    for number in range(12):
        place_order(f"Lamp {number}", stock=3)
    page = client.get("/overview/")
    assert [len(page.context[name]) for name in ("trades", "orders", "low")] == [10, 10, 10]
    assert queries(client, "/overview/") == 6
    cache.delete(audit_cache.TOTALS)
    assert queries(client, "/overview/") == 6 + TOTALS
