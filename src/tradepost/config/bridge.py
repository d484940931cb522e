"""Runs a WSGI application, Django, in lanes of threads under the RSGI server."""

import contextlib
import io
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tradepost.access.rights import SAFE_METHODS
from tradepost.config.lanes import Lane
from tradepost.config.requests import Pairs, Request

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# How many requests wait in a lane before more are refused: for each thread, and at least.
WAITING_FOR_A_THREAD, WAITING_LEAST = 16, 64
# Bodies above this size, in bytes, are batches.
SMALL_BODY = 16 * 1024
PROBES = ("/livez", "/readyz")
# In place of the HTTP server's own name.
SERVER = ("Server", "Tradepost")


@dataclass(slots=True)
class Answer:
    """A response.

    Attributes:
        content: The whole body, unless there is a rest.
        rest: The parts of a body of unknown length; they are produced as they are asked for.
    """

    status: int = 500
    headers: Pairs = field(default_factory=list)
    content: bytes = b""
    rest: Generator[bytes] | None = None


class Bridge:
    """Runs a WSGI application's requests in lanes: probes, reads, commands, and slow commands.

    Args:
        threads: How many reads are done at once, and twice as many as commands.
        body_max: In bytes; a body that announces more is not read.
    """

    def __init__(self, application: WsgiApplication, *, threads: int, body_max: int) -> None:
        self.application = application
        self.body_max = body_max
        self.probes = {path: _lane(path[1:], 1) for path in PROBES}
        self.reads = _lane("read", threads)
        self.commands = _lane("command", max(1, threads // 2))
        self.slow = _lane("slow", max(1, threads // 4))

    @property
    def lanes(self) -> list[Lane]:
        return [*self.probes.values(), self.reads, self.commands, self.slow]

    def reads_body(self, request: Request) -> bool:
        """Return whether the body is read: its length has to be announced and allowed.

        The application refuses a body that was not read.
        """
        for name, value in request.headers:
            if name == "transfer-encoding":
                return False
            if name == "content-length" and value.isdigit() and int(value[:40]) > self.body_max:
                return False
        return True

    async def answer(self, request: Request, body: bytes) -> Answer:
        """Return the application's response.

        Raises:
            TooMuchWaiting: The lane is full.
        """
        return await self.lane(request, body).run(self._run, environ_of(request, body))

    async def spool(self, rest: Generator[bytes], gone: threading.Event) -> BinaryIO:
        """Return a file with all of a body of unknown length.

        The server would keep what a slow client does not read yet in memory, without a limit
        (github.com/emmett-framework/granian/issues/885). It sends files as they are read.

        Args:
            gone: Set when the client has disconnected: the rest is not produced.
        """
        return await self.reads.run(_spool, rest, gone)

    def lane(self, request: Request, body: bytes) -> Lane:
        """Return the lane for a request; a caller who would wait, or sends much, is slow."""
        if request.path in self.probes:
            return self.probes[request.path]
        if request.method in SAFE_METHODS:
            return self.reads
        if len(body) > SMALL_BODY or request.header("prefer") is not None:
            return self.slow
        return self.commands

    def stop(self) -> None:
        for lane in self.lanes:
            lane.stop()

    def _run(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()

        def start_response(status: str, headers: Pairs, *_: Any) -> None:
            answer.status = int(status.partition(" ")[0])
            answer.headers = [*headers, SERVER]

        parts = self.application(environ, start_response)
        if any(name.lower() == "content-length" for name, _ in answer.headers):
            answer.content = b"".join(_until_closed(parts))
        else:
            answer.rest = _until_closed(parts)
        return answer


def _lane(name: str, threads: int) -> Lane:
    waiting_max = max(WAITING_LEAST, threads * WAITING_FOR_A_THREAD)
    return Lane(name, threads=threads, waiting_max=waiting_max)


def _spool(rest: Generator[bytes], gone: threading.Event) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    with contextlib.closing(rest):
        for part in rest:
            if gone.is_set():
                break
            file.write(part)
    file.flush()
    return file


def _until_closed(parts: Iterable[bytes]) -> Generator[bytes]:
    """Yield a response's parts, and close it in the end."""
    try:
        yield from parts
    finally:
        if hasattr(parts, "close"):
            parts.close()


def environ_of(request: Request, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333)."""
    host, _, port = request.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": request.caller,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if request.secure else "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for given, value in request.headers:
        # A name with an underscore would pass for the one that has a hyphen there.
        if "_" in given:
            continue
        name = given.upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        separator = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{separator}{value}" if name in environ else value
    return environ
