"""Private PostgreSQL servers."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.servers.folders import temporary_folder
from tools.servers.process import Process, run
from tools.servers.server import (
    DATABASE,
    HOST,
    MAX_CONNECTIONS,
    Server,
    TlsFiles,
    free_port,
    own_copy,
    own_folder,
    server_user,
    user_missing,
)

SUPERUSER = "tradepost"
_SYSTEM_USER = "postgres"
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def unavailable() -> str | None:
    """Return why no PostgreSQL can be started, or None."""
    if _programs() is None:
        return "PostgreSQL is not installed; `make engines` installs it"
    if user_missing(_SYSTEM_USER):
        return f"PostgreSQL does not run as root, and there is no user {_SYSTEM_USER}"
    return None


def version() -> str:
    """Return the version of the installed server."""
    output = subprocess.run(
        [_program("postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+(\.\d+)*", output)
    return found[0] if found else output.strip()


@contextmanager
def start(
    *,
    durable: bool = False,
    tls: TlsFiles | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server with an empty database; `settings` are those of postgresql.conf."""
    with cluster(durable=durable, tls=tls, settings=settings) as server:
        run_sql(server, "postgres", f"CREATE DATABASE {DATABASE}")
        yield server


@contextmanager
def cluster(
    *,
    durable: bool = False,
    tls: TlsFiles | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server as `start` does, but without the database."""
    user = server_user(_SYSTEM_USER)
    port = free_port()
    with temporary_folder() as folder:
        home = own_folder(folder / "postgresql", user)
        data = home / "data"
        run(
            [
                _program("initdb"),
                f"--pgdata={data}",
                f"--username={SUPERUSER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            home=home,
            user=user,
        )
        options = _options(port, durable=durable) | (dict(settings) if settings else {})
        if tls is not None:
            files = own_copy(tls, home / "tls", user)
            options |= {
                "ssl": "on",
                "ssl_ca_file": str(files.ca),
                "ssl_cert_file": str(files.cert),
                "ssl_key_file": str(files.key),
            }
        process = Process(
            [_program("postgres"), "-D", str(data), *_flags(options)],
            home=home,
            user=user,
            ready=lambda pid: _serves(data, pid),
            stop_signal=signal.SIGINT,
            # After SIGKILL it would leave a shared memory segment behind.
            death_signal=signal.SIGQUIT,
        )
        try:
            process.start()
            url = f"postgresql://{SUPERUSER}@{HOST}:{port}/{DATABASE}"
            yield Server("postgresql", version(), url, HOST, port, SUPERUSER, data, process)
        finally:
            process.stop()


def run_sql(server: Server, database: str, statements: str) -> None:
    """Run statements as the superuser."""
    address = f"host={HOST} port={server.port} user={SUPERUSER} dbname={database}"
    run(
        [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address],
        home=server.data_dir.parent,
        user=server_user(_SYSTEM_USER),
        stdin=statements,
    )


def _options(port: int, *, durable: bool) -> dict[str, str]:
    options = {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(MAX_CONNECTIONS),
    }
    return options if durable else options | _FAST


def _flags(options: Mapping[str, str]) -> list[str]:
    return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]


def _serves(data: Path, pid: int) -> bool:
    """Whether the server is ready, according to its pid file, as pg_ctl checks it."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _programs() -> Path | None:
    """Return the folder with the programs of the newest installed server."""
    debian = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if path.parts[-3].isdigit()
    ]
    if debian:
        return max(debian, key=lambda folder: int(folder.parts[-2]))
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def _program(name: str) -> str:
    folder = _programs()
    return str(folder / name) if folder else name
