"""The example's project, run in processes of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.served import ROOT, TIMEOUT_S, environment

EXAMPLE = ROOT / "examples" / "seats"
WORKER = ROOT / "tests" / "examples" / "worker.py"


class Ended(NamedTuple):
    """A command's exit status and output."""

    status: int
    printed: str


class Worker:
    """A process of the example that reads lines and writes lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout

    def send(self, line: str = "") -> None:
        """Write a line to it; an empty one lets it continue where it paused."""
        self._stdin.write(f"{line}\n")
        self._stdin.flush()

    def read(self) -> str:
        """Return the next line that it writes."""
        return self._stdout.readline().rstrip("\n")

    def end(self) -> Ended:
        """Let it continue, and wait until it ends."""
        self.send()
        printed, _ = self._process.communicate(timeout=TIMEOUT_S)
        return Ended(self._process.returncode, printed.strip())

    def kill(self) -> None:
        """End it where it is."""
        self._process.kill()
        self._process.wait(TIMEOUT_S)


class Project:
    """The example on one database.

    Args:
        folder: The folder to run its commands in.
        database: The settings that name the database, if that is no file in the folder.
    """

    def __init__(self, folder: Path, database: Mapping[str, str]) -> None:
        self._folder = folder
        self._env = environment(folder, **database)
        # Starting a process takes longer than what most tests do in it.
        self._server: Worker | None = None

    def manage(self, *arguments: str) -> Ended:
        """Run a command of `manage.py`."""
        done = subprocess.run(
            [sys.executable, str(EXAMPLE / "manage.py"), *arguments],
            cwd=self._folder,
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout.strip())

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Keep a process for the commands that run one after another."""
        with self._started("serve") as self._server:
            yield

    def seats(self, *arguments: str, change: str = "unchanged") -> Ended:
        """Run the `seats` command, with a change of `worker`."""
        assert self._server is not None
        self._server.send(json.dumps([change, *arguments]))
        return Ended(*json.loads(self._server.read()))

    @contextlib.contextmanager
    def paused(self, change: str, *arguments: str) -> Iterator[Worker]:
        """Run the `seats` command in another process as far as the change pauses it."""
        with self._started(change, *arguments) as worker:
            assert worker.read() == change
            yield worker

    def open(self, *labels: str) -> tuple[str, list[str]]:
        """Open an event; return its ID and those of its seats."""
        event = self.seats("open", "Hamlet", *labels).printed.removeprefix("event ")
        return event, [line.split()[0] for line in self.seats("show", event).printed.splitlines()]

    def state(self, event: str) -> dict[str, Any]:
        """Return what the tables say of an event."""
        read: dict[str, Any] = json.loads(self.seats(event, change="state").printed)
        return read

    @contextlib.contextmanager
    def _started(self, *arguments: str) -> Iterator[Worker]:
        """Start a worker; it is killed at the end of the block."""
        with subprocess.Popen(
            [sys.executable, str(WORKER), *arguments],
            cwd=self._folder,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield Worker(process)
            finally:
                process.kill()
