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
# TiDB treats a folder of this name below $TMPDIR as volatile, which makes it faster.
_VOLATILE = "tidb-unistore-temp"


def program() -> Path:
    """Return the path of the server's program, whether it is built or not."""
    named = os.environ.get("TRADEPOST_TIDB_SERVER")
    return Path(named) if named else cache.built("tidb-server", VERSION, MODULE)


def unavailable() -> str | None:
    """Return why no TiDB can be started, or None."""
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

    Unless it is durable, its data are lost when it stops.
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
    # Without it, TiDB ignores CHECK constraints.
    values = {"tidb_enable_check_constraint": "ON"} | dict(settings)
    lines = [f"SET GLOBAL {name} = {value};" for name, value in values.items()]
    lines.append(f"CREATE DATABASE IF NOT EXISTS {DATABASE};")
    path = home / "first.sql"
    path.write_text("\n".join(lines) + "\n")
    return path


def _version(port: int) -> str:
    output = mysql_greeting(port) or ""
    found = re.search(r"TiDB-v([\d.]+)", output)
    return found[1] if found else output
