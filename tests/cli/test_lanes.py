"""Lanes are bounded and independent; requests are read right, and slow bodies are refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.api.ways import Scope, Sent, running, scope_of
from tests.cli.test_streaming import GET
from tradepost import txn
from tradepost.api import problems
from tradepost.config import lanes, rsgi
from tradepost.config.bridge import PROBES, WAITING_FOR_A_THREAD, WAITING_LEAST, Bridge
from tradepost.config.lanes import Lane, LaneFull
from tradepost.config.requests import UNREADABLE, Proxies, Request

POST = replace(GET, method="POST")
SLOW = replace(POST, headers=[("prefer", "wait=5")])
TIMEOUT_S = 60


async def fill(lane: Lane, wait: threading.Event, count: int) -> list[asyncio.Task[str]]:
    """Fill a lane with work that waits for an event."""

    def work() -> str:
        assert wait.wait(TIMEOUT_S)
        return "done"

    tasks = [asyncio.ensure_future(lane.run(work)) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


def test_a_full_lane_refuses_more_and_finishes_accepted_work() -> None:
    async def check() -> None:
        lane, wait = Lane("test", threads=1, waiting_max=2), threading.Event()
        tasks = await fill(lane, wait, 3)
        with pytest.raises(LaneFull):
            await lane.run(lambda: "refused")
        wait.set()
        assert await asyncio.gather(*tasks) == ["done"] * 3
        assert await lane.run(lambda: "room again") == "room again"
        lane.stop()

    asyncio.run(check())


def test_work_that_waited_too_long_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused when the time is over, not when a thread is free."""
    monkeypatch.setattr(lanes, "WAIT_S", 0.01)
    done: list[str] = []

    async def check() -> None:
        lane, wait = Lane("test", threads=1, waiting_max=2), threading.Event()
        tasks = await fill(lane, wait, 1)
        with pytest.raises(LaneFull):
            await lane.run(done.append, "late")
        wait.set()
        assert await asyncio.gather(*tasks) == ["done"]
        lane.stop()

    asyncio.run(check())

    assert done == []


@pytest.mark.parametrize("blocked", [GET, POST, SLOW], ids=["reads", "commands", "slow"])
def test_no_lane_waits_for_another(blocked: Request) -> None:
    """While all threads of one lane are busy and its queue is full, all others answer."""
    wait = threading.Event()

    def application(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
        if environ["PATH_INFO"] == "/blocked":
            assert wait.wait(TIMEOUT_S)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def check() -> None:
        bridge = Bridge(application, threads=4, body_max=1)
        lane = bridge.lane(blocked, b"")
        stuck = replace(blocked, path="/blocked")
        threads = lane.pool._max_workers
        count = threads + max(WAITING_LEAST, threads * WAITING_FOR_A_THREAD)
        tasks = [asyncio.ensure_future(bridge.answer(stuck, b"")) for _ in range(count)]
        await asyncio.sleep(0)
        others = [one for one in (GET, POST, SLOW) if one is not blocked]
        for other in [*others, *(replace(GET, path=probe) for probe in PROBES)]:
            assert (await bridge.answer(other, b"")).status == 200
        with pytest.raises(LaneFull):
            await bridge.answer(blocked, b"")
        wait.set()
        assert {answer.status for answer in await asyncio.gather(*tasks)} == {200}
        bridge.stop()

    asyncio.run(check())


class Slow(Sent):
    """A client that sends the headers of a request, but no body."""

    async def __call__(self) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.django_db(transaction=True)
def test_a_body_that_does_not_arrive_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rsgi, "BODY_S", 0.01)
    scope = scope_of({"REQUEST_METHOD": "POST", "PATH_INFO": "/player/trade", "REMOTE_ADDR": ""})
    slow = Slow((), ends=True)

    with running() as found:
        serving = found.application.__rsgi__(scope, slow)
        asyncio.run_coroutine_threadsafe(serving, found.loop).result(TIMEOUT_S)

    assert slow.status == 408
    assert b"body_too_slow" in slow.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/api/v1/trades", "/player/trade"])
def test_a_full_lane_for_locked_rows_is_busy(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trade was not made, and it is no mistake of ours."""
    is_form = path == "/player/trade"
    body = b"sellID=1&buyID=2&amount=1&price=1"
    body = body if is_form else b'{"seller": "1", "buyer": "2", "goods": 1, "coins": 1}'
    kind = "application/x-www-form-urlencoded" if is_form else "application/json"
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1"}
    headers = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind}
    monkeypatch.setattr(txn, "submit", lambda _unit, notify, ticket: notify([queued(ticket)]))
    monkeypatch.setattr(txn, "is_concluded", lambda _queued: False)

    with running() as found:
        monkeypatch.setattr(found.application.blocked, "_places", threading.Semaphore(0))
        sent = found.ask(scope_of(environ | headers), body)

    assert sent.status == 503
    assert b"Too many requests of this kind are waiting" in sent.content


def queued(ticket: Any) -> Any:
    return SimpleNamespace(ticket=ticket)


@pytest.mark.django_db(transaction=True)
def test_an_error_beside_django_is_answered_and_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[BaseException] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/livez", "REMOTE_ADDR": "127.0.0.1"}

    async def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(problems.logger, "error", lambda *_, exc_info: told.append(exc_info))
    with running() as found:
        monkeypatch.setattr(found.application.django, "answer", fail)
        sent = found.ask(scope_of(environ))

    assert sent.status == 500
    assert b"no room" not in sent.content
    assert [str(error) for error in told] == ["no room"]


def asked(client: str, *headers: tuple[str, str]) -> Scope:
    scope = scope_of({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": client})
    scope.headers._pairs.extend(headers)
    return scope


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "caller"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("203.0.113.7", "127.0.0.1", "203.0.113.7"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_only_a_trusted_proxy_names_the_client(peer: str, forwarded_for: str, caller: str) -> None:
    """Headers of others are ignored, and so are addresses before the last untrusted one."""
    headers = [("x-forwarded-for", forwarded_for), ("x-forwarded-proto", "https")]

    request = Proxies(["10.0.0.0/8"]).request(asked(peer, *headers))

    assert request.caller == caller
    assert request.secure is (peer == "10.0.0.1")


def test_a_header_value_that_is_not_ascii_is_replaced() -> None:
    request = Proxies(()).request(asked("127.0.0.1", ("x-forwarded-for", "é"), ("a", "b")))

    assert ("x-forwarded-for", UNREADABLE) in request.headers
    assert ("a", "b") in request.headers


def test_an_unreadable_key_is_no_request_without_one() -> None:
    request = Proxies(()).request(asked("127.0.0.1", ("authorization", "Bearer é")))

    assert ("authorization", f"Bearer {UNREADABLE}") in request.headers


@pytest.mark.django_db(transaction=True)
def test_large_bodies_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """More is refused before it is read, and small bodies are read all the same."""
    monkeypatch.setattr(rsgi, "LARGE_BODIES_MAX", 20_000)
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/nothing", "REMOTE_ADDR": "127.0.0.1"}

    with running() as found:
        statuses = [
            found.ask(scope_of(environ | {"CONTENT_LENGTH": str(size)}), b"x" * size).status
            for size in (19_000, 21_000, 100, 19_000)
        ]

    assert statuses == [404, 503, 404, 404]
