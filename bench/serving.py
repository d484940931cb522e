"""How each system is served, and how its tables are made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bench import nakama
from bench.cases import DIRECT, NAKAMA, R0, REFERENCES, TWO
from bench.databases import OURS, PEER, REFERENCE, Database
from bench.processes import (
    Serving,
    port,
    python,
    reference,
    reference_environment,
    require,
    tradepost,
)
from tools.servers.server import HOST

# A list is read from the database, so a server that answers it has started.
OURS_PATH, NAKAMA_PATH, REFERENCE_PATH = "/api/v1/players", "/healthcheck", "/livez"


def database_of(system: str) -> str:
    """Return the name of the database that a system uses."""
    return PEER if system == NAKAMA else REFERENCE if system in REFERENCES else OURS


def migrate(name: str, database: Database, folder: Path) -> None:
    """Make the tables of a database that is not ours.

    Raises:
        Failed: They cannot be made.
    """
    if name == PEER:
        require([str(nakama.program()), "migrate", "up", *_wallets(database)], {}, folder)
        return
    # With R0's settings, because R1's lack middleware that Django's system checks require.
    more = reference_environment(R0, database.django)
    require(reference("migrate", "--run-syncdb", "--verbosity=0"), more, folder)


def of(
    system: str, at: int, database: Database, ours: Mapping[str, str], folder: Path
) -> tuple[Serving, Mapping[str, str]]:
    """Return the command that serves a system on a port, and its environment."""
    if system == NAKAMA:
        return Serving(_nakama(at, database, folder), NAKAMA_PATH), {"NAKAMA_TELEMETRY": "0"}
    if system in REFERENCES:
        command = (
            reference("runserver", "--noreload", f"{HOST}:{at}")
            if system == R0
            else python("-m", "bench.reference.serve", str(at))
        )
        more = reference_environment(system, database.django)
        return Serving(command, REFERENCE_PATH), more
    workers = ["--workers", "2"] if system == TWO else []
    command = (
        python("-m", "bench.ungrouped", "serve")
        if system == DIRECT
        else tradepost("serve", *workers)
    )
    return Serving(command, OURS_PATH), {**ours, "PORT": str(at)}


def _nakama(at: int, database: Database, folder: Path) -> list[str]:
    options = {
        "data_dir": folder,
        "runtime.path": nakama.MODULE,
        "socket.address": HOST,
        "socket.port": at,
        "console.address": HOST,
        "console.port": port(),
        "logger.level": "ERROR",
    }
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [str(nakama.program()), *_wallets(database), *given]


def _wallets(database: Database) -> list[str]:
    """Return the option that names the database; a password is required, but not checked."""
    at = urlsplit(database.url)
    return ["--database.address", f"{at.username}:x@{at.hostname}:{at.port}/{PEER}"]
