"""A server's process, which never outlives the process that started it."""

import atexit
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_START_SECONDS = 60
_STOP_SECONDS = 20

# Linux sends the parent-death signal when the *thread* that started a child ends, so one thread
# that never ends starts them all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="server-spawner")
_running: "set[Process]" = set()


class ServerError(Exception):
    """A private server could not be set up, started or stopped."""


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """Return a function for a child to call first, so that it gets the signal when we die."""
    parent = os.getpid()

    def ask_for_signal() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return ask_for_signal


def environment(home: Path) -> dict[str, str]:
    """Return the environment without variables that configure a server or its client."""
    names = [name for name in os.environ if not name.startswith(("PG", "MYSQL", "MARIADB", "TIDB"))]
    return {name: os.environ[name] for name in names} | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
    }


def run(command: Sequence[str], *, home: Path, user: str | None, stdin: str | None = None) -> None:
    """Run a helper program; raise ServerError with its output if it fails."""
    done = subprocess.run(
        command,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=home,
        env=environment(home),
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        check=False,
    )
    if done.returncode:
        raise ServerError(f"{command[0]} failed ({done.returncode}):\n{done.stdout.strip()}")


class Process:
    """A server's command, and the process that currently runs it, if any."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        home: Path,
        user: str | None,
        ready: Callable[[int], bool],
        stop_signal: signal.Signals,
        death_signal: signal.Signals,
    ) -> None:
        """Take the command; `ready` is called with the process id until it returns true."""
        self.command = list(command)
        self.log = home / "server.log"
        self._home = home
        self._user = user
        self._ready = ready
        self._stop_signal = stop_signal
        self._death_signal = death_signal
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the process id; raise ServerError if it is not running."""
        if self._popen is None:
            raise ServerError(f"{self.command[0]} is not running")
        return self._popen.pid

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        self._popen = _spawner.submit(self._spawn).result()
        _running.add(self)
        deadline = time.monotonic() + _START_SECONDS
        while not self._ready(self._popen.pid):
            if self._popen.poll() is not None:
                self._failed(f"stopped with {self._popen.returncode} while starting")
            if time.monotonic() > deadline:
                self._failed(f"did not start within {_START_SECONDS} s")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server and wait until it has ended; does nothing if it is not running."""
        if self._popen is None:
            return
        self._popen.send_signal(self._stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill the server and its children at once, as a crash would."""
        if self._popen is None:
            return
        pids = [self._popen.pid, *_children(self._popen.pid)]
        if self._popen.poll() is None:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._popen.wait()
        # A dying child still holds shared memory of the data folder, which would prevent a restart.
        deadline = time.monotonic() + _STOP_SECONDS
        while any(_is_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._popen = None
        _running.discard(self)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                env=environment(self._home),
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                process_group=0,
                preexec_fn=die_with_parent(self._death_signal),  # noqa: PLW1509 - takes no lock
            )

    def _failed(self, what: str) -> None:
        self.kill()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise ServerError(f"{self.command[0]} {what}; its log ends with:\n{tail}")


def _children(parent: int) -> list[int]:
    """Return the child processes of a process, where /proc exists."""
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if _state_and_parent(pid)[1:] == [str(parent)]]


def _is_alive(pid: int) -> bool:
    """Whether a process is running; a zombie is not."""
    return _state_and_parent(pid)[:1] not in ([], ["Z"], ["X"])


def _state_and_parent(pid: int) -> list[str]:
    """Return the state and the parent of a process, or an empty list if it is gone."""
    try:
        # "pid (name) state parent …"; the name may contain spaces and parentheses.
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()[:2]


@atexit.register
def _kill_running() -> None:
    for process in list(_running):
        process.kill()
