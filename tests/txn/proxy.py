"""A TCP proxy that knows just enough of two protocols to see COMMIT pass, and to cut there."""

from __future__ import annotations

import contextlib
import enum
import socket
import struct
import threading
from collections.abc import Callable, Iterator

# The first bytes of PostgreSQL's startup message: the version of its protocol.
PG_VERSION = 196608


class Cut(enum.Enum):
    """What becomes of a COMMIT."""

    BEFORE = "cut, and the server never sees it"
    ANSWERED = "forwarded, and cut when the server has answered"
    AT_ONCE = "forwarded, and cut at once"


def pg_messages(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield each message of a PostgreSQL client, and the text of a simple query."""
    data, started = b"", False
    for chunk in chunks:
        data += chunk
        while len(data) >= 5:
            # Messages have a type before their length, save for those that ask to start.
            head = 1 if started else 0
            size = head + struct.unpack_from("!i", data, head)[0]
            if len(data) < size:
                break
            message, data = data[:size], data[size:]
            query = message[5:].rstrip(b"\0") if started and message[:1] == b"Q" else None
            started = started or struct.unpack_from("!i", message, 4)[0] == PG_VERSION
            yield message, query


def mysql_messages(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield each packet of a MySQL client, and the text of a COM_QUERY."""
    data = b""
    for chunk in chunks:
        data += chunk
        while len(data) >= 4 and len(data) >= (size := 4 + int.from_bytes(data[:3], "little")):
            packet, data = data[:size], data[size:]
            # A command is the first packet of its exchange; 3 is COM_QUERY.
            yield packet, packet[5:] if packet[3] == 0 and packet[4:5] == b"\x03" else None


Reader = Callable[[Iterator[bytes]], Iterator[tuple[bytes, bytes | None]]]


class Proxy:
    """Passes connections on to a server, and cuts one at its next COMMIT when told to.

    Attributes:
        port: Where it listens, on 127.0.0.1.
        cuts: How many connections it cut.
        trips: How often the client spoke after the server had, that is how many round trips it
            made.
    """

    def __init__(self, host: str, port: int, reader: Reader) -> None:
        self.cuts = self.trips = 0
        self._client_spoke = False
        self._server = (host, port)
        self._reader = reader
        self._cut: Cut | None = None
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def cut_next(self, cut: Cut) -> None:
        """Cut the connection that commits next, and no other."""
        self._cut = cut

    def close(self) -> None:
        """Cut everything, and stop listening."""
        _shut(self._listener)
        self._threads[0].join()
        for line in self._lines:
            _shut(line)
        for thread in self._threads:
            thread.join()
        for line in (*self._lines, self._listener):
            line.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._lines.append(client)
                server = socket.create_connection(self._server)
                self._lines.append(server)
                deaf = threading.Event()
                self._start(self._upwards, client, server, deaf)
                self._start(self._downwards, client, server, deaf)

    def _upwards(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            for message, query in self._reader(_chunks(client)):
                self.trips += not self._client_spoke
                self._client_spoke = True
                cut = self._cut
                if cut and query and query.strip(b"; \n").upper() == b"COMMIT":
                    self._cut, self.cuts = None, self.cuts + 1
                    # From here on nothing the server says gets through.
                    deaf.set()
                    if cut is not Cut.BEFORE:
                        server.sendall(message)
                    if cut is Cut.ANSWERED:
                        # The other thread cuts when it hears the answer.
                        return
                    break
                server.sendall(message)
        _shut(client, server)

    def _downwards(
        self, client: socket.socket, server: socket.socket, deaf: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            for chunk in _chunks(server):
                if deaf.is_set():
                    break
                self._client_spoke = False
                client.sendall(chunk)
        _shut(client, server)


def _chunks(line: socket.socket) -> Iterator[bytes]:
    while chunk := line.recv(65536):
        yield chunk


def _shut(*lines: socket.socket) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
