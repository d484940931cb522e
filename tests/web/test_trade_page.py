"""The form that makes a trade once, its errors, and the page of a trade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import key_of, text_of
from tradepost.audit.report import audit
from tradepost.trading import players, trades
from tradepost.trading.models import BALANCE_MAX, Entry, Player
from tradepost.trading.rules import Terms
from tradepost.web.views import trades as views

pytestmark = pytest.mark.django_db
TRADE = "/players/trade/"
Enlist = Callable[..., list[int]]


@pytest.fixture
def pair(enlist: Enlist) -> tuple[int, int]:
    """Create a seller and a buyer with 100 coins and 20 goods each."""
    seller, buyer = enlist(2)
    return seller, buyer


@pytest.fixture
def terms(pair: tuple[int, int]) -> dict[str, Any]:
    """The fields of a possible trade."""
    return {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": "3", "coins": "12"}


def balances() -> list[tuple[int, int]]:
    return list(Player.objects.order_by("pk").values_list("coins", "goods"))


def test_a_trade_is_made_once_and_shown_with_a_link(
    client: Client, pair: tuple[int, int], terms: dict[str, Any]
) -> None:
    """A double click, a reload or going back."""
    seller, buyer = pair
    fields = terms | {"key": key_of(client.get(TRADE))}

    first, second = (client.post(TRADE, fields, follow=True) for _ in range(2))

    assert balances() == [(112, 17), (88, 23)]
    expected = f"Player {buyer} buys 3 goods of player {seller} for 12 coins."
    assert expected in text_of(first)
    assert "This was done already" not in text_of(first)
    assert f"This was done already; here is the result. {expected}" in text_of(second)
    for response in (first, second):
        assert response.redirect_chain == [("/players/", 302)]
        assert f'<a href="/trades/{seller}-2/">See the trade</a>' in response.content.decode()
    assert audit().holds


def test_without_a_key_each_is_a_trade(client: Client, terms: dict[str, Any]) -> None:
    """As the quickstart's clients send it."""
    for _ in range(2):
        assert client.post(TRADE, terms).status_code == 302

    assert balances() == [(124, 14), (76, 26)]


@pytest.mark.parametrize(
    ("changed", "field", "expected"),
    [
        ({"coins": "112"}, "coins", "Buyer does not have enough coins. 12 coins short"),
        ({"goods": "21"}, "goods", "Seller does not have enough goods. 1 goods short"),
        ({"buyer": "", "seller": ""}, "buyer", "This field is required."),
        ({"goods": "0"}, "goods", "greater than or equal to 1"),
        ({"goods": "-1"}, "goods", "greater than or equal to 1"),
        ({"coins": "-1"}, "coins", "greater than or equal to 0"),
        ({"coins": "1.5"}, "coins", "Enter a whole number."),
        ({"goods": "many"}, "goods", "Enter a whole number."),
        ({"goods": str(BALANCE_MAX + 1)}, "goods", f"less than or equal to {BALANCE_MAX}"),
        ({"buyer": "99999"}, "buyer", "There is no player 99999."),
        ({"seller": "99999"}, "seller", "There is no player 99999."),
        ({"seller": "9" * 30}, "seller", "There is no player with so high a number."),
        ({"buyer": "ann"}, "buyer", "Enter a whole number."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    client: Client, terms: dict[str, Any], changed: dict[str, str], field: str, expected: str
) -> None:
    before = balances(), Entry.objects.count()
    fields = terms | changed | {"key": "one"}

    response = client.post(TRADE, fields)

    form = response.context["form"]
    assert response.status_code == 200
    assert expected in " ".join(form.errors[field])
    assert expected in text_of(response)
    assert {name: form[name].value() for name in fields} == fields
    for value in filter(None, changed.values()):
        assert f'value="{value}"' in response.content.decode()
    assert (balances(), Entry.objects.count()) == before
    assert client.post(TRADE, terms | {"key": "one"}).status_code == 302


def test_one_cannot_trade_with_oneself(client: Client, terms: dict[str, Any]) -> None:
    response = client.post(TRADE, terms | {"seller": terms["buyer"], "goods": "x"})

    assert response.context["form"].errors == {
        "seller": ["Buyer and seller cannot be the same person."],
        "goods": ["Enter a whole number."],
    }
    assert balances() == [(100, 20)] * 2


def test_a_balance_has_a_limit(client: Client, terms: dict[str, Any]) -> None:
    Player.objects.filter(pk=terms["seller"]).update(coins=BALANCE_MAX)

    response = client.post(TRADE, terms)

    assert "a balance holds" in " ".join(response.context["form"].errors["coins"])
    assert Player.objects.get(pk=terms["buyer"]).coins == 100


@pytest.mark.parametrize("count", [0, 1])
def test_it_takes_two(client: Client, enlist: Enlist, count: int) -> None:
    if count:
        enlist(count)

    response = client.get(TRADE)

    assert response.context["has_enough_players"] is False
    assert "There are not enough players to start a trade" in text_of(response)
    assert 'name="goods"' not in response.content.decode()
    assert 'href="/players/create/"' in response.content.decode()


def test_few_players_are_chosen_and_many_are_named_by_number(
    client: Client, enlist: Enlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHOICES_MAX", 3)
    first, *_ = enlist(3)
    few = client.get(TRADE).content.decode()
    enlist(1)
    many = client.get(TRADE).content.decode()

    assert '<select name="buyer"' in few
    assert f'<option value="{first}">Ann · #{first} · 100 coins, 20 goods</option>' in few
    assert '<input type="number" name="buyer"' in many
    assert "<select" not in many
    for name in ("buyer", "seller"):
        assert f'data-for="id_{name}"' in many
        assert f'data-for="id_{name}"' not in few


def test_a_link_fills_the_form_in(client: Client, terms: dict[str, Any]) -> None:
    response = client.get(TRADE, terms)

    content = response.content.decode()
    assert f'<option value="{terms["buyer"]}" selected>' in content
    assert 'name="coins" value="12"' in content
    assert "form-errors" not in content
    assert balances() == [(100, 20)] * 2


def test_balances_are_shown_without_a_script_and_nothing_is_done(
    client: Client, terms: dict[str, Any]
) -> None:
    response = client.post(TRADE, terms | {"check": "yes", "key": "one"})

    assert response.status_code == 200
    assert "100 → 88 coins 20 → 23 goods" in text_of(response)
    assert key_of(response) == "one"
    assert balances() == [(100, 20)] * 2


def test_a_trade_has_a_page(client: Client, pair: tuple[int, int]) -> None:
    seller, buyer = pair
    trades.execute(Terms(seller=seller, buyer=buyer, goods=3, coins=12), actor="user:eve")
    players.adjust(buyer, coins=500, reason="later", actor="test")

    page_text = text_of(client.get(f"/trades/{seller}-2/"))

    assert "3 goods for 12 coins" in page_text
    assert "by user:eve" in page_text
    assert f"Seller: Ann #{seller}" in page_text
    assert f"Buyer: Ann 2 #{buyer}" in page_text
    assert "Coins +12 112 Goods -3 17" in page_text
    assert "Coins -12 88 Goods +3 23" in page_text


def test_a_gift_is_called_one(client: Client, pair: tuple[int, int]) -> None:
    seller, buyer = pair
    trades.execute(Terms(seller=seller, buyer=buyer, goods=3, coins=0), actor="test")

    assert "3 goods for nothing: a gift" in text_of(client.get(f"/trades/{seller}-2/"))


@pytest.mark.parametrize(
    "trade", ["{seller}-1", "{buyer}-2", "0-0", "1", "x-y", "9" * 19 + "-1", "1-" + "9" * 30]
)
def test_what_is_no_trade_is_not_found(client: Client, pair: tuple[int, int], trade: str) -> None:
    """An entry of another kind or of the buyer is not a trade's id."""
    seller, buyer = pair
    trades.execute(Terms(seller=seller, buyer=buyer, goods=3, coins=0), actor="test")
    name = trade.format(seller=seller, buyer=buyer)

    response = client.get(f"/trades/{name}/")

    assert response.status_code == 404
    assert f"There is no trade '{name}'." in text_of(response)
