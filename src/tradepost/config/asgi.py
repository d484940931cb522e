"""The ASGI application: hot routes by themselves, everything else by Django in threads."""

from __future__ import annotations

import asyncio
import contextvars
import io
import time
from collections.abc import Callable, Sequence
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from tradepost import txn
from tradepost.api.hot import HOT_ROUTES, METHOD, HotRoute, Reply, Request, unit_of
from tradepost.config import logs
from tradepost.config.threads import (
    Answer,
    Headers,
    Receive,
    Scope,
    Send,
    WsgiThreads,
    encoded,
    read,
)


class Application:
    """Serves hot routes on the event loop, and leaves all else to Django.

    A hot command waits without a thread for the committer, and is answered with the rest of its
    group: one thread-switch a group, where a thread for each request needs two a request.

    Args:
        threads: How many requests Django answers at once.
    """

    def __init__(self, *, threads: int) -> None:
        self.django = WsgiThreads(
            get_wsgi_application(),
            threads=threads,
            body_max=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        )
        self._common = {secure: _common_headers(secure=secure) for secure in (False, True)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's own life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        route = HOT_ROUTES.get(scope["path"])
        if route is None or scope["method"] != METHOD or scope["query_string"]:
            await self.django(scope, receive, send)
            return
        headers = _single(scope["headers"])
        if headers is None or not self.django.reads(scope["headers"]):
            await self.django(scope, receive, send)
            return
        body = await read(receive)
        if body is None:
            return
        started = time.perf_counter()
        secure = scope.get("scheme") == "https"
        address = (scope.get("client") or ("",))[0]
        unit = unit_of(route, Request(scope["path"], secure, headers, address, body))
        if unit is None:
            answer = await self.django.answer(scope, body)
        else:
            # This context is the request's alone.
            request_id = logs.begin_request(headers.get("x-request-id"))
            reply = await self._execute(route, unit)
            answer = self._answer(reply, request_id, secure=secure)
            logs.tell_request(METHOD, scope["path"], reply.status, started)
        await answer.send(send)

    async def _execute(self, route: HotRoute, unit: txn.Unit[Any]) -> Reply:
        try:
            return route.reply(await self._outcome(unit))
        except Exception as error:  # noqa: BLE001 - what is our mistake is logged there
            return Reply.of(route.refusal(error))

    async def _outcome(self, unit: txn.Unit[Any]) -> txn.Outcome[Any]:
        self._loop = asyncio.get_running_loop()
        settled: asyncio.Future[txn.QueuedUnit] = self._loop.create_future()
        txn.submit(unit, self._tell, ticket=settled)
        waiting = await settled
        if txn.is_concluded(waiting):
            return txn.conclude(waiting)
        return await self._in_thread(txn.conclude, waiting)

    def _tell(self, settled: Sequence[txn.QueuedUnit]) -> None:
        """Wake the event loop, once for a whole group."""
        self._loop.call_soon_threadsafe(_deliver, settled)

    async def _in_thread(
        self, call: Callable[..., txn.Outcome[Any]], *arguments: Any
    ) -> txn.Outcome[Any]:
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()
        return await loop.run_in_executor(self.django.pool, context.run, call, *arguments)

    def _answer(self, reply: Reply, request_id: str, *, secure: bool) -> Answer:
        headers = reply.headers | {
            "X-Request-ID": request_id,
            "Content-Length": str(len(reply.content)),
        }
        return Answer(reply.status, encoded(headers.items()) + self._common[secure], reply.content)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Let what was taken be finished when the server stops."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(txn.stop_committers)
                self.django.pool.shutdown()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def make_application(*, threads: int) -> Application:
    """Return the application."""
    return Application(threads=threads)


def _deliver(settled: Sequence[txn.QueuedUnit]) -> None:
    for waiting in settled:
        if not waiting.ticket.done():
            waiting.ticket.set_result(waiting)


def _single(pairs: Headers) -> dict[str, str] | None:
    """Return headers by name, or None where one is given twice."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
    return headers if len(headers) == len(pairs) else None


def _common_headers(*, secure: bool) -> Headers:
    """Return the headers that Django's own middleware puts on every response."""
    scheme = "https" if secure else "http"
    request = WSGIRequest(
        {"REQUEST_METHOD": METHOD, "wsgi.url_scheme": scheme, "wsgi.input": io.BytesIO()}
    )
    response = HttpResponse()
    for middleware in (XFrameOptionsMiddleware, CSPMiddleware, SecurityMiddleware):
        # Not what it does with a request: that may be a redirect, and asks for a host.
        middleware(lambda _request: response).process_response(request, response)
    return encoded(pair for pair in response.items() if pair[0] != "Content-Type")
