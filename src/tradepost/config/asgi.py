"""The ASGI application: hot routes by themselves, everything else by Django in threads."""

import asyncio
import contextvars
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tradepost import txn
from tradepost.access import key_usage
from tradepost.access.entry import Facts
from tradepost.api import policy
from tradepost.api.commands import Command, Reply
from tradepost.api.hot import COMMANDS, METHOD, unit_of
from tradepost.config import logs
from tradepost.config.hot_headers import common_headers
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

# How many units wait for locked rows at once. They have threads of their own, so that views never
# wait for them. Units that get no thread before their deadline are refused as busy.
BLOCKED_THREADS = 4


class Application:
    """Serves hot routes on the event loop, and leaves all else to Django.

    A hot command waits without a thread for the committer, and is answered with the rest of its
    group: one thread switch per group, where a thread per request needs two per request.

    Args:
        threads: How many requests Django answers at once.

    Raises:
        ImproperlyConfigured: The hot routes would miss a middleware.
    """

    def __init__(self, *, threads: int) -> None:
        self._common = {secure: encoded(common_headers(secure=secure)) for secure in (False, True)}
        self.blocked = ThreadPoolExecutor(BLOCKED_THREADS, thread_name_prefix="blocked")
        self.django = WsgiThreads(
            get_wsgi_application(), threads=threads, body_max=settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        command = COMMANDS.get(scope["path"])
        if command is None or scope["method"] != METHOD or scope["query_string"]:
            await self.django(scope, receive, send)
            return
        headers = _single(scope["headers"])
        if headers is None or not self.django.reads(scope["headers"]):
            await self.django(scope, receive, send)
            return
        body = await read(receive)
        if body is None:
            return
        answer = await self._answer(command, _facts(scope, headers), body)
        if answer is None:
            answer = await self.django.answer(scope, body)
        await answer.send(send)

    async def _answer(self, command: Command[Any, Any], facts: Facts, body: bytes) -> Answer | None:
        """Answer a hot command, or return None where its view is to answer."""
        started = time.perf_counter()
        # This context is the request's alone.
        request_id = logs.begin_request(facts.headers.get("x-request-id"))
        try:
            unit = unit_of(command, facts, body)
            if unit is None:
                return None
            reply = command.present(await self._outcome(unit))
        except Exception as error:  # noqa: BLE001 - an unexpected error is logged there
            reply = Reply.of(command.refuse(error))
        headers = reply.headers | {
            "X-Request-ID": request_id,
            "Content-Length": str(len(reply.content)),
        }
        logs.log_request(METHOD, facts.path, reply.status, started)
        common = self._common[facts.secure]
        return Answer(reply.status, encoded(headers.items()) + common, reply.content)

    async def _outcome(self, unit: txn.Unit[Any]) -> txn.Outcome[Any]:
        self._loop = asyncio.get_running_loop()
        future: asyncio.Future[txn.QueuedUnit] = self._loop.create_future()
        txn.submit(unit, self._notify, ticket=future)
        queued = await future
        if txn.is_concluded(queued):
            return txn.conclude(queued)
        run = contextvars.copy_context().run
        return await self._loop.run_in_executor(self.blocked, run, txn.conclude, queued)

    def _notify(self, group: Sequence[txn.QueuedUnit]) -> None:
        """Wake the event loop, once for a whole group."""
        self._loop.call_soon_threadsafe(_deliver, group)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Finish the requests that were accepted when the server stops."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(txn.stop_committers)
                self.blocked.shutdown()
                self.django.pool.shutdown()
                await asyncio.to_thread(key_usage.stop)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def make_application(*, threads: int) -> Application:
    """Return the application, which goes by the settings as they are now."""
    policy.forget()
    return Application(threads=threads)


def _deliver(group: Sequence[txn.QueuedUnit]) -> None:
    for queued in group:
        if not queued.ticket.done():
            queued.ticket.set_result(queued)


def _single(pairs: Headers) -> dict[str, str] | None:
    """Return headers by name, or None where one is given twice."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
    return headers if len(headers) == len(pairs) else None


def _facts(scope: Scope, headers: dict[str, str]) -> Facts:
    return Facts(
        method=METHOD,
        path=scope["path"],
        secure=scope.get("scheme") == "https",
        host=headers.get("host", ""),
        remote_address=(scope.get("client") or ("",))[0],
        headers=headers,
    )
