"""What the overview reads and caches, on every engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from tests.web.accounts import empty_cache, place_order, sell
from tests.web.conftest import messages_of, text_of
from tradepost.shop import products
from tradepost.shop.money import from_cents
from tradepost.web import audit_cache
from tradepost.web.views import overview

__all__ = ["empty_cache"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache"), pytest.mark.engine]
Enlist = Callable[..., list[int]]


def test_the_last_trades_and_orders(client: Client, enlist: Enlist) -> None:
    """Ten of each, the latest first; a trade is listed once, although it has two entries."""
    a, b = enlist(2)
    sell(a, b, times=1)
    sell(b, a, times=1)
    one = place_order()
    page = client.get("/overview/")

    assert [found["id"] for found in page.context["trades"]] == [f"{b}-3", f"{a}-2"]
    assert page.context["trades"][0]["seller"] == "Ann 2"
    assert [found.pk for found in page.context["orders"]] == [one.id]
    for link in (f"/trades/{b}-3/", f"/trades/{a}-2/", f"/shop/orders/{one.id}/"):
        assert f'href="{link}"' in page.content.decode()
    assert "ann 25.00 Placed" in text_of(page)


def test_trades_are_those_of_the_newest_players(
    client: Client, enlist: Enlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last two entries of the newest players, and no others."""
    monkeypatch.setattr(overview, "NEWEST_PLAYERS", 2)
    old, older, new = enlist(3)
    enlist(1)
    sell(old, older)
    assert client.get("/overview/").context["trades"] == []
    sell(new, old, times=3)
    page = client.get("/overview/")
    assert [found["id"] for found in page.context["trades"]] == [f"{new}-4", f"{new}-3"]
    assert "Of the 2 players who came last" in text_of(page)


def test_low_stock(client: Client) -> None:
    """Five or fewer, lowest first; without untracked and deleted products."""
    kept = {
        stock: products.add(f"P{stock}", from_cents(1), stock=stock, actor="test").answer.id
        for stock in (6, 5, 0, 3, None)
    }
    gone = products.add("Gone", from_cents(1), stock=1, actor="test").answer.id
    products.delete(gone, actor="test")
    page = client.get("/overview/")
    assert [one.pk for one in page.context["low"]] == [kept[0], kept[3], kept[5]]
    assert "P0 sold out P3 3 left P5 5 left" in text_of(page)


def test_the_audit_is_run_when_asked(client: Client, enlist: Enlist) -> None:
    """Its result is kept, with its time and number of rows."""
    enlist(2)
    answer = client.post("/overview/audit/", follow=True)
    assert answer.redirect_chain == [("/overview/", 302)]
    # Two players, and the entries that created them.
    assert messages_of(answer)[0].startswith(
        "The audit found nothing wrong. It looked at 4 rows in "
    )
    for page in (answer, client.get("/overview/")):
        assert "claims hold The audit looked at 4 rows in" in text_of(page)
        assert "Yes: all" in text_of(page)

    enlist(1)
    assert "looked at 4 rows" in text_of(client.get("/overview/"))


def test_one_audit_at_a_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second audit is not started while one is running."""
    cache.add(audit_cache.RUNNING, "yes", 60)
    monkeypatch.setattr(audit_cache.report, "audit", lambda: pytest.fail("a second audit"))
    answer = client.post("/overview/audit/", follow=True)
    assert messages_of(answer) == ["An audit is under way already; its verdict is here soon."]
    assert "Not checked yet" in text_of(answer)
