"""The load client counts exactly, and checks every answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.load import loop
from bench.load.answers import Unreadable, read
from bench.load.mixes import MIXES, draw, draw_purchases
from bench.load.plan import BEGIN, END, Plan, Tally, percentile
from tests.bench.answering import Answering, Asked, Reply, answering

CLIENTS, REQUESTS = 3, 4
ALL = CLIENTS * REQUESTS


def load(server: Answering, dialect: str = "trade", **more: Any) -> Tally:
    """Run a load to its end; each client sends a few requests unless told otherwise."""
    plan: dict[str, Any] = {"mix": "uniform", "players": 9, "seed": 7, "key": "k"}
    plan |= {"clients": CLIENTS, "requests": REQUESTS} | more
    told: list[str] = []
    tally = loop.Load(Plan(port=server.port, dialect=dialect, **plan), told.append).run()
    assert told == [BEGIN, END]
    return tally


def settled(asked: Asked, **other: Any) -> Reply:
    """Return the right answer to a trade, with these changes."""
    return Reply(201, json.dumps(json.loads(asked.body) | {"id": "1-2"} | other).encode())


def test_right_answers_are_counted() -> None:
    """Each request is sent once, with its own key, for a trade that was drawn."""
    with answering(lambda asked, _: settled(asked)) as server:
        tally = load(server)

    assert (tally.requests, tally.trades, tally.total) == (ALL, ALL, ALL)
    assert (tally.failures, tally.in_doubt) == ({}, 0)
    assert 0 < tally.p50_ms <= tally.p99_ms <= tally.longest_ms
    assert server.connections == CLIENTS
    keys = {asked.headers["Idempotency-Key"] for asked in server.asked}
    assert keys == {f"k-{number}" for number in range(1, ALL + 1)}
    sent = [json.loads(asked.body) for asked in server.asked]
    drawn = draw("uniform", players=9, seed=7)[:ALL]
    assert sorted(map(str, sent)) == sorted(
        str({"seller": str(seller), "buyer": str(buyer), "goods": goods, "coins": coins})
        for seller, buyer, goods, coins in drawn
    )


@pytest.mark.parametrize(
    "other", [{"seller": "77"}, {"buyer": 1}, {"goods": 4}, {"coins": None}, {"buyer": None}]
)
def test_another_trade_is_a_failure(other: dict[str, Any]) -> None:
    """The right status is not enough."""
    with answering(
        lambda asked, number: settled(asked, **other) if number % 4 == 0 else settled(asked)
    ) as server:
        tally = load(server)

    assert tally.failures == {"201, another trade": 3}
    assert (tally.requests, tally.total, tally.in_doubt) == (ALL - 3, ALL - 3, 3)
    assert '"id": "1-2"' in tally.examples["201, another trade"]


@pytest.mark.parametrize(("status", "in_doubt"), [(200, 1), (409, 0), (503, 1)])
def test_other_statuses_are_told_apart(status: int, in_doubt: int) -> None:
    """A refused trade did not happen; after a server error or a replay, it may have."""
    with answering(
        lambda asked, number: Reply(status, b"no") if number == 5 else settled(asked)
    ) as server:
        tally = load(server)

    assert tally.failures == {str(status): 1}
    assert tally.examples == {str(status): "no"}
    assert (tally.total, tally.in_doubt) == (ALL - 1, in_doubt)


def test_no_json_is_a_failure() -> None:
    """An HTML page with the right status is a failure."""
    with answering(lambda _asked, _: Reply(201, b"<html>")) as server:
        assert load(server).failures == {"201, no JSON": ALL}


def test_a_server_that_closes_is_connected_to_again() -> None:
    """The client reconnects when the server announces the end of a connection."""
    with answering(lambda _asked, _: Reply(200, b"trade successful", {"Connection": "close"})) as (
        server
    ):
        tally = load(server, "tutorial")

    assert (tally.total, tally.failures) == (ALL, {})
    assert server.connections == ALL


def test_a_connection_for_each_request() -> None:
    """The plan asks for it."""
    with answering(lambda _asked, _: Reply(200, b"trade successful")) as server:
        tally = load(server, "tutorial", close=True)

    assert (tally.total, tally.failures, server.connections) == (ALL, {}, ALL)
    assert {asked.headers["Connection"] for asked in server.asked} == {"close"}


def test_a_server_that_hangs_up_leaves_doubt() -> None:
    """The answer counts as failed, and the trade as in doubt because it may have happened."""
    with answering(
        lambda asked, number: Reply(hangs_up=True) if number % 6 == 0 else settled(asked)
    ) as server:
        tally = load(server)

    assert tally.failures == {"connection closed": 2}
    assert (tally.total, tally.in_doubt) == (ALL - 2, 2)
    assert len(server.asked) == ALL


def test_the_tutorials_answer_is_read() -> None:
    """The reference answers errors with status 200."""
    with answering(
        lambda _asked, number: Reply(200, b"trade successful" if number else b"an error")
    ) as server:
        tally = load(server, "tutorial")

    assert tally.failures == {"200, another text": 1}
    assert server.asked[0].line == "POST /player/trade/ HTTP/1.1"


def test_each_trade_of_a_batch_is_looked_at() -> None:
    """Completed trades of a batch count even if others failed."""

    def reply(asked: Asked, number: int) -> Reply:
        results = [{"status": "done", "trade": one} for one in json.loads(asked.body)["trades"]]
        if number == 1:
            results[2] = {"status": "refused", "problem": {}}
        if number == 2:
            results[0]["trade"] |= {"coins": 100}
        return Reply(200, json.dumps({"results": results[1:] if number == 3 else results}).encode())

    with answering(reply) as server:
        tally = load(server, "batch", batch=5, clients=1, requests=5)

    assert tally.failures == {
        "200, not all done": 1,
        "200, another trade": 1,
        "200, not the trades asked for": 1,
    }
    assert (tally.requests, tally.trades) == (2, 10)
    assert tally.total <= 5 + 4 + 5 + 5
    assert tally.total + tally.in_doubt == 25


@pytest.mark.parametrize(
    ("headers", "said"),
    [({"Transfer-Encoding": "chunked"}, "in chunks"), ({}, "no Content-Length")],
)
def test_answers_without_a_length_are_refused(headers: dict[str, str], said: str) -> None:
    """The error is clear."""
    with (
        answering(lambda _asked, _: Reply(201, b"", headers, tells_length=False)) as server,
        pytest.raises(Unreadable, match=said),
    ):
        load(server)


def test_an_answer_in_pieces() -> None:
    """An answer is read only once it is complete; more bytes are an error."""
    whole = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\ncontent-length: 4\r\n\r\nbody"

    assert [read(whole[:size]) for size in range(len(whole))] == [None] * len(whole)
    assert read(whole) == (201, b"body", False)
    with pytest.raises(Unreadable, match="3 bytes more"):
        read(whole + b"HTT")
    with pytest.raises(Unreadable, match="no HTTP"):
        read(b"SSH-2.0-OpenSSH\r\n\r\n")


def test_an_answer_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The load ends by itself nevertheless."""
    monkeypatch.setattr(loop, "DRAIN_S", 0.05)
    with answering(
        lambda _asked, _: Reply(201, b"", {"Content-Length": "9"}, tells_length=False)
    ) as (server):
        tally = load(server, seconds=0.05)

    assert tally.failures == {"no answer": CLIENTS}
    assert (tally.total, tally.in_doubt) == (0, CLIENTS)


def test_mixes_are_the_same_for_the_same_seed() -> None:
    """Each trade is between players of the mix."""
    for mix in MIXES:
        first = draw(mix, players=5, seed=3, count=400)
        assert first == draw(mix, players=5, seed=3, count=400)
        assert first != draw(mix, players=5, seed=4, count=400)
        assert all(trade.seller != trade.buyer for trade in first)
        pairs = {trade[:2] for trade in first}
        if mix == "hot1":
            assert pairs == {(1, 2)}
        elif mix == "hot":
            assert pairs == {(1, 2), (2, 1)}
        else:
            assert len(pairs) == 20
    with pytest.raises(ValueError, match="no mix 'cold'"):
        draw("cold", players=5, seed=3)


def test_percentiles() -> None:
    """A percentile is the value that this share of all values does not exceed."""
    values = [float(value) for value in range(1, 201)]

    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [100, 198, 200]
    assert percentile([], 0.5) == 0
    assert percentile([3.0], 0.99) == 3


def test_plans_and_tallies_cross_as_json() -> None:
    """They are the same after they were passed between processes."""
    plan = Plan(port=1, dialect="trade", mix="hot", clients=2, players=3, seed=4, key="k")
    tally = Tally(seconds=1.5, requests=2, failures={"500": 1}, examples={"500": "é"})

    assert Plan.from_json(plan.to_json()) == plan
    assert Tally.from_json(tally.to_json()) == tally
    assert tally.failed == 1


def test_purchases_are_the_same_for_the_same_seed() -> None:
    """A flash sale has one product, a shop many; all customers take part."""
    drawn = draw_purchases("flash", customers=50, products=9, seed=1)
    again = draw_purchases("flash", customers=50, products=9, seed=1)
    many = draw_purchases("many", customers=50, products=9, seed=1)

    assert drawn == again
    assert {one.product for one in drawn} == {1}
    assert {one.product for one in many} == set(range(1, 10))
    assert {one.customer for one in drawn} == {one.customer for one in many} == set(range(1, 51))
    with pytest.raises(ValueError, match="no mix 'hot'"):
        draw_purchases("hot", customers=1, products=1, seed=1)


@pytest.mark.parametrize(
    ("answer", "failures"),
    [
        ({"lines": [{"product": "1", "quantity": 0}]}, True),
        ({"customer": "none", "lines": []}, True),
        (None, False),
    ],
)
def test_each_purchase_is_looked_at(answer: dict[str, Any] | None, failures: bool) -> None:
    """An answer with another customer, product or quantity is a failure."""

    def reply(asked: Asked, _number: int) -> Reply:
        body = json.loads(asked.body)
        line = {"product": body["product"], "quantity": body["quantity"]}
        right = {"customer": body["customer"], "lines": [line]}
        return Reply(201, json.dumps(right if answer is None else right | answer).encode())

    with answering(reply) as server:
        tally = load(server, "purchase", mix="flash", requests=3)

    assert tally.failures == ({"201, another purchase": 3 * CLIENTS} if failures else {})
    assert tally.total == (0 if failures else 3 * CLIENTS)
