"""Sends many requests about the same cast, and collects everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from tests.api.commands import Cast
from tests.api.conftest import Api, restore, state


class Sender:
    """Sends requests about the same cast, and collects unexpected results."""

    def __init__(self, api: Api, cast: Cast) -> None:
        self.api = api
        self.cast = cast
        self._wrong: list[str] = []
        self._before = state()

    @property
    def wrong(self) -> list[str]:
        """Everything that was not as expected, down to what refused requests changed."""
        if state() != self._before:
            self._wrong.append("a refused request changed something")
            restore(self._before)
        return self._wrong

    def expect(
        self, what: str, request: dict[str, Any], status: int, *, names: Iterable[str] = ()
    ) -> Any:
        """Send a request, note what is wrong with its answer, and undo it if it was accepted.

        What a refused request did is not undone, so that `wrong` finds it.
        """
        answer = self._send(request)
        found = self._problems(request, answer, status, names)
        self._wrong += [f"{what[:60]}: {problem}" for problem in found]
        return answer

    def note(self, problem: str) -> None:
        """Note a problem that a test found itself."""
        self._wrong.append(problem)

    def _send(self, request: dict[str, Any]) -> Any:
        if not self.api.shares_transaction:
            answer = self.api(**request)
            if answer.status_code < 400:
                restore(self._before)
            return answer
        start = transaction.savepoint()
        answer = self.api(**request)
        if answer.status_code < 400:
            transaction.savepoint_rollback(start)
        else:
            transaction.savepoint_commit(start)
        return answer

    def _problems(
        self, request: dict[str, Any], answer: Any, status: int, names: Iterable[str]
    ) -> list[str]:
        text = answer.content.decode()
        found = []
        if answer.status_code != status:
            found.append(f"answered {answer.status_code}, not {status}: {text[:200]}")
        if answer.status_code >= 400:
            is_v1 = request["path"].startswith("/api/")
            kind = "application/problem+json" if is_v1 else "text/plain; charset=utf-8"
            if answer.headers["Content-Type"] != kind:
                found.append(f"is {answer.headers['Content-Type']}")
            told = json.loads(text)["detail"] if is_v1 and text else text
            if request["method"] != "HEAD":
                found += [f"{name} is not named: {told}" for name in names if name not in told]
                if not told or ("\n" in told and not is_v1):
                    found.append(f"is not one line: {told!r}")
            if len(text) > 2000:
                found.append(f"has {len(text)} characters")
        return found
