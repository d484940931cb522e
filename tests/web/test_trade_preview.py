"""The preview of a trade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import text_of
from tradepost.trading.models import BALANCE_MAX, Entry, Player

pytestmark = pytest.mark.django_db
PREVIEW = "/players/trade/preview/"


@pytest.fixture
def terms(enlist: Callable[..., list[int]]) -> dict[str, Any]:
    """The fields of a possible trade."""
    seller, buyer = enlist(2)
    return {"seller": seller, "buyer": buyer, "goods": 3, "coins": 12}


def preview_text(client: Client, **fields: Any) -> str:
    response = client.get(PREVIEW, fields, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    return text_of(response)


def test_tells_both_balances_before_and_after(client: Client, terms: dict[str, Any]) -> None:
    assert preview_text(client, **terms) == (
        f"Buyer: Ann 2 #{terms['buyer']} gives 12 coins, gets 3 goods "
        "100 → 88 coins 20 → 23 goods "
        f"Seller: Ann #{terms['seller']} gives 3 goods, gets 12 coins "
        "100 → 112 coins 20 → 17 goods"
    )
    assert Entry.objects.count() == 2


def test_tells_who_lacks_what_on_both_sides(client: Client, terms: dict[str, Any]) -> None:
    text = preview_text(client, **terms | {"goods": 25, "coins": 112})

    assert "Ann 2 is 12 coins short." in text
    assert "Ann is 5 goods short." in text
    assert "→" not in text


def test_tells_that_a_balance_is_full(client: Client, terms: dict[str, Any]) -> None:
    Player.objects.filter(pk=terms["seller"]).update(coins=BALANCE_MAX)

    assert f"a balance holds {BALANCE_MAX} at most" in preview_text(client, **terms)


def test_tells_what_is_known_of_a_form_half_filled_in(
    client: Client, terms: dict[str, Any]
) -> None:
    text = preview_text(client, buyer=terms["buyer"], goods="x", coins="")

    assert "gives 0 coins, gets 0 goods 100 → 100 coins 20 → 20 goods" in text
    assert "Seller Not chosen yet" in text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Buyer Not chosen yet Seller Not chosen yet"),
        ({"buyer": 99999}, "There is no player 99999."),
        ({"buyer": "9" * 30}, "Buyer Not chosen yet"),
        ({"buyer": "x", "seller": "\0"}, "Seller Not chosen yet"),
        ({"buyer": 5, "seller": " 5"}, "Buyer and seller cannot be the same person."),
    ],
)
def test_says_what_cannot_be(client: Client, fields: dict[str, Any], expected: str) -> None:
    assert expected in preview_text(client, **fields)


def test_is_for_reading_alone(client: Client, terms: dict[str, Any]) -> None:
    assert client.post(PREVIEW, terms).status_code in (403, 405)
    assert Entry.objects.count() == 2
