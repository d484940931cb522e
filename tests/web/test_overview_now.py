"""The polled part of the overview, which costs little while nothing changes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts import signed_in_client
from tradepost.access.rights import Role
from tradepost.shop import orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players, trades
from tradepost.trading.models import Player
from tradepost.trading.rules import Terms
from tradepost.web.views import overview

pytestmark = pytest.mark.django_db
NOW = "/overview/now/"
# Queries that detect a change, and all queries of the part.
FACTS, ALL = 2, 5


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stop the clock."""
    clock = SimpleNamespace(seconds=6000.0)
    monkeypatch.setattr(overview, "time", SimpleNamespace(time=lambda: clock.seconds))
    return clock


@pytest.fixture
def place(minute: SimpleNamespace, enlist: Callable[..., list[int]]) -> SimpleNamespace:
    """Create two players who traded, and an order."""
    seller, buyer = enlist(2)
    trades.execute(Terms(seller=seller, buyer=buyer, goods=1, coins=2), actor="test")
    lamp = products.add("Lamp", from_cents(1250), stock=20, actor="test").answer.id
    order = orders.purchase(Buyer(username="ann"), LineRequest(lamp), actor="test").answer.id
    return SimpleNamespace(seller=seller, buyer=buyer, lamp=lamp, order=order)


def ask(client: Client, etag: str = "") -> tuple[Any, int]:
    """Request the part; return the response and the number of queries."""
    headers = {"If-None-Match": etag} if etag else {}
    with CaptureQueriesContext(connection) as sent:
        answer = client.get(NOW, headers=headers)
    return answer, len(sent)


def test_what_did_not_change_is_not_sent(client: Client, place: SimpleNamespace) -> None:
    """304 with two queries instead of five; the tag is the same."""
    first, taken = ask(client)
    assert (first.status_code, taken) == (200, ALL)
    assert first["ETag"].startswith('W/"')
    assert first["Cache-Control"] == "private, no-cache"

    for tag in (first["ETag"], first["ETag"].removeprefix("W/"), f'"other", {first["ETag"]}'):
        again, taken = ask(client, tag)
        assert (again.status_code, taken) == (304, FACTS)
        assert again.content == b""
        assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("tag", ['W/"other"', "nonsense", '"', "W/"])
def test_any_other_tag_is_answered(client: Client, place: SimpleNamespace, tag: str) -> None:
    """An unknown or malformed tag returns the part."""
    assert ask(client, tag)[0].status_code == 200


CHANGES: dict[str, Callable[[SimpleNamespace], object]] = {
    "a trade": lambda place: trades.execute(
        Terms(seller=place.buyer, buyer=place.seller, goods=1, coins=0), actor="test"
    ),
    "an order": lambda place: orders.purchase(
        Buyer(username="bob"), LineRequest(place.lamp), actor="test"
    ),
    "a cancelled order": lambda place: orders.cancel(place.order, actor="test"),
    "stock": lambda place: products.adjust(place.lamp, -17, reason="broken", actor="test"),
    "a new player": lambda _: Player.objects.create(name="past the ledger"),
    "a rename past the ledger": lambda place: Player.objects.get(pk=place.seller).save(),
    "a minute": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_sent(
    client: Client, place: SimpleNamespace, minute: SimpleNamespace, change: str
) -> None:
    """Any change of what the part shows: 200 with another tag."""
    first, _ = ask(client)
    CHANGES[change](place)
    minute.seconds += 60 * (change == "a minute")
    second, taken = ask(client, first["ETag"])
    assert (second.status_code, taken) == (200, ALL)
    assert second["ETag"] != first["ETag"]
    assert ask(client, second["ETag"])[0].status_code == 304


def test_the_page_knows_the_tag_of_its_part(client: Client, place: SimpleNamespace) -> None:
    """So the first poll is a 304, too."""
    content = client.get("/overview/").content.decode()
    [given] = re.findall(r'hx-headers="([^"]*)"', content)
    headers = json.loads(html.unescape(given))
    assert list(headers) == ["If-None-Match"]
    assert ask(client, headers["If-None-Match"])[0].status_code == 304
    assert f'hx-get="{NOW}"' in content


def test_the_part_differs_by_who_looks(client: Client, place: SimpleNamespace) -> None:
    """Its links depend on rights, so tags differ between callers."""
    viewer, operator = signed_in_client("vic", Role.VIEWER), signed_in_client("op", Role.OPERATOR)
    tags = {ask(one)[0]["ETag"] for one in (client, viewer, operator)}
    assert len(tags) == 3


def test_the_part_alone(client: Client, place: SimpleNamespace) -> None:
    content = ask(client)[0].content.decode()
    assert "<html" not in content
    assert content.strip().startswith('<div id="now"')
    assert f'href="/trades/{place.seller}-2/"' in content


def test_whoever_signed_out_is_sent_to_sign_in(settings: Any) -> None:
    """The caller is redirected to sign in, and back."""
    settings.LOCAL_MODE = False
    answer = Client().get(
        NOW,
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/overview/"},
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/account/login/?next=/overview/"


def test_a_deleted_player_is_a_change(client: Client, place: SimpleNamespace) -> None:
    first, _ = ask(client)
    players.delete(place.buyer, actor="test")
    assert ask(client, first["ETag"])[0].status_code == 200
