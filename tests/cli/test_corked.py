"""How many packets uvicorn sends for a response."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.cli.wire import request
from tradepost.cli.server import Worker

HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
OPTIONS = Worker.CONFIG_KWARGS | {"lifespan": "off"}
Respond = Callable[[Any], Any]


class Line(asyncio.Transport):
    """A transport that records each write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        assert not self.is_closed
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        """There is nothing more to read."""

    def resume_reading(self) -> None:
        """There is nothing more to read."""


def written(respond: Respond, *sent: bytes, **options: Any) -> Line:
    """Send bytes to a protocol, and return the transport when they are answered."""

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await respond(send)

    async def run() -> Line:
        config = uvicorn.Config(application, **OPTIONS | options)
        config.load()
        state, line = ServerState(), Line()
        make: Any = config.http_protocol_class
        protocol = make(config=config, server_state=state, app_state={})
        protocol.connection_made(line)
        protocol.data_received(b"".join(sent))
        while state.tasks:
            await asyncio.gather(*state.tasks)
        protocol.connection_lost(ConnectionResetError())
        return line

    return asyncio.run(run())


async def at_once(send: Any) -> None:
    await send(HEAD)
    await send({"type": "http.response.body", "body": b"done"})


GET = request("GET", "/")


def test_an_answer_is_written_at_once() -> None:
    """Negative control: uvicorn's own protocol writes head and body separately."""
    (whole,) = written(at_once, GET).written
    assert whole.startswith(b"HTTP/1.1 200 OK\r\n")
    assert whole.endswith(b"\r\n\r\ndone")
    control = written(at_once, GET, http=HttpToolsProtocol).written
    assert (len(control), b"".join(control)) == (2, whole)


def test_answers_on_one_connection_are_each_written_at_once() -> None:
    """Pipelined requests, too."""
    line = written(at_once, GET, GET, GET)
    assert line.written == written(at_once, GET).written * 3


def test_a_head_whose_body_is_not_ready_is_written_without_it() -> None:
    """A head that is sent early is not delayed until the whole body is ready."""

    async def respond(send: Any) -> None:
        await send(HEAD)
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn
        await send({"type": "http.response.body", "body": b"done"})

    head, body = written(respond, GET).written
    assert (head[-4:], body) == (b"\r\n\r\n", b"done")


def test_a_connection_is_closed_behind_its_answer() -> None:
    """The transport rejects writes after it is closed."""
    line = written(at_once, request("GET", "/", b"", "Connection: close"))
    assert (len(line.written), line.is_closed) == (1, True)
    refused = written(at_once, b"rubbish\r\n\r\n")
    assert (refused.written[0][:12], refused.is_closed) == (b"HTTP/1.1 400", True)
