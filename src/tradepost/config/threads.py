"""Runs a WSGI application under an ASGI server, in a pool of threads of a fixed size.

The threads keep their database connections, so the number of connections is bounded, too.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]
Headers = list[tuple[bytes, bytes]]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class Answer:
    """A response that is ready to be sent.

    Attributes:
        content: The whole body, or the part before `rest`.
        rest: The parts of a body of unknown length; they are made while they are sent.
        pool: The threads that make them.
    """

    status: int = 500
    headers: Headers = field(default_factory=list)
    content: bytes = b""
    rest: Iterator[bytes] | None = None
    pool: ThreadPoolExecutor | None = None

    async def send(self, send: Send) -> None:
        more = self.rest is not None
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.content, "more_body": more})
        if self.rest is None:
            return
        loop = asyncio.get_running_loop()
        while (part := await loop.run_in_executor(self.pool, next, self.rest, None)) is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def read(receive: Receive) -> bytes | None:
    """Return a request's body, or None if the client disconnected before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


class WsgiThreads:
    """Runs a WSGI application's requests in threads.

    Args:
        threads: How many requests run at once.
        body_max: In bytes; the body of a request that announces more is not read.
    """

    def __init__(self, application: WsgiApplication, *, threads: int, body_max: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self.body_max = body_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the application refuses a body that was not read."""
        body = await read(receive) if self.reads(scope["headers"]) else b""
        if body is not None:
            await (await self.answer(scope, body)).send(send)

    def reads(self, headers: Headers) -> bool:
        """Return whether the body is read: its length has to be announced and allowed."""
        for name, value in headers:
            if name == b"transfer-encoding":
                return False
            if name == b"content-length" and value.isdigit() and int(value[:40]) > self.body_max:
                return False
        return True

    async def answer(self, scope: Scope, body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._run, environ_of(scope, body))

    def _run(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answer.status = int(status.partition(" ")[0])
            answer.headers = encoded(headers)

        chunks = self.application(environ, start_response)
        if any(name == b"content-length" for name, _ in answer.headers):
            answer.content = b"".join(_until_closed(chunks))
        else:
            answer.rest, answer.pool = _until_closed(chunks), self.pool
        return answer


def _until_closed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a response's parts, and close it in the end."""
    try:
        yield from chunks
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333)."""
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    path = scope.get("raw_path") or scope["path"].encode()
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore would pass for the one that has a hyphen there.
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{separator}{value}" if name in environ else value
    return environ


def encoded(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return headers as the server sends them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
