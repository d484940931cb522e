"""A response of unknown length is sent while it is produced."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tradepost.config.threads import WsgiThreads

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [],
}
PATIENCE_S = 30


class Parts:
    """A response in three parts; each is produced when the previous one was sent."""

    def __init__(self) -> None:
        self.sent = threading.Semaphore(1)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in (b"one", b"two", b"three"):
            assert self.sent.acquire(timeout=PATIENCE_S), "the part before was kept back"
            yield part

    def close(self) -> None:
        self.closed += 1


def serve(parts: Parts, *headers: tuple[str, str]) -> list[dict[str, Any]]:
    """Serve the parts, and return what was sent."""
    told: list[dict[str, Any]] = []

    def application(_environ: dict[str, Any], start_response: Callable[..., None]) -> Parts:
        start_response("200 OK", list(headers))
        return parts

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)
        if message.get("body"):
            parts.sent.release()

    threads = WsgiThreads(application, threads=2, body_max=0)
    asyncio.run(threads(SCOPE, receive, send))
    threads.pool.shutdown()
    return told


def test_parts_are_sent_as_they_are_made() -> None:
    parts = Parts()

    told = serve(parts)

    assert [one.get("body") for one in told] == [None, b"", b"one", b"two", b"three", b""]
    assert [one.get("more_body", False) for one in told[1:]] == [True, True, True, True, False]
    assert parts.closed == 1


def test_what_has_a_length_is_sent_at_once() -> None:
    parts = Parts()
    parts.sent.release(2)

    told = serve(parts, ("Content-Length", "11"))

    assert [one.get("body") for one in told] == [None, b"onetwothree"]
    assert parts.closed == 1
