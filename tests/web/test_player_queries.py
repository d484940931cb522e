"""The number of queries of the pages of players and trades, for 3 rows and for 60."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.toy.sent import sent
from tradepost.trading import trades
from tradepost.trading.rules import Terms

pytestmark = pytest.mark.django_db
FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT")
PAGES = [
    ("/players/", 1),
    ("/players/?q=Ann&sort=coins&after=99&id=1", 1),
    ("/players/create/", 0),
    ("/players/bulk-create/", 0),
    # The newest id, and the number of players.
    ("/players/delete-all/", 2),
    # The player, the page, the names of other parties, the chart.
    ("/players/{seller}/", 4),
    ("/players/{seller}/?kind=sold", 4),
    ("/players/{seller}/update/", 1),
    ("/players/{seller}/grant/", 1),
    ("/players/{seller}/delete/", 1),
    ("/players/{seller}/row/", 1),
    ("/players/look-up/", 0),
    ("/players/look-up/?q=Ann", 1),
    # The players to choose from, and both sides if they are given.
    ("/players/trade/", 1),
    ("/players/trade/?buyer={buyer}&seller={seller}&goods=1&coins=1", 2),
    ("/players/trade/preview/?buyer={buyer}&seller={seller}&goods=1&coins=1", 1),
    # Both entries, both names.
    ("/trades/{seller}-2/", 3),
]
# Claim and outcome of the receipt; lock, update, insert.
ACTS: list[tuple[str, dict[str, Any], int]] = [
    ("/players/create/", {"name": "Bob", "coins": 1, "goods": 1}, 4),
    ("/players/bulk-create/", {}, 4),
    ("/players/{seller}/update/", {"name": "Bob", "coins": 1, "goods": 1}, 5),
    ("/players/{seller}/grant/", {"coins": 1, "reason": "why"}, 5),
    ("/players/{seller}/delete/", {}, 5),
    ("/players/trade/", {"buyer": "{buyer}", "seller": "{seller}", "goods": 1, "coins": 0}, 5),
    # Besides: the newest id, and the players to delete.
    ("/players/delete-all/", {}, 7),
]


@pytest.fixture(params=[3, 60])
def market(request: pytest.FixtureRequest, enlist: Callable[..., list[int]]) -> dict[str, int]:
    """Create a seller who sold to each of the others."""
    seller, *buyers = enlist(request.param, goods=100)
    for buyer in buyers:
        trades.execute(Terms(seller=seller, buyer=buyer, goods=1, coins=1), actor="test")
    return {"seller": seller, "buyer": buyers[0]}


@pytest.mark.parametrize(("path", "count"), PAGES)
def test_a_page_sends_as_many_for_3_rows_as_for_60(
    client: Client,
    django_assert_num_queries: Any,
    market: dict[str, int],
    path: str,
    count: int,
) -> None:
    with django_assert_num_queries(count):
        response = client.get(path.format(**market))

    assert response.status_code == 200


@pytest.mark.parametrize(("path", "fields", "count"), ACTS)
def test_a_form_sends_as_many_among_3_rows_as_among_60(
    client: Client, market: dict[str, int], path: str, fields: dict[str, Any], count: int
) -> None:
    filled = {name: str(value).format(**market) for name, value in fields.items()}

    with sent() as statements:
        response = client.post(path.format(**market), filled | {"key": "one"})

    assert response.status_code == 302
    real = [one.sql for one in statements if not one.sql.startswith(FRAME)]
    assert len(real) == count, real
