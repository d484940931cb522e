"""The closed loop: each connection sends its next request when its last was answered."""

from __future__ import annotations

import itertools
import select
import socket
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench.load.answers import Answer, read
from bench.load.dialects import requests
from bench.load.plan import BEGIN, END, Plan, Tally, percentile
from bench.load.requests import Request, Wrong

HOST = "127.0.0.1"
RECEIVED = 65_536
CONNECT_S = 10
# A server whose queue of new connections is full lets one wait for a whole second.
CONNECT_PAUSE_S = 0.003
# How long an answer under way when the time is over is waited for.
DRAIN_S = 10.0
TICK_S = 0.05
# How long a counted number of requests may take, unless the plan says otherwise.
COUNTED_S = 60.0
EXAMPLE_LENGTH = 300


class Window(NamedTuple):
    """The measured time, on the performance counter."""

    begins: float
    ends: float


class Connection:
    """One client."""

    __slots__ = ("buffer", "left", "request", "sent_at", "socket")

    def __init__(self, left: int) -> None:
        self.socket: socket.socket | None = None
        self.buffer = b""
        self.request: Request | None = None
        self.sent_at = 0.0
        # Requests yet to be sent; below zero it is the time that ends them.
        self.left = left


class Load:
    """Runs a plan to its end.

    Args:
        tell: Called with `BEGIN` and `END` when the measured time begins and ends.
    """

    def __init__(self, plan: Plan, tell: Callable[[str], None]) -> None:
        self.plan = plan
        self.tell = tell
        self.tally = Tally()
        self.poll = select.epoll()
        self.connections: dict[int, Connection] = {}
        self.numbers = itertools.count(1)
        self.supply: Iterator[Request] = itertools.cycle(requests(plan))
        self.latencies: list[float] = []
        self.writes: list[float] = []
        self.busy = 0
        self.cpu_at_begin = 0.0
        self.begun_at = self.last_at = 0.0
        self.window = Window(0.0, 0.0)

    def run(self) -> Tally:
        """Send, check and count until the plan is done, or its deadline is over.

        Raises:
            OSError: The server takes no connection.
            Unreadable: It answers in a way that is not read.
        """
        try:
            self._run(self.plan)
        finally:
            self._give_up()
        return self.tally

    def _run(self, plan: Plan) -> None:
        clients = [Connection(plan.requests or -1) for _ in range(plan.clients)]
        for connection in clients:
            connection.socket = self._connect(connection)
            time.sleep(CONNECT_PAUSE_S)
        begins = time.perf_counter() + (0 if plan.requests else plan.warmup)
        self.window = Window(begins, begins + (plan.seconds or COUNTED_S))
        for connection in clients:
            self._send(connection)
        self._until(self.window.begins)
        self._begin()
        self._until(self.window.ends)
        self._end()
        self._until(time.perf_counter() + DRAIN_S)

    def _begin(self) -> None:
        self.tell(BEGIN)
        self.cpu_at_begin, self.begun_at = time.process_time(), time.perf_counter()

    def _end(self) -> None:
        self.tell(END)
        tally, values, writes = self.tally, sorted(self.latencies), sorted(self.writes)
        tally.cpu_s = time.process_time() - self.cpu_at_begin
        counted = self.plan.requests > 0
        tally.seconds = self.last_at - self.begun_at if counted else self.plan.seconds
        tally.p50_ms, tally.p99_ms = percentile(values, 0.5), percentile(values, 0.99)
        tally.longest_ms = percentile(values, 1.0)
        tally.writes_p99_ms = percentile(writes, 0.99)
        tally.writes_at_once = sum(writes) / 1000 / tally.seconds if tally.seconds else 0.0

    def _until(self, end: float) -> None:
        """Serve the connections until then, or until none waits for an answer."""
        while self.busy and (now := time.perf_counter()) < end:
            for descriptor, _ in self.poll.poll(min(TICK_S, end - now)):
                self._receive(self.connections[descriptor])

    def _send(self, connection: Connection) -> None:
        """Send the connection's next request, if there is one."""
        now = time.perf_counter()
        if connection.left == 0 or now >= self.window.ends:
            self._close(connection)
            return
        connection.left -= 1
        connection.request = request = next(self.supply)
        message = request.message(next(self.numbers))
        if connection.socket is None:
            connection.socket = self._connect(connection)
        connection.buffer = b""
        connection.sent_at = now
        self.busy += 1
        try:
            connection.socket.sendall(message)
        except ConnectionError:
            self._lost(connection)

    def _connect(self, connection: Connection) -> socket.socket:
        made = socket.create_connection((HOST, self.plan.port), CONNECT_S)
        made.settimeout(None)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(made, select.EPOLLIN)
        self.connections[made.fileno()] = connection
        return made

    def _close(self, connection: Connection) -> None:
        if connection.socket is not None:
            del self.connections[connection.socket.fileno()]
            # Closing takes it out of the poll, too.
            connection.socket.close()
            connection.socket = None

    def _receive(self, connection: Connection) -> None:
        if connection.socket is None:
            return
        try:
            data = connection.socket.recv(RECEIVED)
        except ConnectionError:
            data = b""
        if not data:
            if connection.request is None:
                self._close(connection)
            else:
                self._lost(connection)
            return
        connection.buffer = connection.buffer + data if connection.buffer else data
        answer = read(connection.buffer)
        if answer is not None:
            self._answered(connection, answer)

    def _answered(self, connection: Connection, answer: Answer) -> None:
        now = time.perf_counter()
        self.last_at = now
        tally, request = self.tally, connection.request
        if request is not None:
            self.busy -= 1
            connection.request = None
            try:
                done = request.check(answer)
            except Wrong as wrong:
                self._failed(str(wrong), answer.body)
                tally.total += wrong.done
                self._doubt(answer.status, request.trades - wrong.done)
            else:
                tally.total += done if request.trades else 0
                if self.window.begins <= now < self.window.ends:
                    tally.requests += 1
                    tally.trades += done
                    took_ms = (now - connection.sent_at) * 1000
                    self.latencies.append(took_ms)
                    if request.trades:
                        self.writes.append(took_ms)
        # Not every server that was asked to close says that it does.
        if answer.closes or self.plan.close:
            self._close(connection)
        self._send(connection)

    def _doubt(self, status: int, trades: int) -> None:
        """Count trades of a wrong answer that may have happened all the same."""
        if status < 400 or status >= 500:
            self.tally.in_doubt += trades

    def _lost(self, connection: Connection) -> None:
        """Count an answer that will not come, and go on over a new connection."""
        self._missed(connection, "connection closed")
        self._close(connection)
        self._send(connection)

    def _missed(self, connection: Connection, kind: str) -> None:
        if connection.request is not None:
            self.busy -= 1
            self.tally.in_doubt += connection.request.trades
            connection.request = None
            self._failed(kind, connection.buffer)

    def _give_up(self) -> None:
        for connection in list(self.connections.values()):
            self._missed(connection, "no answer")
            self._close(connection)
        self.poll.close()

    def _failed(self, kind: str, body: bytes) -> None:
        failures = self.tally.failures
        failures[kind] = failures.get(kind, 0) + 1
        self.tally.examples.setdefault(kind, body[:EXAMPLE_LENGTH].decode(errors="replace"))
