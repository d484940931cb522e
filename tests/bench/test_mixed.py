"""The mixed load: what is read, and what counts as a trade."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from bench.load.dialects import requests
from bench.load.plan import Plan
from tests.bench.answering import Asked, Reply, answering
from tests.bench.test_load import load

KINDS = {
    "mixed": {"players", "player", "products", "entries", "trades"},
    "tutorial mixed": {"list", "player", "count", "trade"},
}
CLIENTS, REQUESTS = 3, 40


def kind(line: str) -> str:
    """Return what a request reads, by the end of its path; a number is a player's ID."""
    last = line.split()[1].rstrip("/").rpartition("/")[2]
    return "player" if last.isdecimal() else last


def reply(asked: Asked, *, read: int = 200) -> Reply:
    """Answer as either server does."""
    if asked.line.startswith("POST"):
        if "/api/" not in asked.line:
            return Reply(200, b"trade successful")
        return Reply(201, json.dumps(json.loads(asked.body) | {"id": "1-2"}).encode())
    path = asked.line.split()[1].rstrip("/").split("/")
    if kind(asked.line) == "player":
        found = path[-1] if "api" in path else int(path[-1])
        return Reply(read, json.dumps({"id": found}).encode())
    page = {"items": [{"player": path[-2]}], "count": 9}
    return Reply(read, json.dumps(page).encode())


@pytest.mark.parametrize("dialect", KINDS)
def test_a_fifth_of_the_requests_trade(dialect: str) -> None:
    """The reads are of each kind alike; the same seed gives the same requests."""
    plan = Plan(port=1, dialect=dialect, mix="uniform", clients=1, players=9, seed=5, key="k")
    made = requests(plan)
    heads = [one.head.decode() for one in made]
    trades = sum(one.trades for one in made)
    found = Counter(kind(head) for head in heads)

    assert heads == [one.head.decode() for one in requests(plan)]
    assert found.keys() == KINDS[dialect]
    assert 0.19 < trades / len(made) < 0.21
    assert trades == sum(head.startswith("POST") for head in heads)
    assert all(count > 0.18 * len(made) for count in found.values())


@pytest.mark.parametrize("dialect", KINDS)
def test_reads_are_requests_and_no_trades(dialect: str) -> None:
    """Each right answer is counted; those to trades alone have to be in the ledger."""
    with answering(lambda asked, _: reply(asked)) as server:
        tally = load(server, dialect, requests=REQUESTS)
    trades = sum(asked.line.startswith("POST") for asked in server.asked)

    assert tally.failures == {}
    assert tally.requests == tally.trades == CLIENTS * REQUESTS
    assert 0 < tally.total == trades < tally.requests
    assert 0 < tally.writes_p99_ms <= tally.longest_ms
    assert 0 < tally.writes_at_once < CLIENTS


@pytest.mark.parametrize("dialect", KINDS)
def test_a_read_that_fails_leaves_no_doubt(dialect: str) -> None:
    """It cannot have changed anything."""
    with answering(lambda asked, _: reply(asked, read=503)) as server:
        tally = load(server, dialect, requests=REQUESTS)

    assert tally.failures == {"503": CLIENTS * REQUESTS - tally.total}
    assert tally.in_doubt == 0


@pytest.mark.parametrize("dialect", KINDS)
def test_another_row_than_asked_for_is_a_failure(dialect: str) -> None:
    """A page without rows, or another player, is no right answer."""
    empty = Reply(200, b'{"items": [], "id": "none", "count": 0}')
    with answering(
        lambda asked, _: reply(asked) if asked.line.startswith("POST") else empty
    ) as server:
        tally = load(server, dialect, requests=REQUESTS)

    assert tally.failures.keys() - {"200, no count"} == {"200, another page", "200, another player"}
    assert tally.requests == tally.total
