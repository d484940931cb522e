"""How many statements each route sends: pinned, and the same for 3 rows and for 60."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.commands import COMMANDS, V1, Cast, Command
from tests.api.conftest import Api
from tests.toy import sent as toy
from tradepost.engines import Engine, RowLocks
from tradepost.shop import orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import trades
from tradepost.trading.rules import Terms

pytestmark = pytest.mark.django_db

# What a test's own transaction makes of BEGIN and COMMIT.
# Around a transaction, and its time: with a key, the time comes with the receipt.
FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET LOCAL")
TIMES = ("SELECT clock_timestamp()", "SELECT UTC_TIMESTAMP(6)")
READS = [
    ("/api/v1/players?limit=100", 1),
    ("/api/v1/players/{seller}", 1),
    ("/api/v1/players/{seller}/entries?limit=100", 1),
    ("/api/v1/trades?player={seller}&limit=100", 1),
    ("/api/v1/trades?player={buyer}&limit=100", 1),
    ("/api/v1/trades/{seller}-2", 2),
    ("/api/v1/receipts/none", 1),
    ("/player/{seller}", 1),
    ("/player/limit/100", 1),
    ("/player/count", 1),
    ("/player/page?index=0&size=100", 1),
]
# Lock (rows of one table together, TiDB one by one), update, insert; of each table.
WRITES = {
    "POST /api/v1/players": 2,
    "POST /api/v1/players/batch": 2,
    "PATCH /api/v1/players/{seller}": 3,
    "DELETE /api/v1/players/{seller}": 3,
    "POST /api/v1/players/{seller}/adjustments": 3,
    "POST /api/v1/trades": 3,
    "POST /api/v1/trades/batch": 3,
    "POST /api/v1/customers": 1,
    "PATCH /api/v1/customers/{customer}": 2,
    "DELETE /api/v1/customers/{customer}": 2,
    # With the entry of its price.
    "POST /api/v1/products": 3,
    "PATCH /api/v1/products/{product}": 3,
    "DELETE /api/v1/products/{product}": 2,
    "POST /api/v1/products/{product}/deliveries": 3,
    "POST /api/v1/products/{product}/adjustments": 3,
    "POST /api/v1/orders": 6,
    "POST /api/v1/purchases": 6,
    # Two more: which lines it has now is read before they are locked.
    "PATCH /api/v1/orders/{order}": 8,
    "POST /api/v1/orders/{order}/cancel": 7,
    "POST /player/": 2,
    "POST /player/trade": 3,
}
LOCKS_TWO_ROWS = ("POST /api/v1/trades", "POST /api/v1/trades/batch", "POST /player/trade")
# Claim the key, write the outcome.
KEYED = 2


def sent(call: Callable[[], Any]) -> list[str]:
    """Return the statements that a call sent, without the transaction around them."""
    with toy.sent() as statements:
        call()
    return [one.sql for one in statements if not one.sql.startswith(FRAME) and one.sql not in TIMES]


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize(("path", "count"), READS)
def test_a_read_sends_as_many_for_3_rows_as_for_60(
    api: Api, enlist: Callable[..., list[int]], path: str, count: int, rows: int
) -> None:
    seller, buyer = enlist(rows, goods=100)[:2]
    for _ in range(rows):
        trades.execute(Terms(seller=seller, buyer=buyer, goods=1, coins=0), actor="test")

    statements = sent(lambda: api.get(path.format(seller=seller, buyer=buyer)))

    assert len(statements) == count, statements


@pytest.mark.parametrize("path", ["/api/v1/players/{}/entries", "/api/v1/trades?player={}"])
def test_an_empty_list_asks_whether_there_is_such_a_player(api: Api, path: str) -> None:
    statements = sent(lambda: api.get(path.format(1)))

    assert len(statements) <= 3, statements


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_sends_as_many_among_3_rows_as_among_60(
    api: Api,
    engine: Engine,
    enlist: Callable[..., list[int]],
    cast: Cast,
    command: Command,
    key: str | None,
    rows: int,
) -> None:
    enlist(rows)
    air = products.add("Air", from_cents(0), actor="test").answer.id
    for place in range(rows):
        orders.purchase(Buyer(username=f"ann {place}"), LineRequest(air), actor="test")
    headers = {"Idempotency-Key": key} if key else None

    statements = sent(lambda: api(**command.request(cast), headers=headers))

    one_by_one = engine.row_locks is RowLocks.ROW_BY_ROW and command.name in LOCKS_TWO_ROWS
    expected = WRITES[command.name] + (KEYED if key else 0) + one_by_one
    assert len(statements) == expected, statements


@pytest.mark.parametrize("rows", [3, 60])
def test_many_players_are_written_in_two_statements(api: Api, rows: int) -> None:
    body = {"players": [{}] * rows}

    statements = sent(lambda: api.post(f"{V1}/players/batch", body))

    assert len(statements) == 2, statements
