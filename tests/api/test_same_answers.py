"""The hot routes answer what their views answer, byte by byte, header by header, row by row.

Each request is sent to the served application and, with every row as it was before, through Django.
Nothing in the answers is made alike: the clock stands still, and so does the maker of ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.api import hot_requests as table
from tests.api.conftest import NOW, Api
from tests.api.same import Pair, Ways
from tests.api.ways import Loop, ServedClient
from tests.execution import execute_alone
from tradepost.access.caller import LOCAL
from tradepost.api import hot
from tradepost.api.commands import Reply
from tradepost.txn import Outcome

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "quiet", "still"),
]


@pytest.fixture
def ways(committed: None, loop: Loop, pair: Pair) -> Iterator[Ways]:
    with Ways(loop, pair).counting() as found:
        yield found


def test_what_is_done_or_refused_by_the_business(ways: Ways) -> None:
    assert ways.compare(table.ANSWERED) == []


def test_what_cannot_be_read(ways: Ways) -> None:
    assert ways.compare(table.UNREADABLE) == []


def test_what_is_not_plain(ways: Ways) -> None:
    assert ways.compare(table.ODD) == []


@pytest.mark.parametrize("execution", ["group", "alone"])
def test_however_it_is_executed(
    ways: Ways, monkeypatch: pytest.MonkeyPatch, execution: str
) -> None:
    if execution == "alone":
        execute_alone(monkeypatch)
    plain = {name: request for name, request in table.ANSWERED.items() if "key" in name}

    assert ways.compare(plain | {"plain": table.PLAIN}) == []


@pytest.mark.parametrize("microsecond", [0, 1, 400, 999, 1000, 120000, 999999])
def test_times(ways: Ways, still: SimpleNamespace, microsecond: int) -> None:
    """With a fraction or without one."""
    still.time = NOW.replace(microsecond=microsecond)

    assert ways.compare({"plain": table.PLAIN}) == []


@pytest.mark.parametrize("microsecond", [0, 1, 999, 1000, 999999])
def test_a_trade_has_one_time_wherever_it_is_told(
    pair: Pair, loop: Loop, still: SimpleNamespace, microsecond: int
) -> None:
    """Made alone, in a batch, over either way in; replayed, found again, told by its receipt."""
    # No trade is dated before its players were created.
    still.time = NOW.replace(microsecond=microsecond) + timedelta(seconds=1)
    key = {"Idempotency-Key": "a"}
    terms = {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 1, "coins": 1}
    many = {"trades": [terms | {"key": "a"}, terms | {"key": "b"}]}
    hot, django = Api(ServedClient(loop)), Api()

    made = hot.post(table.TRADES, terms, headers=key)
    results = django.post(f"{table.TRADES}/batch", many).json()["results"]

    times = {
        "hot": made.json()["at"],
        "found": django.get(made.headers["Location"]).json()["at"],
        "replayed": django.post(table.TRADES, terms, headers=key).json()["at"],
        "in a batch": results[0]["trade"]["at"],
        "made in a batch": results[1]["trade"]["at"],
        "receipt": django.get("/api/v1/receipts/a").json()["outcome"]["at"],
        "applied": django.get("/api/v1/receipts/a").json()["applied_at"],
        "listed": django.get(f"{table.TRADES}?player={pair[0]}").json()["items"][0]["at"],
    }
    assert set(times.values()) == {made.json()["at"]}, times


class TestTheComparison:
    """It would find what differs."""

    def test_finds_another_header(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        application = ways.loop.application
        monkeypatch.setitem(application._common, False, application._common[False][1:])

        assert len(ways.compare({"plain": table.PLAIN, "form": table.PLAIN_FORM})) == 2

    def test_finds_another_byte(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        trade = hot.COMMANDS[table.TRADES]

        def present(outcome: Outcome[Any], /, *, dry_run: bool = False) -> Reply:
            reply = trade.present(outcome, dry_run=dry_run)
            return replace(reply, content=reply.content.replace(b": ", b":", 1))

        monkeypatch.setitem(hot.COMMANDS, table.TRADES, replace(trade, present=present))

        assert len(ways.compare({"plain": table.PLAIN})) == 1

    def test_finds_another_row(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        trading = {"plain": table.PLAIN}
        monkeypatch.setattr(hot, "enter", lambda *_: replace(LOCAL, actor="somebody"))
        assert len(ways.compare(trading)) == 1

        monkeypatch.undo()
        monkeypatch.setattr(hot, "idempotency_key", lambda _header: None)
        assert len(ways.compare({"key": table.ANSWERED["key, JSON"]})) == 1

    def test_finds_who_answered(self, ways: Ways) -> None:
        """Both, where it is not as the table says."""
        odd = table.Hot(body=table.PLAIN.body, query="dry_run=true", is_hot=True)
        plain = table.Hot(body=table.PLAIN.body, is_hot=False)

        assert ways.compare({"odd": odd, "plain": plain}) == [
            "odd: answered by Django",
            "plain: answered by hand",
        ]
