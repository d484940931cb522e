"""What every private server has in common."""

import os
import pwd
import secrets
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.servers.process import Process, ServerError

HOST = "127.0.0.1"
DATABASE = "tradepost"
MAX_CONNECTIONS = 300


@dataclass(frozen=True)
class TlsFiles:
    """Where the files of a server's identity are: its CA, its certificate and its key."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True)
class Server:
    """A private server that runs, and how to reach it."""

    name: str
    version: str
    url: str
    host: str
    port: int
    user: str
    data_dir: Path
    process: Process

    def stop(self) -> None:
        """Shut the server down in order; its data stay."""
        self.process.stop()

    def kill(self) -> None:
        """Kill the server at once, as a crash would; its data stay as they are."""
        self.process.kill()

    def restart(self) -> None:
        """Start the server again on the same port and data, stopping it first if it runs."""
        self.process.stop()
        self.process.start()


def free_port() -> int:
    """Find a port nobody listens on.

    It is below the range clients get theirs from, so that no client takes it while a server
    that is started again is down.
    """
    for _ in range(100):
        port = secrets.choice(range(20_000, 32_000))
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise ServerError(f"no free port on {HOST}")


def server_user(name: str) -> str | None:
    """Name the user a server runs as: one of its own for root, else the one we are."""
    return name if os.geteuid() == 0 else None


def user_missing(name: str) -> bool:
    """Tell whether we would have to become a user who does not exist."""
    if server_user(name) is None:
        return False
    try:
        pwd.getpwnam(name)
    except KeyError:
        return True
    return False


def own_folder(path: Path, user: str | None) -> Path:
    """Make a folder only the server's user can read."""
    path.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(path, user, user)
    return path


def own_copy(tls: TlsFiles, folder: Path, user: str | None) -> TlsFiles:
    """Copy the files into a folder of the server's; PostgreSQL reads no other key."""
    own_folder(folder, user)
    copies = TlsFiles(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    for source, copy in (
        (tls.ca, copies.ca),
        (tls.cert, copies.cert),
        (tls.key, copies.key),
    ):
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        if user is not None:
            shutil.chown(copy, user, user)
    return copies


def mysql_greeting(port: int) -> str | None:
    """Read the version a MySQL-family server greets with; None while it does not answer."""
    try:
        with socket.create_connection((HOST, port), timeout=5) as connection:
            packet = connection.recv(256)
    except OSError:
        return None
    # Four bytes of header, the protocol's number, then the version up to a zero byte.
    if len(packet) < 6 or packet[4] != 10:
        return None
    return packet[5:].split(b"\0", 1)[0].decode(errors="replace")
