"""The HTTP server: granian's worker processes, which handle HTTP in native threads."""

import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management import CommandError
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

# How long a stopping server waits for requests in flight, in seconds.
GRACE_S = 30
# How long a client may take to send headers, and may stay idle between requests, in seconds.
KEEP_ALIVE_S = 30
# The largest allowed headers, in bytes; larger ones are answered with 431.
HEADERS_MAX = 64 * 1024
# Open connections per worker; further ones wait in the listener's queue.
CONNECTIONS_MAX = 4096
QUEUE_MAX = 1024
# Open files besides client connections: database connections and Python's own.
OTHER_FILES = 256
# How often a worker checks that its manager is still running, in seconds.
CHECK_S = 1.0


class Server(MPServer):
    """Serves one RSGI application on a listening socket, in worker processes."""

    def __init__(
        self,
        application: Any,
        listener: socket.socket,
        *,
        workers: int,
        when_ready: Callable[[], None],
    ) -> None:
        self._application = application
        self._listener = listener
        super().__init__(
            "tradepost",
            interface=Interfaces.RSGI,
            workers=workers,
            loop=Loops.auto,
            http=HTTPModes.http1,
            websockets=False,
            backlog=QUEUE_MAX,
            backpressure=_connections_max(),
            http1_settings=HTTP1Settings(
                header_read_timeout=KEEP_ALIVE_S * 1000, max_buffer_size=HEADERS_MAX
            ),
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=GRACE_S,
        )
        self.on_startup(when_ready)
        self.on_startup(_notify_systemd)

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, and finish the requests in flight."""
        # Forked workers inherit the application with all modules already loaded.
        multiprocessing.set_start_method("fork", force=True)
        self.serve(target_loader=self._load, wrap_loader=False)

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Stop gracefully; on a second signal, stop without waiting for requests in flight."""
        if self.interrupt_signal:
            for worker in self.wrks:
                worker.kill()  # type: ignore[no-untyped-call]
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _init_shared_socket(self) -> None:
        """Let all workers accept from one listener, as granian does everywhere but on Linux.

        Connections wait in its queue while a worker starts or is replaced. With a listener per
        worker they would be refused, and those already queued would be lost with the worker.
        """
        backlog = () if sys.platform == "darwin" else (QUEUE_MAX,)
        holder: Callable[..., Any] = SocketHolder
        self._sso: Any = self._listener
        self._shd: Any = holder(self._listener.fileno(), False, *backlog)  # noqa: FBT003

    def _load(self) -> Any:
        """Return the application, in a worker process."""
        threading.Thread(target=_end_with_manager, args=(os.getppid(),), daemon=True).start()
        return self._application


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; an unusable port is reported before anything starts.

    Raises:
        CommandError: The port is taken or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=QUEUE_MAX)
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used: {error.strerror}. "
            "Set PORT to another one, such as PORT=8080."
        ) from error
    # Accepted connections inherit this: a response's last packet never waits for an acknowledgment.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _notify_systemd() -> None:
    """Tell systemd that the service is ready (sd_notify)."""
    address = os.environ.pop("NOTIFY_SOCKET", "")
    if address:
        # "@" stands for an abstract socket's first byte.
        address = f"\0{address[1:]}" if address.startswith("@") else address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.sendto(b"READY=1", address)


def _connections_max() -> int:
    """Raise the limit on open files, and return how many connections a worker can hold."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + OTHER_FILES
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(1, files - OTHER_FILES)


def _end_with_manager(manager: int) -> None:
    """Send this process SIGTERM once the managing process is gone."""
    while os.getppid() == manager:
        time.sleep(CHECK_S)
    os.kill(os.getpid(), signal.SIGTERM)
