"""A request that is sent again and again, and how its answer is judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from bench.load.answers import Answer
from bench.load.plan import Plan


class Wrong(Exception):
    """An answer is not the right one; the text is a kind of failure.

    Attributes:
        done: Trades that it acknowledges nevertheless.
    """

    def __init__(self, kind: str, done: int = 0) -> None:
        super().__init__(kind)
        self.done = done


class Request(NamedTuple):
    """A request, but for its key.

    Attributes:
        head: Up to where the key's counter stands, or all of it.
        check: Return the trades that an answer acknowledges, 1 for a read, or raise Wrong.
        trades: How many are asked for; none by a read.
        tail: What follows the counter; None where there is no key.
    """

    head: bytes
    check: Callable[[Answer], int]
    trades: int = 1
    tail: bytes | None = None

    def message(self, number: int) -> bytes:
        """Return the bytes to send."""
        if self.tail is None:
            return self.head
        return b"%b%d%b" % (self.head, number, self.tail)


def reading(plan: Plan, path: str, check: Callable[[Answer], int]) -> Request:
    """Return a request that reads."""
    return Request(head_of(plan, f"GET {path}") + b"\r\n\r\n", check, trades=0)


def head_of(plan: Plan, line: str, kind: str = "") -> bytes:
    """Return a request's head, up to its own headers."""
    lines = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{plan.port}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    if plan.close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode()


def sending(
    plan: Plan,
    path: str,
    body: bytes,
    check: Callable[[Answer], int],
    trades: int = 1,
    kind: str = "application/json",
) -> Request:
    """Return a request with a body and without a key."""
    head = head_of(plan, f"POST {path}", kind)
    message = b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
    return Request(message, check, trades)


def json_of(answer: Answer) -> Any:
    """Return the JSON of an answer.

    Raises:
        Wrong: It has none.
    """
    try:
        return json.loads(answer.body)
    except ValueError:
        raise Wrong(f"{answer.status}, no JSON") from None
