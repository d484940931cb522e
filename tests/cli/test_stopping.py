"""How a server stops: accepted requests are answered, and answered changes are kept."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.served import TIMEOUT_S, Served, served
from tests.cli.wire import Wire, form_trade, request, trade
from tradepost.trading.models import Player
from tradepost.txn.models import Receipt

PLAYERS = '[{"coins":100,"goods":1000},{"coins":100,"goods":1000}]'
LIVE = request("GET", "/livez")
WAITING = 20


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the embedded database's write lock, so that commits wait."""
    writer = sqlite3.connect(data / "tradepost.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def begin_trades(server: Served, kept: contextlib.ExitStack) -> list[Wire]:
    """Send each trade on its own connection, and return when the server has read them."""
    wires = [kept.enter_context(Wire(server.url)) for _ in range(WAITING)]
    for place, wire in enumerate(wires):
        key = f"Idempotency-Key: key-{place}"
        wire.send(form_trade(key) if place % 2 else trade(1, 2, key))
    for _ in range(WAITING):
        with Wire(server.url) as probe:
            assert probe.send(LIVE).answer().status == 200
    return wires


def refused(url: str) -> None:
    """Return when the port is closed."""
    host, port = url.removeprefix("http://").split(":")
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=TIMEOUT_S).close()
        except ConnectionResetError:
            # It was queued when the last listener closed.
            continue
        except ConnectionRefusedError:
            return


def goods(data: Path) -> int:
    """Return how many goods the seller has, from the file."""
    return asked(data, f"SELECT goods FROM {Player._meta.db_table} WHERE id = 1")


def receipts(data: Path) -> int:
    return asked(data, f"SELECT COUNT(*) FROM {Receipt._meta.db_table}")


def asked(data: Path, question: str) -> int:
    with contextlib.closing(sqlite3.connect(data / "tradepost.sqlite3")) as database:
        return int(database.execute(question).fetchone()[0])


@pytest.mark.parametrize("ends", ["SIGTERM", "Ctrl-C"])
def test_trades_that_wait_are_answered(tmp_path: Path, ends: str) -> None:
    """All are answered, answered trades are committed, and new connections are refused."""
    options = ("--threads", "32")
    with (
        served(tmp_path, *options) as server,
        contextlib.ExitStack() as kept,
    ):
        server.post("/player/", PLAYERS)
        with locked(tmp_path):
            wires = begin_trades(server, kept)
            if ends == "SIGTERM":
                server.terminate()
            else:
                os.killpg(server.process.pid, signal.SIGINT)
            refused(server.url)
        answers = [wire.answer() for wire in wires]
        status = server.process.wait(timeout=TIMEOUT_S)
        printed = server.printed()

    assert [one.status for one in answers] == [201, 200] * (WAITING // 2)
    assert goods(tmp_path) == 1000 - WAITING
    assert receipts(tmp_path) == WAITING
    assert status == 0
    assert "Traceback" not in printed


def test_a_second_ctrl_c_waits_for_nobody(tmp_path: Path) -> None:
    """Unanswered requests are cut off, and none is half done."""
    with served(tmp_path, "--threads", "32") as server, contextlib.ExitStack() as kept:
        server.post("/player/", PLAYERS)
        with locked(tmp_path):
            begin_trades(server, kept)
            os.killpg(server.process.pid, signal.SIGINT)
            refused(server.url)
            os.killpg(server.process.pid, signal.SIGINT)
            # While the lock is held: none of them could be answered.
            status = server.process.wait(timeout=TIMEOUT_S)
        printed = server.printed()

    assert (goods(tmp_path), receipts(tmp_path)) == (1000, 0)
    assert status == 0
    assert "Traceback" not in printed


def test_an_idle_connection_does_not_hold_it_up(tmp_path: Path) -> None:
    """It is closed."""
    with served(tmp_path) as server, Wire(server.url) as idle, Wire(server.url) as silent:
        assert idle.send(LIVE).answer().status == 200

        server.terminate()

        assert server.process.wait(timeout=TIMEOUT_S) == 0
        assert idle.ends()
        assert silent.ends()


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """Committed trades are kept; unanswered ones can be sent again."""
    with served(tmp_path) as server:
        server.post("/player/", PLAYERS)
        key = "Idempotency-Key: again"
        with Wire(server.url) as wire:
            first = wire.send(trade(1, 2, key)).answer()
        (worker,) = server.workers

        os.kill(worker, signal.SIGKILL)
        other = other_worker(server, worker)
        with Wire(server.url) as wire:
            again = wire.send(trade(1, 2, key)).answer()
        status = server.interrupt()
        printed = server.printed()

    assert other != worker
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert status == 0
    assert "Traceback" not in printed


def other_worker(server: Served, worker: int) -> int:
    """Return the worker that replaces this one."""
    with Wire(server.url) as probe:
        assert probe.send(LIVE).answer().status == 200
    (other,) = server.workers - {worker}
    return other


def test_workers_without_their_manager_end(tmp_path: Path) -> None:
    """The workers stop, too, at their next check; the end of their output shows it."""
    with served(tmp_path, "--workers", "2", "--threads", "4") as server:
        server.post("/player/", PLAYERS)
        while len(server.workers) < 2:
            server.get("/livez")

        server.process.kill()
        server.process.wait(timeout=TIMEOUT_S)
        printed = server.printed()

        assert not server.is_read
        refused(server.url)
    assert "Traceback" not in printed


def test_two_workers_serve_one_database(tmp_path: Path) -> None:
    """A key that one process used is replayed by the other."""
    key = "Idempotency-Key: again"
    with served(tmp_path, "--workers", "2", "--threads", "4") as server:
        server.post("/player/", PLAYERS)
        answers = []
        for _ in range(40):
            with Wire(server.url) as wire:
                answers.append(wire.send(trade(1, 2, key)).answer())
        status = server.interrupt()
        printed = server.printed()

    assert sorted(one.status for one in answers) == [200] * 39 + [201]
    assert {one.body for one in answers} == {answers[0].body}
    assert goods(tmp_path) == 999
    assert status == 0
    assert "Traceback" not in printed


def test_each_request_is_a_line_of_the_log(tmp_path: Path) -> None:
    with served(tmp_path) as server, Wire(server.url) as wire:
        server.post("/player/", PLAYERS)
        wire.send(trade(1, 2, "X-Request-ID: hot-1")).answer()
        wire.send(form_trade("X-Request-ID: hot-2")).answer()
        wire.send(trade(9, 2, "X-Request-ID: hot-3")).answer()
        wire.send(request("GET", "/livez", b"", "X-Request-ID: cold-1")).answer()
        wire.send(request("PUT", "/api/v1/trades", b"", "X-Request-ID: cold-2")).answer()
        made = wire.send(trade()).answer().headers["x-request-id"]
        assert server.interrupt() == 0
        printed = server.printed()

    line = re.compile(
        r"[-0-9]{10} [:0-9]{8},[0-9]{3} INFO (\S+) tradepost\.request: (.+) [0-9]+\.[0-9]ms"
    )
    told = [found.groups() for text in printed.splitlines() if (found := line.fullmatch(text))]
    assert told[1:] == [
        ("hot-1", "POST /api/v1/trades 201"),
        ("hot-2", "POST /player/trade 200"),
        ("hot-3", "POST /api/v1/trades 404"),
        ("cold-1", "GET /livez 200"),
        ("cold-2", "PUT /api/v1/trades 405"),
        (made, "POST /api/v1/trades 201"),
    ]
