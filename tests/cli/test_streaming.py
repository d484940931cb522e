"""A body of unknown length is spooled to a file, until the client disconnects."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tradepost.config.bridge import Answer, Bridge
from tradepost.config.requests import Request

GET = Request(
    method="GET",
    path="/",
    query="",
    http_version="1.1",
    headers=[],
    server="127.0.0.1:8000",
    caller="127.0.0.1",
    secure=False,
)


class Parts:
    """A response in three parts; the client disconnects while the second one is produced."""

    def __init__(self, gone: threading.Event | None = None) -> None:
        self.gone = gone
        self.produced = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in (b"one", b"two", b"three"):
            self.produced += 1
            if self.gone is not None and part == b"two":
                self.gone.set()
            yield part

    def close(self) -> None:
        self.closed += 1


def serve(parts: Parts, *headers: tuple[str, str]) -> tuple[Answer, bytes]:
    """Serve the parts, and return the answer and the spooled part of its body."""

    def application(_environ: dict[str, Any], start_response: Callable[..., None]) -> Parts:
        start_response("200 OK", list(headers))
        return parts

    async def ask() -> tuple[Answer, bytes]:
        answer = await bridge.answer(GET, b"")
        if answer.rest is None:
            return answer, b""
        file = await bridge.spool(answer.rest, parts.gone or threading.Event())
        spooled = file.read_bytes()
        file.unlink()
        return answer, spooled

    bridge = Bridge(application, threads=2, body_max=0)
    try:
        return asyncio.run(ask())
    finally:
        bridge.stop()


def test_a_body_of_unknown_length_is_spooled() -> None:
    parts = Parts()

    _, spooled = serve(parts)

    assert spooled == b"onetwothree"
    assert parts.closed == 1


def test_production_stops_when_the_client_disconnects() -> None:
    parts = Parts(threading.Event())

    _, spooled = serve(parts)

    assert (spooled, parts.produced, parts.closed) == (b"one", 2, 1)


def test_a_body_of_known_length_is_not_spooled() -> None:
    parts = Parts()

    answer, _ = serve(parts, ("Content-Length", "11"))

    assert (answer.content, answer.rest, parts.closed) == (b"onetwothree", None, 1)
