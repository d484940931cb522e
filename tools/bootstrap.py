"""Bring .venv up to date with the lock files.

Usage: bootstrap.py run|dev. This file keeps to the syntax of Python 3.6, so that an old Python can
print that it is too old.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

OLDEST = (3, 11)
VERSION = ".".join(map(str, sys.version_info[:3]))
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "tradepost-stamp"
ATTEMPTS = 3


class SetupError(Exception):
    """The environment could not be created; the message says why and what to do."""


def main(kind: str) -> None:
    """Bring the environment up to date for running ("run") or developing ("dev")."""
    refuse_bad_python()
    native = kind == "dev" and can_build_mysqlclient()
    if is_current(kind, native=native):
        return
    if not is_usable():
        create()
    STAMP.write_text(f"{ROOT}\n")
    install("the locked packages", "--require-hashes", "-r", f"requirements/{kind}.txt")
    install("Tradepost", "--no-deps", "--no-build-isolation", "--editable", ".")
    if native:
        native = try_mysqlclient()
    STAMP.write_text(f"{ROOT}\n{stamp(kind, native=native)}\n")


def refuse_bad_python() -> None:
    """Raise SetupError if this Python cannot create the environment."""
    this = f"Python {VERSION} ({sys.executable})"
    if sys.version_info < OLDEST:
        raise SetupError(
            f"Tradepost needs Python 3.11 or newer, and this is {this}: install a newer one and "
            "name it, as in `make run PYTHON=python3.11`."
        )
    modules = ("venv", "ensurepip")
    if uv() is None and None in [importlib.util.find_spec(name) for name in modules]:
        raise SetupError(
            f"{this} cannot make virtual environments: install what is missing, on Debian or "
            "Ubuntu with `apt-get install python3-venv`."
        )


def uv() -> "str | None":
    """Return the path of uv, if installed; it is preferred because it is faster."""
    return shutil.which("uv")


def stamp(kind: str, *, native: bool) -> str:
    """Return a digest of everything that determines the contents of the environment."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in (ROOT / "pyproject.toml", ROOT / "requirements" / f"{kind}.txt"):
        digest.update(path.read_bytes())
    return f"{kind}{'+mysqlclient' if native else ''} {digest.hexdigest()}"


def is_current(kind: str, *, native: bool) -> bool:
    """Whether the environment is up to date; one for developing is good for running, too."""
    good = [stamp(kind, native=native)]
    if kind == "run":
        good += [stamp("dev", native=False), stamp("dev", native=True)]
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    place, _, found = STAMP.read_text().rstrip().partition("\n")
    return place == str(ROOT) and found in good


def is_usable() -> bool:
    """Whether the environment can be kept: same Python, not moved, not broken."""
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    if STAMP.read_text().splitlines()[:1] != [str(ROOT)]:
        return False
    needed = "sys" if uv() else "pip"
    probe = f"import sys, {needed}; print(sys.version_info[:2])"
    done = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == repr(sys.version_info[:2])


def create() -> None:
    """Replace the environment by an empty one."""
    say(f"Making .venv with Python {VERSION}")
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    maker = uv()
    if maker:
        command = [maker, "venv", "--quiet", "--python", sys.executable, str(VENV)]
    else:
        command = [sys.executable, "-m", "venv", str(VENV)]
    failed = attempt(command)
    if failed:
        raise SetupError(
            f"{failed}\n{sys.executable} could not make {VENV}; the lines above say why."
        )


def install(what: str, *arguments: str) -> None:
    """Install packages into the environment, with retries."""
    say(f"Installing {what}")
    for left in reversed(range(ATTEMPTS)):
        failed = attempt([*installer(), *arguments])
        if not failed:
            return
        if left:
            say("That failed; trying again in 5 s")
            time.sleep(5)
    raise SetupError(f"{failed}\nCould not install {what}; the lines above say why.")


def try_mysqlclient() -> bool:
    """Build mysqlclient; return whether that worked. Only tests of that driver need it."""
    say("Building mysqlclient")
    if attempt([*installer(), "--require-hashes", "-r", "requirements/mysqlclient.txt"]):
        say("mysqlclient could not be built; the tests that use it are left out")
        return False
    return True


def can_build_mysqlclient() -> bool:
    """Whether a compiler and the headers of Python and of MariaDB's client are installed."""
    if not (shutil.which("cc") and shutil.which("pkg-config")):
        return False
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        return False
    command = ["pkg-config", "--exists", "libmariadb"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def installer() -> "list[str]":
    """Return the beginning of the command that installs packages."""
    program = uv()
    if program:
        return [program, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def attempt(command: "list[str]") -> str:
    """Run a command; return the end of its output if it failed, otherwise an empty text."""
    # The build backend looks up its own program on the PATH.
    path = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "PIP_RETRIES": "5", "PIP_NO_INPUT": "1"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    return "\n".join(done.stdout.strip().splitlines()[-15:]) or f"{command[0]} failed"


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"{text} ...", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
