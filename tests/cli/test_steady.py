"""A server under repeated load keeps its number of connections and its memory."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from tests.cli.served import Served, served
from tests.cli.wire import Wire, form_trade, request, trade
from tradepost.config.asgi import BLOCKED_THREADS
from tradepost.engines import Engine
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer

CLIENTS, THREADS, CYCLES = 32, 4, 3
BLOCKED_TRADES = 12
# Those of the threads, those of the blocked units' threads, and the committer's.
CONNECTIONS_MAX = THREADS + BLOCKED_THREADS + 1
NAME = "a-served-tradepost"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Done, or refused as it has to be.
EXPECTED = (200, 201, 400, 404)
GROWTH_MAX = 8 * 1024 * 1024


def load(server: Served, requests: list[bytes], *, times: int) -> None:
    """Send requests from many clients, each on one connection that is kept."""

    def client(_number: int) -> None:
        with Wire(server.url) as wire:
            for _ in range(times):
                for one in requests:
                    answer = wire.send(one).answer()
                    assert answer.status in EXPECTED, answer

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))


@pytest.fixture
def on_postgresql(engine: Engine, committed: None, tmp_path: Path) -> Iterator[Served]:
    """A server on the database of the tests."""
    if engine.name != "postgresql":
        pytest.skip("only PostgreSQL is asked who is connected")
    place = connection.settings_dict
    user, password = quote(place["USER"]), quote(place["PASSWORD"])
    url = f"postgresql://{user}:{password}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    options = ("--threads", str(THREADS))
    with served(tmp_path, *options, DATABASE_URL=url, PGAPPNAME=NAME) as server:
        yield server
        assert server.interrupt() == 0


def connected() -> int:
    """Return how many connections the server has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return int(cursor.fetchone()[0])


@pytest.mark.engine
def test_connections_are_bounded_and_stay(on_postgresql: Served) -> None:
    """Cycles of load on hot and on other routes, with pauses."""
    new = [NewPlayer(coins=100, goods=1_000_000)] * 2
    seller, buyer = (one.id for one in players.create(new, actor="test").answer)
    requests = [
        trade(seller, buyer),
        request("GET", f"/player/{seller}"),
        trade(buyer, seller, "Prefer: wait=5"),
        request("GET", "/api/v1/players"),
    ]
    most, after = 0, []

    for _ in range(CYCLES):
        over = threading.Event()
        loading = threading.Thread(target=_load_and_tell, args=(on_postgresql, requests, over))
        loading.start()
        while not over.is_set():
            most = max(most, connected())
        loading.join()
        after.append(connected())

    # It was seen at work.
    assert 2 <= most <= CONNECTIONS_MAX
    assert after == sorted(after, reverse=True)
    # What was sold was bought back.
    goods = on_postgresql.get(f"/player/{seller}")[1]
    assert b'"goods": 1000000' in goods


@pytest.mark.engine
def test_trades_on_a_locked_row_hold_up_no_view(on_postgresql: Served) -> None:
    """More of them than the server has threads, and each is done once the row is free."""
    new = [NewPlayer(coins=100, goods=100)] * 2
    seller, buyer = (one.id for one in players.create(new, actor="test").answer)
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(Wire(on_postgresql.url)) for _ in range(BLOCKED_TRADES)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM player WHERE id = %s FOR UPDATE", [seller])
            for one in waiting:
                one.send(trade(seller, buyer))
            while blocked_by_us() < BLOCKED_THREADS:
                pass
            assert on_postgresql.get(f"/player/{buyer}")[0] == 200
            # Still while all of them wait.
            assert blocked_by_us() >= BLOCKED_THREADS
        assert [one.answer().status for one in waiting] == [201] * BLOCKED_TRADES


def blocked_by_us() -> int:
    """Return how many of the server's statements wait for a lock of this connection."""
    with connection.cursor() as cursor:
        # Else a transaction sees the same activity all along.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = %s"
            " AND wait_event_type = 'Lock'",
            [NAME],
        )
        return int(cursor.fetchone()[0])


def _load_and_tell(server: Served, requests: list[bytes], over: threading.Event) -> None:
    try:
        load(server, requests, times=5)
    finally:
        over.set()


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc here")
def test_memory_stays(tmp_path: Path) -> None:
    """After a warm-up, thousands of requests take no more memory."""
    requests = [
        trade(),
        form_trade(),
        trade(9, 2),
        form_trade("Idempotency-Key: key-0"),
        request("GET", "/player/1"),
        request("GET", "/api/v1/players"),
        request("POST", "/api/v1/trades", b"{}"),
    ]
    with served(tmp_path) as server:
        server.post("/player/", '[{"coins":1,"goods":1000000},{"coins":1,"goods":1}]')
        (worker,) = server.workers
        load(server, requests, times=10)
        before = resident(worker)
        load(server, requests, times=20)
        after = resident(worker)

    assert after - before < GROWTH_MAX
