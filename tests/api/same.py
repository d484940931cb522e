"""Sends the same requests to the served application and Django, and reports differences."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.test import Client

from tests.api.conftest import restore, state
from tests.api.hot_requests import Hot
from tests.api.ways import Headers, Loop, Scope

# What `<s>` and `<b>` in a body stand for: a seller and a buyer, or a customer and a product.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Answered:
    """An answer, and what the request left behind."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes
    rows: list[list[tuple[Any, ...]]]

    def __str__(self) -> str:
        return f"{self.status} {self.headers} {self.content[:300]!r} {self.rows}"[:3000]


class Ways:
    """Sends a request both ways.

    Args:
        restored: Called when every row is as it was before.

    Attributes:
        to_django: How often the application left the last request to Django.
    """

    def __init__(self, loop: Loop, pair: Pair, restored: Callable[[], None] = lambda: None) -> None:
        self.loop = loop
        self.pair = pair
        self.restored = restored
        self.client = Client(raise_request_exception=False)
        self.before = state()
        self.to_django = 0

    def compare(self, requests: Mapping[str, Hot]) -> list[str]:
        """Return what is not as it should be, of each request."""
        wrong = []
        for name, request in requests.items():
            by_hand = self._all(request, self._as_served)
            if request.is_hot is not (self.to_django == 0):
                wrong.append(f"{name}: answered by {'Django' if self.to_django else 'hand'}")
            by_django = self._all(request, self._through_django)
            if by_hand != by_django:
                wrong.append(f"{name}: {by_hand}\n  Django: {by_django}")
        return wrong

    def _all(self, request: Hot, send: Any) -> Answered:
        for earlier in request.before:
            send(earlier)
        self.to_django = 0
        status, headers, content = send(request)
        rows = state()
        if rows != self.before:
            restore(self.before)
            self.restored()
        return Answered(status, sorted(headers), content, rows)

    def _as_served(self, request: Hot) -> tuple[int, list[tuple[str, str]], bytes]:
        body = request.filled(self.pair)
        scope = Scope(
            method=request.method,
            path=request.path,
            query_string=request.query,
            headers=Headers(request.pairs(body)),
            client=f"{request.caller or ''}:50000",
        )
        sent = self.loop.ask(scope, body)
        headers = [(name.lower(), text) for name, text in sent.headers if name != "Server"]
        return sent.status, headers, sent.content

    def _through_django(self, request: Hot) -> tuple[int, list[tuple[str, str]], bytes]:
        body = request.filled(self.pair)
        environ: dict[str, Any] = {}
        for name, text in request.pairs(body):
            key = name.upper().replace("-", "_")
            key = key if key.startswith("CONTENT_") and key != "CONTENT_ENCODING" else f"HTTP_{key}"
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        answer = self.client.request(
            REQUEST_METHOD=request.method,
            PATH_INFO=request.path,
            QUERY_STRING=request.query,
            REMOTE_ADDR=request.caller or "",
            SERVER_NAME="127.0.0.1",
            SERVER_PORT="8000",
            **environ,
            **{"wsgi.input": io.BytesIO(body)},
        )
        headers = [(name.lower(), text) for name, text in answer.headers.items()]
        return answer.status_code, headers, answer.content

    @contextlib.contextmanager
    def counting(self) -> Iterator[Ways]:
        """Count what is left to Django, in the block."""
        django = self.loop.application.django
        answer = django.answer

        async def counted(*arguments: Any) -> Any:
            self.to_django += 1
            return await answer(*arguments)

        with mock.patch.object(django, "answer", counted):
            yield self
