"""The HTTP server: uvicorn worker processes, managed by gunicorn.

Ctrl-C reaches every process of the terminal. Only the managing process handles it, and lets the
workers finish their requests.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn
from django.core.management import CommandError
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from uvicorn_worker import UvicornWorker

from tradepost.cli.corked import CorkedProtocol

# How long a stopping server waits for requests in flight, in seconds.
GRACE_S = 30
KEEP_ALIVE_S = 30
# Thresholds of Python's cyclic garbage collector (the defaults are 700, 10, 10).
GC_THRESHOLDS = (20_000, 20, 20)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Handles SIGINT like SIGTERM: requests in flight are finished."""

    def handle_int(self) -> None:
        self.handle_term()


class _Uvicorn(uvicorn.Server):
    """Ignores SIGINT, which the managing process handles."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on every signal but SIGINT."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)


class Worker(UvicornWorker):  # type: ignore[misc]
    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": CorkedProtocol,
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_S,
    }

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        self.server = _Uvicorn(self.config)
        self._install_sigquit_handler()
        await self.server.serve(sockets=self.sockets)
        if not self.server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    async def callback_notify(self) -> None:
        """Send a heartbeat to the managing process, and stop if it is gone."""
        await super().callback_notify()
        if os.getppid() != self.ppid:
            self.server.should_exit = True


class Server(BaseApplication):  # type: ignore[misc]
    """Serves one ASGI application on a listening socket."""

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        *,
        workers: int,
        proxies: Sequence[str],
        when_ready: Callable[[], None],
    ) -> None:
        self.application = application
        Worker.CONFIG_KWARGS = {**Worker.CONFIG_KWARGS, "proxy_headers": bool(proxies)}
        self.settings = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "worker_class": Worker,
            "keepalive": KEEP_ALIVE_S,
            # Forwarding headers are ignored unless a trusted proxy sends them.
            "forwarded_allow_ips": ",".join(proxies),
            "graceful_timeout": GRACE_S,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": _tune_gc,
            "when_ready": lambda _arbiter: when_ready(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.application

    def run(self) -> None:
        _Arbiter(self).run()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; an unusable port is reported before anything starts.

    Raises:
        CommandError: The port is taken or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used: {error.strerror}. "
            "Set PORT to another one, such as PORT=8080."
        ) from error


def _tune_gc(_worker: Any) -> None:
    """Collect cyclic garbage less often, and never among the objects of the start-up.

    A group commit creates many objects that live until it is answered. By default they would be
    scanned again and again.
    """
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
