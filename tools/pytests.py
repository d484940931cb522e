"""Runs pytest for one engine after another, or for some at a time, and stops it on demand."""

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
    """How a run of pytest ended, and where its report is."""

    status: int
    report: Path


class Pytests:
    """Starts pytest and knows what runs now."""

    def __init__(self, arguments: Sequence[str], *, stream: bool) -> None:
        """Take what pytest is told besides, and whether its output is shown as it comes."""
        self.cancelled = False
        self._arguments = list(arguments)
        self._stream = stream
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        REPORTS.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, settings: Mapping[str, str]) -> Done:
        """Run the tests with these environment variables; raise Cancelled when stopped."""
        report = REPORTS / f"{name}.xml"
        report.unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "pytest", f"--junitxml={report}"),
            *("-o", "junit_family=xunit2"),
            # Tests marked "once" would find the same on every engine.
            *([] if name == "sqlite" else ["-m", "not once"]),
            *self._arguments,
        ]
        log = None if self._stream else REPORTS / f"{name}.log"
        if log:
            print(f"{name}: running", flush=True)
        status = self._run(command, os.environ | settings, log)
        if log:
            _tell(name, status, log)
        return Done(status, report)

    def cancel(self) -> None:
        """Stop what runs, and start nothing more."""
        with self._lock:
            self.cancelled = True
            running = list(self._running)
        for process in running:
            if self._stream:
                # It shares our terminal, and most likely heard of Ctrl-C from there.
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


def _tell(name: str, status: int, log: Path) -> None:
    """Print pytest's closing line, and more of its end when tests failed."""
    lines = log.read_text(errors="replace").rstrip().splitlines()
    summary = lines[-1].strip("= ") if lines else "no output"
    tail = [f"  {line}" for line in lines[-_TAIL_LINES:]] if status else []
    print("\n".join([f"{name}: {summary}", *tail]), flush=True)
