"""The processes of a benchmark: the applications served, and commands run to their end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tools.servers.process import die_with_parent
from tools.servers.server import HOST, free_port

ROOT = Path(__file__).resolve().parents[1]
START_S = 60
STOP_S = 20
COMMAND_S = 600
# How often a starting application is polled, which limits how precisely its start is measured.
POLL_S = 0.02
# How much of what a process printed is told.
PRINTED = 2000


class Failed(Exception):
    """A process of the benchmark did not do its part; the text says which and why."""


class Serving(NamedTuple):
    """How an application is served.

    Attributes:
        path: Once this is answered, it serves.
    """

    command: Sequence[str]
    path: str


class App(NamedTuple):
    """An application that is served.

    Attributes:
        start_s: From its start to its first answer.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    start_s: float = 0.0

    @property
    def pid(self) -> int:
        """Its process, or the one that manages its processes."""
        return self.process.pid

    def told(self) -> str:
        """Return whether it runs, and the end of what it printed."""
        status = self.process.poll()
        ended = "" if status is None else f"{self.name} ended with {status}\n"
        return ended + _log(self.name, self.folder).read_text(errors="replace")[-PRINTED:]


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which nobody's settings are but ours."""
    ours = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORT", "DEBUG", "LOG_LEVEL")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("TIDB_", "TRADEPOST_", "REFERENCE_"))
    }
    return kept | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONUNBUFFERED": "1"} | dict(more)


def python(*arguments: str) -> list[str]:
    """Return a command line with the Python that runs this."""
    return [sys.executable, *arguments]


def tradepost(*arguments: str) -> list[str]:
    """Return a command line of `tradepost`, as it is installed beside our Python."""
    return [str(Path(sys.executable).with_name("tradepost")), *arguments]


def reference(*arguments: str) -> list[str]:
    """Return a command line of the reference's Django."""
    return python("-m", "bench.reference.manage", *arguments)


def reference_environment(form: str, database: Mapping[str, Any]) -> dict[str, str]:
    """Return what the reference's settings read."""
    return {"REFERENCE_FORM": form, "REFERENCE_DATABASE": json.dumps(database)}


def run(command: Sequence[str], more: Mapping[str, str], folder: Path) -> tuple[int, str]:
    """Run a command to its end; return its status and what it printed."""
    done = subprocess.run(
        command,
        env=environment(more),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    return done.returncode, done.stdout


def require(command: Sequence[str], more: Mapping[str, str], folder: Path) -> None:
    """Run a command that has to succeed.

    Raises:
        Failed: It did not.
    """
    status, said = run(command, more, folder)
    if status:
        raise Failed(f"{' '.join(command)} ended with {status}:\n{said[-PRINTED:]}")


@contextmanager
def served(
    name: str, serving: Serving, port: int, more: Mapping[str, str], folder: Path
) -> Iterator[App]:
    """Serve an application until the block ends.

    Raises:
        Failed: It does not answer.
    """
    begun = time.monotonic()
    with _log(name, folder).open("wb") as output:
        process = subprocess.Popen(
            serving.command,
            env=environment(more),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - takes no lock
        )
    app = App(name, port, process, folder)
    try:
        _wait(app, serving.path)
        yield app._replace(start_s=time.monotonic() - begun)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        # Its group, which is its own: a worker must not outlive it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def port() -> int:
    """Return a port that nobody listens on."""
    return free_port()


def _log(name: str, folder: Path) -> Path:
    return folder / f"{name}.log"


def _wait(app: App, path: str) -> None:
    deadline = time.monotonic() + START_S
    while app.process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, app.port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(POLL_S)
    raise Failed(f"{app.name} does not serve\n{app.told()}")
