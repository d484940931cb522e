"""Reading HTTP/1.1 answers that tell their length."""

from __future__ import annotations

from typing import NamedTuple

_LENGTH = b"\r\ncontent-length:"
_HEAD_MAX = 65_536


class Unreadable(Exception):
    """The server answers in a way that this client does not read; the text says which."""


class Answer(NamedTuple):
    """One answer.

    Attributes:
        closes: Whether the server closes the connection after it.
    """

    status: int
    body: bytes
    closes: bool


def read(data: bytes) -> Answer | None:
    """Return the answer that the bytes hold, or None while it is not complete.

    Raises:
        Unreadable: It is not HTTP/1.x, tells no Content-Length, or more than one came.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        if not b"HTTP/1.".startswith(data[:7]) or len(data) > _HEAD_MAX:
            raise Unreadable(f"no HTTP/1.x answer: {data[:40]!r}")
        return None
    head = data[:end].lower()
    if not head.startswith(b"http/1."):
        raise Unreadable(f"no HTTP/1.x answer: {data[:40]!r}")
    found = head.find(_LENGTH)
    if found < 0:
        raise Unreadable(_without_length(head))
    length = int(head[found + len(_LENGTH) :].split(b"\r\n", 1)[0])
    body = data[end + 4 :]
    if len(body) < length:
        return None
    if len(body) > length:
        raise Unreadable(f"{len(body) - length} bytes more than the answer's Content-Length")
    closes = head.startswith(b"http/1.0") or b"\r\nconnection: close" in head
    return Answer(int(head[9:12]), body, closes)


def _without_length(head: bytes) -> str:
    if b"\r\ntransfer-encoding:" in head:
        return "the answer comes in chunks; this client reads answers with a Content-Length"
    return "the answer has no Content-Length"
