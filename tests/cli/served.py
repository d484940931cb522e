"""Runs `tradepost serve` as a process on a free port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tools.servers.process import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
# What a developer may have set for a server of their own.
OWN_SETTINGS = (
    *("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORT"),
    *("ALLOWED_HOSTS", "TRUSTED_PROXIES", "HTTPS"),
)
# For servers where many users sign in: the product's hasher takes half a second per password.
QUICK = {
    "DJANGO_SETTINGS_MODULE": "tests.cli.quick_settings",
    "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
}
GREETING_LINES = 3
TIMEOUT_S = 60


def free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return an environment without the tests' own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORT", "ALLOWED_HOSTS")
        and not name.startswith("TIDB_")
    }
    return kept | {"TRADEPOST_DATA": str(data), "PYTHONUNBUFFERED": "1"} | more


def command(*arguments: str) -> list[str]:
    """Return the command line that runs `tradepost` with this Python."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def run(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command and wait for it."""
    return subprocess.run(
        command(*arguments),
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


class Served:
    """A running server.

    Attributes:
        url: Its address.
        greeting: What it printed when it was ready.
    """

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self._printed: list[str] = []
        self._greeted = threading.Event()
        # Somebody has to read on, or a server that logs much would wait for it.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._greeted.wait(TIMEOUT_S) or not self._printed[0].startswith("Tradepost"):
            raise AssertionError("\n".join(self._printed))

    @property
    def greeting(self) -> list[str]:
        """The lines that it printed when it was ready."""
        return self._printed[:GREETING_LINES]

    @property
    def is_read(self) -> bool:
        """Whether any of its processes still runs."""
        return self._reader.is_alive()

    def printed(self) -> str:
        """Return everything that it printed, after it has ended."""
        self._reader.join(TIMEOUT_S)
        return "\n".join(self._printed)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._printed.append(line.rstrip("\n"))
            if len(self._printed) == GREETING_LINES:
                self._greeted.set()
        self._greeted.set()

    def get(self, path: str) -> tuple[int, bytes]:
        """GET a path; return status and body."""
        with urllib.request.urlopen(self.url + path, timeout=TIMEOUT_S) as response:
            return response.status, response.read()

    def post(self, path: str, body: str) -> tuple[int, bytes]:
        """POST a body; return status and body."""
        request = urllib.request.Request(self.url + path, data=body.encode(), method="POST")
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            return response.status, response.read()

    @property
    def workers(self) -> set[int]:
        """The ids of the worker processes."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in path.read_text().split()}

    def terminate(self) -> None:
        """Send SIGTERM to the managing process, as a service manager does."""
        self.process.terminate()

    def interrupt(self) -> int:
        """Send SIGINT to every process, as Ctrl-C does, and return the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=TIMEOUT_S)


@contextlib.contextmanager
def served(data: Path, *options: str, **more: str) -> Iterator[Served]:
    """Start a server, wait until it is ready, and stop it afterwards."""
    port = free_port()
    process = subprocess.Popen(
        command("serve", *options),
        env=environment(data, PORT=str(port), **more),
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - takes no lock
    )
    try:
        yield Served(process, f"http://127.0.0.1:{port}")
    finally:
        # Also where the managing process ended before its workers.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
