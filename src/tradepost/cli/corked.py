"""Sends a response in one packet."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RESPONSE = b"HTTP/1.1 "


class Corked:
    """A transport that delays a response's head until its body or the next turn of the loop.

    uvicorn writes them one by one, which takes two system calls and two packets.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write data, or delay it if it is a response's head."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(RESPONSE):
            self._head = data
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close the transport after everything is written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)


class CorkedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, on a corked transport and without upgrades."""

    _upgrade_requested = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Corked(transport, self.loop))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Read requests, and nothing after a request for an upgrade.

        The parser takes the body of such a request for another protocol. Read as HTTP, it would
        be a second request, smuggled in.
        """
        if not self._upgrade_requested:
            super().data_received(data)

    def _should_upgrade(self) -> bool:
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Answer the request as it is, and close the connection then."""
        self._upgrade_requested = True
        if self.cycle is not None:
            self.cycle.keep_alive = False
