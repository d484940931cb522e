"""The parts that all private servers share."""

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
    """The paths of a server's CA, certificate and key."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True)
class Server:
    """A running private server and its address."""

    name: str
    version: str
    url: str
    host: str
    port: int
    user: str
    data_dir: Path
    process: Process

    def stop(self) -> None:
        """Shut the server down cleanly; its data are kept."""
        self.process.stop()

    def kill(self) -> None:
        """Kill the server, as a crash would; its data are kept as they are."""
        self.process.kill()

    def restart(self) -> None:
        """Stop the server if it is running, and start it on the same port and data."""
        self.process.stop()
        self.process.start()


def free_port() -> int:
    """Return a free port.

    It is below the range of client ports, so that no client takes it while a server restarts.
    """
    for _ in range(100):
        port = secrets.choice(range(20_000, 32_000))
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise ServerError(f"no free port on {HOST}")


def server_user(name: str) -> str | None:
    """Return the user a server has to run as: this one if we are root, else None for ourselves."""
    return name if os.geteuid() == 0 else None


def user_missing(name: str) -> bool:
    """Whether the server would have to run as a user that does not exist."""
    if server_user(name) is None:
        return False
    try:
        pwd.getpwnam(name)
    except KeyError:
        return True
    return False


def own_folder(path: Path, user: str | None) -> Path:
    """Create a folder that only the server's user can read."""
    path.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(path, user, user)
    return path


def own_copy(tls: TlsFiles, folder: Path, user: str | None) -> TlsFiles:
    """Copy the files into a folder of the server's user; PostgreSQL requires that of its key."""
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
    """Return the version in a MySQL-family server's greeting, or None if it does not answer."""
    try:
        with socket.create_connection((HOST, port), timeout=5) as connection:
            packet = connection.recv(256)
    except OSError:
        return None
    # Four bytes of header, the protocol version, then the server version up to a zero byte.
    if len(packet) < 6 or packet[4] != 10:
        return None
    return packet[5:].split(b"\0", 1)[0].decode(errors="replace")
