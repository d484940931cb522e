"""Runs pytest in processes of its own, and stops them on demand."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.servers.process import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "test"
_TAIL_LINES = 60
_GRACE_SECONDS = 10


class Cancelled(Exception):
    """The tests are being stopped."""


@dataclass(frozen=True)
class Done:
    """The exit status of a run of pytest, and its report."""

    status: int
    report: Path


class Pytests:
    """Starts pytest, and knows the processes that are running."""

    def __init__(self, arguments: Sequence[str], *, stream: bool) -> None:
        """Take arguments for every run, and whether to show pytest's output as it comes."""
        self.cancelled = False
        self._arguments = list(arguments)
        self._stream = stream
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        REPORTS.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, selection: Sequence[str], settings: Mapping[str, str]) -> Done:
        """Run a selection of tests with these environment variables.

        Raises:
            Cancelled: The tests were stopped.
        """
        report = REPORTS / f"{name}.xml"
        report.unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "pytest", f"--junitxml={report}"),
            *("-o", "junit_family=xunit2"),
            *selection,
            *self._arguments,
        ]
        log = None if self._stream else REPORTS / f"{name}.log"
        if log:
            print(f"{name}: running", flush=True)
        status = self._run(command, _environment(settings), log)
        if log:
            _report(name, status, log)
        return Done(status, report)

    def cancel(self) -> None:
        """Stop all running processes, and start no more."""
        with self._lock:
            self.cancelled = True
            running = list(self._running)
        for process in running:
            if self._stream:
                # It shares our terminal, so it has most likely received Ctrl-C already.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE_SECONDS / 2)
            process.send_signal(signal.SIGINT)
        for process in running:
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _run(self, command: list[str], environment: dict[str, str], log: Path | None) -> int:
        with Path(log or os.devnull).open("wb") as output:
            with self._lock:
                if self.cancelled:
                    raise Cancelled
                process = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.DEVNULL if log else None,
                    stdout=output if log else None,
                    stderr=subprocess.STDOUT if log else None,
                    process_group=0 if log else None,
                    preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - takes no lock
                )
                self._running.add(process)
            status = process.wait()
        with self._lock:
            self._running.discard(process)
            if self.cancelled:
                raise Cancelled
        return status


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of pytest, which keeps compiled code for the next run.

    Compiling the tests takes pytest longer than importing them.
    """
    environment = {**os.environ, **settings}
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "build" / "pycache"))
    return environment


def _report(name: str, status: int, log: Path) -> None:
    """Print the last line of pytest's output, and the lines before it when tests failed."""
    lines = log.read_text(errors="replace").rstrip().splitlines()
    summary = lines[-1].strip("= ") if lines else "no output"
    tail = [f"  {line}" for line in lines[-_TAIL_LINES:]] if status else []
    print("\n".join([f"{name}: {summary}", *tail]), flush=True)
