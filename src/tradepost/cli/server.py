"""The HTTP server: gunicorn, with a Ctrl-C that finishes what is in flight."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from typing import Any

from django.core.management import CommandError
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

# How long a stopping server waits for the requests it took, in seconds.
GRACE_S = 30
KEEP_ALIVE_S = 30


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Stops on Ctrl-C as it does when told to terminate: in-flight requests are finished."""

    def handle_int(self) -> None:
        """Stop gracefully."""
        self.handle_term()


class Server(BaseApplication):  # type: ignore[misc]
    """Serves one WSGI application on a listening socket."""

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        *,
        workers: int,
        threads: int,
        when_ready: Callable[[], None],
    ) -> None:
        self.application = application
        self.settings = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE_S,
            "graceful_timeout": GRACE_S,
            "loglevel": "warning",
            "control_socket_disable": True,
            # Headers of a proxy are read by nobody here; see open mode.
            "forwarded_allow_ips": "",
            "when_ready": lambda _arbiter: when_ready(),
            "post_worker_init": _ignore_interrupts,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take the settings over."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Return the application."""
        return self.application

    def run(self) -> None:
        """Serve until told to stop."""
        _Arbiter(self).run()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, so that a port that is taken is told before anything starts.

    Raises:
        CommandError: It is taken, or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used: {error.strerror}. "
            "Set PORT to another one, such as PORT=8080."
        ) from error


def _ignore_interrupts(_worker: Any) -> None:
    """Leave a terminal's Ctrl-C, which reaches every process, to the one that manages them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
