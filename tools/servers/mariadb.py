"""Private MariaDB servers."""

import os
import re
import shutil
import signal
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
    mysql_greeting,
    own_copy,
    own_folder,
    server_user,
    user_missing,
)

_SYSTEM_USER = "mysql"
_FAST = {
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "innodb-flush-method": "nosync",
}


def unavailable() -> str | None:
    """Return why no MariaDB can be started, or None."""
    if _program("mariadbd") is None or _program("mariadb-install-db") is None:
        return "MariaDB is not installed; `make engines` installs it"
    if user_missing(_SYSTEM_USER):
        return f"MariaDB should not run as root, and there is no user {_SYSTEM_USER}"
    return None


@contextmanager
def start(
    *,
    durable: bool = False,
    tls: TlsFiles | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server with an empty database; `settings` are options of mariadbd."""
    user = server_user(_SYSTEM_USER)
    port = free_port()
    with temporary_folder() as folder:
        home = own_folder(folder / "mariadb", user)
        data = home / "data"
        run(
            [
                _program("mariadb-install-db") or "mariadb-install-db",
                "--no-defaults",
                f"--datadir={data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                "--innodb-flush-method=nosync",
            ],
            home=home,
            user=user,
        )
        options = _options(port, home, durable=durable) | (dict(settings) if settings else {})
        if tls is not None:
            files = own_copy(tls, home / "tls", user)
            options |= {
                "ssl-ca": str(files.ca),
                "ssl-cert": str(files.cert),
                "ssl-key": str(files.key),
            }
        process = Process(
            [
                _program("mariadbd") or "mariadbd",
                "--no-defaults",
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            home=home,
            user=user,
            ready=lambda _: mysql_greeting(port) is not None,
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGKILL,
        )
        try:
            process.start()
            url = f"mariadb://root@{HOST}:{port}/{DATABASE}"
            yield Server("mariadb", _version(port), url, HOST, port, "root", data, process)
        finally:
            process.stop()


def _options(port: int, home: Path, *, durable: bool) -> dict[str, str]:
    first = home / "first.sql"
    first.write_text(f"CREATE DATABASE IF NOT EXISTS {DATABASE};\n")
    first.chmod(0o644)
    options = {
        "datadir": str(home / "data"),
        "bind-address": HOST,
        "port": str(port),
        "socket": "",
        "pid-file": str(home / "pid"),
        "init-file": str(first),
        "skip-name-resolve": "ON",
        "character-set-server": "utf8mb4",
        "max-connections": str(MAX_CONNECTIONS),
    }
    return options if durable else options | _FAST


def _version(port: int) -> str:
    # Versions before 11 send the prefix "5.5.5-" for old replicas.
    output = (mysql_greeting(port) or "").removeprefix("5.5.5-")
    found = re.match(r"[\d.]+", output)
    return found[0] if found else output


def _program(name: str) -> str | None:
    """Return the path of a program, also from folders that are only on root's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin")
