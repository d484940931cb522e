"""The page that shows the status of a request, by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts import signed_in_client
from tests.web.conftest import key_of, text_of
from tradepost import txn
from tradepost.access.rights import Role
from tradepost.shop import customers, orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players, trades
from tradepost.trading.acts import NewPlayer
from tradepost.trading.rules import Terms
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db
Enlist = Callable[..., list[int]]
NOTHING = (
    "Nothing was done under this key (or it is still under way): sending the form again is safe."
)


def key(value: str = "k-1", actor: str = "local") -> txn.Key:
    return txn.Key(actor, value, "form test")


def shown(client: Client, value: str = "k-1") -> str:
    answer = client.get(f"/receipts/{value}/")
    assert answer.status_code == 200
    return text_of(answer)


def link(client: Client, value: str = "k-1") -> str:
    return str(client.get(f"/receipts/{value}/").context["sentence"].path)


def test_nothing(client: Client) -> None:
    """Without a receipt, nothing happened, and the page says so."""
    said = shown(client)
    assert NOTHING in said
    assert "k-1" in said


def test_a_trade(client: Client, enlist: Enlist) -> None:
    """The page shows the trade, with a link."""
    a, b = enlist(2)
    terms = Terms(seller=a, buyer=b, goods=3, coins=50)
    trades.execute(terms, actor="local", key=key())
    said = shown(client)
    assert f"Done, once Player {a} sold 3 goods to player {b} for 50 coins." in said
    assert link(client) == f"/trades/{a}-2/"
    assert client.get(link(client)).status_code == 200


def test_a_form_of_ours(client: Client) -> None:
    """A form's act is found by the form's key."""
    form = client.get("/players/create/")
    value = key_of(form)
    client.post("/players/create/", {"name": "Ann", "coins": 5, "goods": 1, "key": value})
    assert "The player Ann was created." in shown(client, value)


def test_players(client: Client) -> None:
    made = players.create([NewPlayer(coins=1, goods=1)], actor="local", key=key("one"))
    [a] = [one.id for one in made.answer]
    players.create([NewPlayer(coins=1, goods=1)] * 3, actor="local", key=key("three"))
    players.adjust(a, coins=4, goods=0, reason="gift", actor="local", key=key("adjust"))
    players.rename(a, name="Bo", actor="local", key=key("rename"))
    for value, text in {
        "one": f"The player player {a} was created.",
        "adjust": f"The balance of player {a} was changed.",
        "rename": f"Player {a} was renamed.",
    }.items():
        assert text in shown(client, value)
        assert link(client, value) == f"/players/{a}/"
    assert "3 players were created." in shown(client, "three")
    assert link(client, "three") == "/players/"

    players.delete(a, actor="local", key=key("delete"))
    assert f"Player {a} was deleted." in shown(client, "delete")
    assert link(client, "delete") == ""
    assert "Show it" not in shown(client, "delete")
    players.delete_all(up_to=a + 9, actor="local", key=key("all"))
    assert "3 players were deleted." in shown(client, "all")


def test_many_trades(client: Client, enlist: Enlist) -> None:
    a, b = enlist(2)
    terms = [Terms(seller=a, buyer=b, goods=goods, coins=0) for goods in (1, 10_000, 2)]
    trades.execute_batch(terms, whole=False, actor="local", key=key())
    assert "2 of 3 trades were made." in shown(client)


def test_the_shop(client: Client) -> None:
    lamp = products.add("Lamp", from_cents(100), stock=9, actor="local", key=key("add"))
    product = lamp.answer.id
    products.receive(product, 5, actor="local", key=key("receive"))
    bought = orders.purchase(
        Buyer(username="ann"), LineRequest(product), actor="local", key=key("buy")
    )
    order = bought.answer.id
    orders.cancel(order, actor="local", key=key("cancel"))
    customer = customers.register("Bo", username="bo", actor="local", key=key("who")).answer.id
    for value, text, path in (
        ("add", f"Product {product} was added.", f"/shop/products/{product}/"),
        ("receive", f"Stock of product {product} came in.", f"/shop/products/{product}/"),
        ("buy", f"Order {order} was placed.", f"/shop/orders/{order}/"),
        ("cancel", f"Order {order} was cancelled.", f"/shop/orders/{order}/"),
        ("who", f"Customer {customer} was registered.", ""),
    ):
        assert text in shown(client, value)
        assert link(client, value) == path


def test_an_unknown_act(client: Client) -> None:
    """The receipt of an act that no longer exists shows only its time."""
    Receipt.objects.create(
        id=key().receipt_id,
        actor="local",
        key="k-1",
        fingerprint=key().receipt_id,
        act="dance",
        outcome="{}",
        version=1,
        created_at="2026-01-02T03:04:05Z",
    )
    said = shown(client)
    assert "It was done." in said
    assert "2026-01-02 03:04:05 UTC" in said
    # Claimed, but not completed.
    Receipt.objects.update(outcome="")
    assert NOTHING in shown(client)


def test_anothers_key_is_none(enlist: Enlist, settings: Any) -> None:
    """The same text as for an unused key."""
    settings.LOCAL_MODE = False
    a, b = enlist(2)
    terms = Terms(seller=a, buyer=b, goods=1, coins=1)
    trades.execute(terms, actor="user:op", key=key(actor="user:op"))
    own, other = signed_in_client("op", Role.OPERATOR), signed_in_client("other", Role.OPERATOR)
    assert "Done, once" in shown(own)
    assert shown(other).replace("other", "") == shown(other, "k-2").replace("k-2", "k-1").replace(
        "other", ""
    )
    assert NOTHING in shown(other)
    assert Client().get("/receipts/k-1/")["Location"] == "/account/login/?next=/receipts/k-1/"


def test_no_link_to_where_the_caller_may_not_go(enlist: Enlist, settings: Any) -> None:
    """After a change of role, the page has no link to a page that is forbidden now."""
    settings.LOCAL_MODE = False
    a, b = enlist(2)
    terms = Terms(seller=a, buyer=b, goods=1, coins=1)
    trades.execute(terms, actor="user:ex", key=key(actor="user:ex"))
    customer = signed_in_client("ex", Role.CUSTOMER)
    assert "sold 1 goods" in shown(customer)
    assert link(customer) == ""


@pytest.mark.parametrize("value", ["a/b", "ä ö", "%00", "x" * 300, "<script>", "..%2F"])
def test_any_key_can_be_asked_for(client: Client, value: str) -> None:
    """Any text is looked up, and shown escaped."""
    answer = client.get(f"/receipts/{value}/")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().partition("<h1>")[2]


def test_queries(client: Client, enlist: Enlist) -> None:
    """One query, with and without a receipt."""
    a, b = enlist(2)
    trades.execute(Terms(seller=a, buyer=b, goods=1, coins=1), actor="local", key=key())
    for value in ("k-1", "k-2"):
        with CaptureQueriesContext(connection) as sent:
            client.get(f"/receipts/{value}/")
        assert len(sent) == 1
