"""A small HTTP server that gives scripted answers and records requests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """A request that was received."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answering:
    """A running server.

    Attributes:
        connections: The number of connections made.
    """

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


@dataclass
class Reply:
    """An answer; with `hangs_up`, the connection is closed without one."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    tells_length: bool = True


@contextlib.contextmanager
def answering(reply: Callable[[Asked, int], Reply]) -> Iterator[Answering]:
    """Serve; `reply` is called with a request and the number of requests before it."""
    state, lock = Answering(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave in one packet, to avoid waiting for a delayed acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            with lock:
                state.connections += 1

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(self.requestline, dict(self.headers.items()), self.rfile.read(length))
            with lock:
                number = len(state.asked)
                state.asked.append(asked)
            self._answer(reply(asked, number))

        do_GET = do_POST  # noqa: N815 - as the handler's class calls it

        def _answer(self, given: Reply) -> None:
            if given.hangs_up:
                self.close_connection = True
                return
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            if given.tells_length:
                self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Ignore clients that disconnected."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
