"""The RSGI application: serves hot routes itself, and everything else through Django."""

import asyncio
import gc
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from tradepost import txn
from tradepost.access import key_usage
from tradepost.access.entry import Facts
from tradepost.api import policy, problems
from tradepost.api.commands import Reply
from tradepost.api.errors import BodyTooSlow, TooManyWaiting
from tradepost.api.hot import COMMANDS, METHOD, unit_of
from tradepost.config import logs
from tradepost.config.bridge import SERVER, Answer, Bridge
from tradepost.config.hot_headers import common_headers
from tradepost.config.lanes import Lane, LaneFull
from tradepost.config.requests import Http, Pairs, Proxies, Request, Scope

# Threads for units that wait for locked rows, and how many units may queue for one.
BLOCKED_THREADS, BLOCKED_WAITING_MAX = 4, 256
# How long a body may take to arrive, in seconds.
BODY_S = 30.0
# How long a file to send is kept for the server to open it, in seconds.
OPENED_S = 10.0
# How many bytes the large bodies may have together that are in memory at the same time.
LARGE_BODIES_MAX = 128 * 1024 * 1024
# Thresholds of Python's cyclic garbage collector (the defaults are 700, 10, 10).
GC_THRESHOLDS = (20_000, 20, 20)


class Disconnected(Exception):
    """The client disconnected before it sent the whole request."""


class Application:
    """Serves hot routes on the event loop, and everything else through Django.

    A hot command needs no thread while it waits for the committer, and its whole group is answered
    together. That is one thread switch per group; a thread per request needs two per request.

    Args:
        threads: How many reads Django answers at once; see `Bridge`.

    Raises:
        ImproperlyConfigured: The hot routes would skip a middleware.
    """

    def __init__(self, *, threads: int) -> None:
        self._common = {
            secure: [*common_headers(secure=secure), SERVER] for secure in (False, True)
        }
        self._proxies = Proxies(settings.TRUSTED_PROXIES)
        self._large_bodies = 0
        self._files: set[Path] = set()
        self.blocked = Lane("blocked", threads=BLOCKED_THREADS, waiting_max=BLOCKED_WAITING_MAX)
        self.django = Bridge(
            get_wsgi_application(), threads=threads, body_max=settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start in a worker process."""
        self.attach(loop)
        # A group commit creates many objects that live until it is answered. With the defaults,
        # they and the objects created at startup would be scanned for cycles again and again.
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        logs.collect_requests()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Use this event loop to answer requests."""
        self._loop = loop

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Finish accepted requests before the worker process stops."""
        txn.stop_committers()
        self.blocked.stop()
        self.django.stop()
        key_usage.stop()
        logs.write_requests()
        for file in self._files.copy():
            self._remove(file)

    async def __rsgi__(self, scope: Scope, http: Http) -> None:
        """Serve one request."""
        started = time.perf_counter()
        request = self._proxies.request(scope)
        size = self.django.large_body(request)
        if self._large_bodies + size > LARGE_BODIES_MAX:
            refused = self._refused(request, TooManyWaiting(), started)
            http.response_bytes(refused.status, refused.headers, refused.content)
            return
        self._large_bodies += size
        try:
            await self._serve(request, http, started)
        finally:
            self._large_bodies -= size

    async def _serve(self, request: Request, http: Http, started: float) -> None:
        file = None
        try:
            body = await self._body(request, http)
            answer = await self._hot(request, body, started)
            answer = answer or await self.django.answer(request, body)
            if answer.rest is not None:
                file = await self._spooled(answer.rest, http)
        except Disconnected:
            http.response_empty(400, [])
            return
        except LaneFull:
            answer = self._refused(request, TooManyWaiting(), started)
        except Exception as error:  # noqa: BLE001 - an unexpected error is logged there
            answer = self._refused(request, error, started)
        if file is None:
            http.response_bytes(answer.status, answer.headers, answer.content)
            return
        length = ("Content-Length", str(file.stat().st_size))
        http.response_file(answer.status, [*answer.headers, length], str(file))
        # The server opens the file itself, and does not report when.
        self._files.add(file)
        self._loop.call_later(OPENED_S, self._remove, file)

    def _remove(self, file: Path) -> None:
        self._files.discard(file)
        file.unlink(missing_ok=True)

    async def _body(self, request: Request, http: Http) -> bytes:
        if not self.django.reads_body(request):
            return b""
        # Faster than `asyncio.timeout`: 1 µs instead of 5.
        task = asyncio.current_task()
        late = self._loop.call_later(BODY_S, task.cancel) if task else None
        try:
            return await http()
        except asyncio.CancelledError as error:
            if task:
                task.uncancel()
            raise BodyTooSlow(limit_s=BODY_S) from error
        except ProtocolClosed as error:
            raise Disconnected from error
        finally:
            if late:
                late.cancel()

    async def _hot(self, request: Request, body: bytes, started: float) -> Answer | None:
        """Return the answer to a hot command, or None if Django has to answer."""
        command = COMMANDS.get(request.path)
        if command is None or request.method != METHOD or request.query:
            return None
        headers = dict(request.headers)
        if len(headers) != len(request.headers):
            return None
        # The request ID is safe in this context: no other request shares it.
        request_id = logs.begin_request(headers.get("x-request-id"))
        try:
            unit = unit_of(command, facts_of(request, headers), body)
            if unit is None:
                return None
            reply = command.present(await self._outcome(unit))
        except Exception as error:  # noqa: BLE001 - an unexpected error is logged there
            reply = Reply.of(command.refuse(error))
        logs.log_request(METHOD, request.path, reply.status, started)
        return self._answer(request, reply, request_id)

    async def _outcome(self, unit: txn.Unit[Any]) -> txn.Outcome[Any]:
        future: asyncio.Future[txn.QueuedUnit] = self._loop.create_future()
        txn.submit(unit, self._notify, ticket=future)
        queued = await future
        if txn.is_concluded(queued):
            return txn.conclude(queued)
        try:
            return await self.blocked.run(txn.conclude, queued)
        except LaneFull as error:
            raise TooManyWaiting from error

    def _notify(self, group: Sequence[txn.QueuedUnit]) -> None:
        """Wake the event loop once for a whole group."""
        self._loop.call_soon_threadsafe(_deliver, group)

    def _refused(self, request: Request, error: Exception, started: float) -> Answer:
        """Return the answer to a request that Django did not answer."""
        request_id = logs.begin_request(request.header("x-request-id"))
        reply = Reply.of(problems.refused(error))
        logs.log_request(request.method, request.path, reply.status, started)
        return self._answer(request, reply, request_id)

    def _answer(self, request: Request, reply: Reply, request_id: str) -> Answer:
        headers = with_headers(reply, request_id, self._common[request.secure])
        return Answer(reply.status, headers, reply.content)

    async def _spooled(self, rest: Iterable[bytes], http: Http) -> Path:
        """Return a file with a body of unknown length, or with what the client stayed for."""
        gone = threading.Event()
        watch = asyncio.ensure_future(_tell_when_gone(http, gone))
        try:
            return await self.django.spool(rest, gone)
        finally:
            watch.cancel()


def make_application(*, threads: int) -> Application:
    """Return the application, configured by the current settings."""
    policy.forget()
    return Application(threads=threads)


def _deliver(group: Sequence[txn.QueuedUnit]) -> None:
    for queued in group:
        if not queued.ticket.done():
            queued.ticket.set_result(queued)


async def _tell_when_gone(http: Http, gone: threading.Event) -> None:
    await http.client_disconnect()
    gone.set()


def with_headers(reply: Reply, request_id: str, common: Pairs) -> Pairs:
    """Return a reply's headers, with those that every response has."""
    own = [("X-Request-ID", request_id), ("Content-Length", str(len(reply.content)))]
    return [*reply.headers.items(), *own, *common]


def facts_of(request: Request, headers: dict[str, str]) -> Facts:
    """Return the facts that admit or refuse a request to a hot route."""
    return Facts(
        method=METHOD,
        path=request.path,
        secure=request.secure,
        host=headers.get("host", ""),
        remote_address=request.caller,
        headers=headers,
    )
