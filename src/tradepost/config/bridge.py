"""Runs Django, a WSGI application, in lanes of threads under the RSGI server."""

import io
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradepost.access.rights import SAFE_METHODS
from tradepost.config.lanes import Lane
from tradepost.config.requests import Pairs, Request

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# How many requests may wait in a lane before more are refused: per thread, and at least.
WAITING_FOR_A_THREAD, WAITING_LEAST = 16, 64
# Commands with larger bodies, in bytes, are treated as batches and go to the slow lane.
SMALL_BODY = 16 * 1024
PROBES = ("/livez", "/readyz")
# Sent instead of the HTTP server's own name.
SERVER = ("Server", "Tradepost")


@dataclass(slots=True)
class Answer:
    """A response.

    Attributes:
        content: The whole body, unless `rest` is set.
        rest: The parts of a body of unknown length, produced on demand.
    """

    status: int = 500
    headers: Pairs = field(default_factory=list)
    content: bytes = b""
    rest: Iterable[bytes] | None = None


class Bridge:
    """Runs a WSGI application's requests in lanes: probes, reads, commands, and slow commands.

    Args:
        threads: How many reads run at once; half as many commands do.
        body_max: The largest allowed body, in bytes; one that declares more is not read.
    """

    def __init__(self, application: WsgiApplication, *, threads: int, body_max: int) -> None:
        self.application = application
        self.body_max = body_max
        self.probes = {path: _lane(path[1:], 1) for path in PROBES}
        self.reads = _lane("read", threads)
        self.commands = _lane("command", max(1, threads // 2))
        self.slow = _lane("slow", max(1, threads // 4))
        self.spools = _lane("spool", max(1, threads // 8))

    @property
    def lanes(self) -> list[Lane]:
        return [*self.probes.values(), self.reads, self.commands, self.slow, self.spools]

    def reads_body(self, request: Request) -> bool:
        """Return whether to read the body: it must not be chunked or declare too great a length.

        The application rejects a request whose body was not read.
        """
        chunked = any(name == "transfer-encoding" for name, _ in request.headers)
        return not chunked and _length(request) <= self.body_max

    def large_body(self, request: Request) -> int:
        """Return the announced length of a body that is read and large; 0 for any other."""
        length = _length(request)
        return length if SMALL_BODY < length <= self.body_max else 0

    async def answer(self, request: Request, body: bytes) -> Answer:
        """Return the application's response.

        Raises:
            LaneFull: Too many requests are waiting, or this one waited too long.
        """
        return await self.lane(request, body).run(self._run, environ_of(request, body))

    async def spool(self, rest: Iterable[bytes], gone: threading.Event) -> Path:
        """Return a temporary file that holds a whole body of unknown length.

        Otherwise the server would buffer in memory, without limit, what a slow client has not read
        (github.com/emmett-framework/granian/issues/885). Files are sent at the client's pace.

        Args:
            gone: Set when the client has disconnected; the rest is then not produced.
        """
        try:
            return await self.spools.run(_spool, rest, gone)
        finally:
            # Also where it was never begun.
            _close(rest)

    def lane(self, request: Request, body: bytes) -> Lane:
        """Return the lane for a request; batches and requests with `Prefer` are slow."""
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
        if all(name.lower() != "content-length" for name, _ in answer.headers):
            answer.rest = parts
            return answer
        try:
            answer.content = b"".join(parts)
        finally:
            _close(parts)
        return answer


def _length(request: Request) -> int:
    value = request.header("content-length") or ""
    return int(value[:40]) if value.isdigit() else 0


def _lane(name: str, threads: int) -> Lane:
    waiting_max = max(WAITING_LEAST, threads * WAITING_FOR_A_THREAD)
    return Lane(name, threads=threads, waiting_max=waiting_max)


def _spool(rest: Iterable[bytes], gone: threading.Event) -> Path:
    with tempfile.NamedTemporaryFile(prefix="tradepost-", delete=False) as file:
        path = Path(file.name)
        try:
            for part in rest:
                if gone.is_set():
                    break
                file.write(part)
        except BaseException:
            path.unlink()
            raise
    return path


def _close(parts: Iterable[bytes]) -> None:
    """Close a response, as WSGI asks for (PEP 3333)."""
    if hasattr(parts, "close"):
        parts.close()


def environ_of(request: Request, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333)."""
    host, _, port = request.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query.encode().decode("latin-1"),
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
        # In WSGI, a name with an underscore is indistinguishable from one with a hyphen.
        if "_" in given:
            continue
        name = given.upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        separator = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{separator}{value}" if name in environ else value
    return environ
