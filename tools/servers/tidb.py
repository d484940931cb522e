"""Private TiDB servers: one process with TiDB's embedded store."""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.servers import cache
from tools.servers.folders import temporary_folder
from tools.servers.process import Process
from tools.servers.server import (
    DATABASE,
    HOST,
    Server,
    TlsFiles,
    free_port,
    mysql_greeting,
    own_copy,
    own_folder,
)

VERSION = "v8.5.6"
MODULE = cache.TOOLS / "tidb"
# TiDB takes a folder of this name below $TMPDIR for data that need not last, and is faster there.
_VOLATILE = "tidb-unistore-temp"


def program() -> Path:
    """Return where the server's program is or would be."""
    named = os.environ.get("TRADEPOST_TIDB_SERVER")
    return Path(named) if named else cache.built("tidb-server", VERSION, MODULE)


def unavailable() -> str | None:
    """Say why no TiDB can be started here; None when one can."""
    if os.access(program(), os.X_OK):
        return None
    if os.environ.get("TRADEPOST_TIDB_SERVER"):
        return f"TRADEPOST_TIDB_SERVER names {program()}, which is not a program"
    return "TiDB is not built; `make engines` builds it"


@contextmanager
def start(
    *,
    durable: bool = False,
    tls: TlsFiles | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server with an empty database; `settings` are global system variables.

    Unless it is durable, its data are gone when it stops.
    """
    port = free_port()
    with temporary_folder() as folder:
        home = own_folder(folder / "tidb", None)
        data = home / ("data" if durable else _VOLATILE)
        process = Process(
            [
                str(program()),
                "-store=unistore",
                f"-path={data}",
                f"-host={HOST}",
                f"-P={port}",
                "-socket=",
                "-L=warn",
                f"-config={_config(home, tls)}",
                f"-initialize-sql-file={_first_statements(home, settings or {})}",
            ],
            home=home,
            user=None,
            ready=lambda _: mysql_greeting(port) is not None,
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGKILL,
        )
        try:
            process.start()
            url = f"tidb://root@{HOST}:{port}/{DATABASE}"
            yield Server("tidb", _version(port), url, HOST, port, "root", data, process)
        finally:
            process.stop()


def _config(home: Path, tls: TlsFiles | None) -> Path:
    lines = [f'temp-dir = "{home}/temp"', "[status]", "report-status = false"]
    if tls is not None:
        files = own_copy(tls, home / "tls", None)
        lines += [
            "[security]",
            f'ssl-ca = "{files.ca}"',
            f'ssl-cert = "{files.cert}"',
            f'ssl-key = "{files.key}"',
        ]
    path = home / "config.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _first_statements(home: Path, settings: Mapping[str, str]) -> Path:
    # Without it, TiDB takes CHECK constraints for comments.
    values = {"tidb_enable_check_constraint": "ON"} | dict(settings)
    lines = [f"SET GLOBAL {name} = {value};" for name, value in values.items()]
    lines.append(f"CREATE DATABASE IF NOT EXISTS {DATABASE};")
    path = home / "first.sql"
    path.write_text("\n".join(lines) + "\n")
    return path


def _version(port: int) -> str:
    said = mysql_greeting(port) or ""
    found = re.search(r"TiDB-v([\d.]+)", said)
    return found[1] if found else said
