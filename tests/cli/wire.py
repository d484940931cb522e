"""HTTP on a plain socket, for requests that no client library would send."""

from __future__ import annotations

import socket
from typing import NamedTuple, Self

TIMEOUT_S = 20
FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection to a server."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=TIMEOUT_S)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, *parts: bytes) -> Self:
        self.socket.sendall(b"".join(parts))
        return self

    def answer(self, *, has_body: bool = True) -> Answer:
        """Read one response."""
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, text = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = text.strip()
        length = int(headers.get("content-length", 0)) if has_body else 0
        return Answer(status, headers, self._file.read(length))

    def ends(self) -> bool:
        """Return whether the server closed the connection, with nothing left to read."""
        return self._file.read() == b""


def request(method: str, path: str, body: bytes = b"", *lines: str, kind: str = "") -> bytes:
    """Return the bytes of a request."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", *lines]
    if kind:
        head.append(f"Content-Type: {kind}")
    if body and not any(line.lower().startswith("transfer-encoding") for line in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def trade(seller: int = 1, buyer: int = 2, *lines: str, goods: int = 1) -> bytes:
    """Return the request of a gift through /api/v1."""
    body = b'{"seller": "%d", "buyer": "%d", "goods": %d, "coins": 0}' % (seller, buyer, goods)
    return request("POST", "/api/v1/trades", body, *lines)


def form_trade(*lines: str) -> bytes:
    """Return the request of a gift through the tutorial's route."""
    return request("POST", "/player/trade", b"sellID=1&buyID=2&amount=1&price=0", *lines, kind=FORM)
