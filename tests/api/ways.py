"""The other way in: the ASGI application that `tradepost serve` serves, behind Django's client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from tradepost.config import hot_headers
from tradepost.config.asgi import Application, make_application

THREADS = 2
TIMEOUT_S = 60
# What Django's test client calls the machine, where no header says otherwise.
HOST = "testserver"
# Tests that are sent over each way in. Over ASGI, threads with connections of their own answer.
BOTH = (
    "client",
    pytest.param("asgi", marks=pytest.mark.django_db(transaction=True)),
)
HOT_PATHS = ("/api/v1/trades", "/api/v1/purchases", "/player/trade")
each_way_in = pytest.mark.parametrize("api", BOTH, indirect=True)


def over_each_way(argument: str, table: Iterable[Any]) -> pytest.MarkDecorator:
    """Parametrize by commands or slots: those of the hot routes are sent over ASGI too."""
    cases = []
    for one in table:
        cases.append(pytest.param(one, "client", id=one.name))
        if one.path in HOT_PATHS and one.method == "POST":
            marks = pytest.mark.django_db(transaction=True)
            cases.append(pytest.param(one, "asgi", marks=marks, id=f"{one.name} over ASGI"))
    return pytest.mark.parametrize((argument, "api"), cases, indirect=["api"])


class Sent:
    """What an application answered."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self.messages[0]["headers"]
        ]

    @property
    def content(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


class Loop:
    """An event loop in a thread of its own, with an application on it."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="loop")
        self._thread.start()

    def ask(self, scope: dict[str, Any], *parts: bytes, ends: bool = True) -> Sent:
        """Send one request, and return when the application is done with it."""
        return self.begin(scope, *parts, ends=ends)()

    def begin(self, scope: dict[str, Any], *parts: bytes, ends: bool = True) -> Callable[[], Sent]:
        """Send one request; what is returned waits for the answer.

        Args:
            parts: Of the body.
            ends: Whether the client stays until all of them are sent.
        """
        sent = Sent()
        messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": part, "more_body": True} for part in parts
        ]
        last = {"type": "http.request", "body": b"", "more_body": False}
        messages.append(last if ends else {"type": "http.disconnect"})

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        task = asyncio.run_coroutine_threadsafe(
            self.application(scope, receive, sent.send), self.loop
        )

        def wait() -> Sent:
            task.result(TIMEOUT_S)
            return sent

        return wait

    def stop(self) -> None:
        """Close what the application's threads hold, and stop."""
        pool = self.application.django.pool
        together = threading.Barrier(THREADS)

        def close() -> None:
            together.wait(TIMEOUT_S)
            connections.close_all()

        for closed in [pool.submit(close) for _ in range(THREADS)]:
            closed.result(TIMEOUT_S)
        pool.shutdown()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(TIMEOUT_S)
        self.loop.close()


@contextmanager
def running() -> Iterator[Loop]:
    """Run an application, and leave nothing of it behind."""
    with mock.patch.dict(hot_headers.REPLACED, {"tests.repeats.detector": "it looks at views"}):
        loop = Loop(make_application(threads=THREADS))
    try:
        yield loop
    finally:
        loop.stop()


def wire(text: str) -> bytes:
    """Return a header's value as it is on the wire."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def scope_of(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the ASGI scope of a request that Django's test client made."""
    path = environ["PATH_INFO"].encode("latin-1")
    headers = {"host": HOST}
    for name, value in environ.items():
        if name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            headers[name.lower().replace("_", "-")] = value
        # The test client always has one, be it empty.
        elif name.startswith("HTTP_") and (name, value) != ("HTTP_COOKIE", ""):
            headers[name.removeprefix("HTTP_").lower().replace("_", "-")] = value
    return {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": environ["REQUEST_METHOD"],
        "path": path.decode("utf-8", "replace"),
        "raw_path": quote(path).encode(),
        "query_string": wire(environ.get("QUERY_STRING", "")),
        "headers": [
            (wire(name), wire(value))
            for name, value in headers.items()
            if value or name not in ("content-type", "content-length")
        ],
        "client": (environ["REMOTE_ADDR"], 50_000) if environ["REMOTE_ADDR"] else None,
        "server": ("127.0.0.1", 8000),
    }


class AsgiClient(Client):
    """Django's test client, asking an ASGI application."""

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
