"""Records what no page may do: request other hosts, violate its policy, throw, or fail."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

HERE = "127.0.0.1"
# Browsers log this for every status from 400; responses are checked separately.
OF_AN_ANSWER = "Failed to load resource"


class Guard:
    """Watches browser contexts.

    Attributes:
        wrong: The violations.
    """

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._handlers: dict[str, Callable[[Any], None]] = {
            "request": self._on_request,
            "response": self._on_response,
            "console": self._on_console,
            "weberror": self._on_error,
        }

    def watch(self, context: BrowserContext) -> None:
        """Watch all pages of a context from now on."""
        for event, handler in self._handlers.items():
            context.on(event, handler)  # type: ignore[call-overload]

    @contextlib.contextmanager
    def watching(self, context: BrowserContext) -> Iterator[None]:
        """Watch a shared context for a while."""
        self.watch(context)
        yield
        for event, handler in self._handlers.items():
            context.remove_listener(event, handler)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != HERE:
            self.wrong.append(f"asked elsewhere: {request.url}")

    def _on_response(self, response: Response) -> None:
        is_page = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.wrong.append(f"{response.status} for {response.request.method} {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OF_AN_ANSWER):
            self.wrong.append(f"{message.type} in the console: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.wrong.append(f"script failed: {error.error}")
