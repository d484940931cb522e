"""What the benchmark sends to Nakama, and what it writes into tables directly."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from django.db.models import AutoField, Model

from bench import driver, filling
from bench.load.mixes import draw
from bench.load.peers import identity
from tests.bench.answering import Reply, answering
from tests.bench.test_load import ALL, load
from tradepost.shop.models import Customer, PriceEntry, Product, StockEntry
from tradepost.trading.models import Entry, Player
from tradepost.txn.models import Receipt

OK = Reply(200, b'{"ok":true}')


def test_a_trade_is_sent_to_nakama() -> None:
    """Each is one of those drawn, with the ids that its users have there."""
    with answering(lambda _asked, _: OK) as server:
        tally = load(server, "nakama")
    drawn = draw("uniform", players=9, seed=7)[:ALL]
    sent = [json.loads(asked.body) for asked in server.asked]

    assert (tally.failures, tally.total, tally.trades) == ({}, ALL, ALL)
    assert all("/rpc/peer_trade?" in asked.line for asked in server.asked)
    assert sorted(map(str, sent)) == sorted(
        str({"s": identity(seller), "b": identity(buyer), "q": goods, "p": coins})
        for seller, buyer, goods, coins in drawn
    )


def test_a_batch_is_sent_to_nakama() -> None:
    """One answer acknowledges all of its trades; a server error leaves all of them in doubt."""
    with answering(lambda _asked, number: Reply(500, b"no") if number == 1 else OK) as server:
        tally = load(server, "nakama", batch=5)

    assert tally.failures == {"500": 1}
    assert (tally.total, tally.in_doubt) == (5 * (ALL - 1), 5)
    assert {len(json.loads(asked.body)) for asked in server.asked} == {5}
    assert all("/rpc/peer_batch?" in asked.line for asked in server.asked)


def test_another_answer_of_nakama_is_a_failure() -> None:
    """The status alone is not enough."""
    with answering(lambda _asked, _: Reply(200, b'{"ok":false}')) as server:
        tally = load(server, "nakama")

    assert (tally.failures, tally.total) == ({"200, another answer": ALL}, 0)


def columns(statement: str) -> list[str]:
    """Return the columns that an INSERT names."""
    found = re.search(r"\(([^)]*)\)", statement)
    assert found
    return found[1].split(", ")


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (Player, filling.PLAYER_COLUMNS),
        (Entry, filling.ENTRY_COLUMNS),
        (Customer, filling.CUSTOMER_COLUMNS),
        (Product, filling.PRODUCT_COLUMNS),
        (StockEntry, filling.STOCK_COLUMNS),
        (PriceEntry, filling.PRICE_COLUMNS),
        (Entry, columns(driver.INSERT)),
        (Receipt, columns(driver.RECEIPT)),
    ],
)
def test_every_column_that_has_to_be_written_is(model: type[Model], written: Sequence[str]) -> None:
    """The benchmark writes rows itself; a column that is new fails here, not in a run."""
    # A key of several columns is a field without one.
    fields = [field for field in model._meta.fields if field.column]
    needed = [one for one in fields if not one.null and not isinstance(one, AutoField)]

    assert set(written) <= {one.column for one in fields}
    assert {one.column for one in needed} <= set(written)
