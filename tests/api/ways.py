"""The other way in: the application that `tradepost serve` serves, behind Django's client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from granian.rsgi import ProtocolClosed

from tradepost.config import hot_headers
from tradepost.config.lanes import Lane
from tradepost.config.rsgi import Application, make_application

THREADS = 2
TIMEOUT_S = 60
# What Django's test client calls the machine, where no header says otherwise.
HOST = "testserver"
# Tests that are sent over each way in. As served, threads with connections of their own answer.
BOTH = (
    "client",
    pytest.param("served", marks=pytest.mark.django_db(transaction=True)),
)
HOT_PATHS = ("/api/v1/trades", "/api/v1/purchases", "/player/trade")
each_way_in = pytest.mark.parametrize("api", BOTH, indirect=True)


def over_each_way(argument: str, table: Iterable[Any]) -> pytest.MarkDecorator:
    """Parametrize by commands or slots: those of the hot routes are sent as served too."""
    cases = []
    for one in table:
        cases.append(pytest.param(one, "client", id=one.name))
        if one.path in HOT_PATHS and one.method == "POST":
            marks = pytest.mark.django_db(transaction=True)
            cases.append(pytest.param(one, "served", marks=marks, id=f"{one.name} as served"))
    return pytest.mark.parametrize((argument, "api"), cases, indirect=["api"])


class Headers:
    """A request's headers, in granian's interface."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self.keys())

    def keys(self) -> list[str]:
        return list(dict(self._pairs))

    def items(self) -> list[tuple[str, str]]:
        # granian leaves out values that are not ASCII.
        return [(name, value) for name, value in self._pairs if value.isascii()]


@dataclass(frozen=True)
class Scope:
    """The server's description of a request."""

    method: str
    path: str
    query_string: str
    headers: Headers
    client: str
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"


class Sent:
    """One exchange with a client: the parts of its body, and the response.

    Args:
        ends: Whether the client stays until all parts are sent.
    """

    def __init__(self, parts: tuple[bytes, ...], *, ends: bool) -> None:
        self._parts, self._ends = parts, ends
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.content = b""

    async def __call__(self) -> bytes:
        if not self._ends:
            raise ProtocolClosed
        return b"".join(self._parts)

    async def client_disconnect(self) -> None:
        await asyncio.Event().wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status, "it is answered twice"
        self.status, self.headers, self.content = status, headers, body

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        self.response_bytes(status, headers, Path(file).read_bytes())


class Loop:
    """An event loop in a thread of its own, with an application on it."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.loop = asyncio.new_event_loop()
        application.attach(self.loop)
        self._thread = threading.Thread(target=self.loop.run_forever, name="loop")
        self._thread.start()

    def ask(self, scope: Scope, *parts: bytes, ends: bool = True) -> Sent:
        """Send one request, and return when the application is done with it."""
        return self.begin(scope, *parts, ends=ends)()

    def begin(self, scope: Scope, *parts: bytes, ends: bool = True) -> Callable[[], Sent]:
        """Send one request, and return a function that waits for the answer."""
        sent = Sent(parts, ends=ends)
        task = asyncio.run_coroutine_threadsafe(self.application.__rsgi__(scope, sent), self.loop)

        def wait() -> Sent:
            task.result(TIMEOUT_S)
            return sent

        return wait

    def stop(self) -> None:
        """Close what the application's threads hold, and stop."""
        for lane in [*self.application.django.lanes, self.application.blocked]:
            close_connections(lane)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(TIMEOUT_S)
        self.loop.close()


def close_connections(lane: Lane) -> None:
    """Close the connections of each thread of a lane, then end the threads."""
    threads = lane.pool._max_workers
    together = threading.Barrier(threads)

    def close() -> None:
        together.wait(TIMEOUT_S)
        connections.close_all()

    for closed in [lane.pool.submit(close) for _ in range(threads)]:
        closed.result(TIMEOUT_S)
    lane.stop()


@contextmanager
def running() -> Iterator[Loop]:
    """Run an application, and leave nothing of it behind."""
    with mock.patch.dict(hot_headers.REPLACED, {"tests.repeats.detector": "it looks at views"}):
        loop = Loop(make_application(threads=THREADS))
    try:
        yield loop
    finally:
        loop.stop()


def scope_of(environ: dict[str, Any]) -> Scope:
    """Return the server's description of a request that Django's test client made."""
    headers = {"host": HOST}
    for name, value in environ.items():
        if name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if value:
                headers[name.lower().replace("_", "-")] = value
        # The test client always has one, be it empty.
        elif name.startswith("HTTP_") and (name, value) != ("HTTP_COOKIE", ""):
            headers[name.removeprefix("HTTP_").lower().replace("_", "-")] = value
    return Scope(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query_string=environ.get("QUERY_STRING", ""),
        headers=Headers(list(headers.items())),
        client=f"{environ['REMOTE_ADDR']}:50000",
    )


class ServedClient(Client):
    """Django's test client, sending requests to the served application."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.loop = loop
        self.handler = self._handle  # type: ignore[assignment]

    def _handle(self, environ: dict[str, Any]) -> HttpResponse:
        sent = self.loop.ask(scope_of(environ), environ["wsgi.input"].read())
        response = HttpResponse(sent.content, status=sent.status)
        del response.headers["Content-Type"]
        for name, value in sent.headers:
            response.headers[name] = value
        response.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined]
        return response
