"""`tradepost serve` as a process: its output and its errors."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.cli.served import environment, free_port, run, served


def test_the_greeting_s_own_curl_line_works(tmp_path: Path) -> None:
    """The URL, the database and a command to try, which is run as it is printed."""
    with served(tmp_path) as server:
        assert server.url in server.greeting[0]
        assert server.greeting[1] == f"Database: SQLite at {tmp_path / 'tradepost.sqlite3'}"

        line = server.greeting[2].removeprefix("Try:").strip()
        answer = subprocess.run(
            [*shlex.split(line), "-s"], capture_output=True, text=True, check=True, timeout=60
        )

        assert [one["id"] for one in json.loads(answer.stdout)["players"]] == ["1", "2"]


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.post("/player/", '[{"coins":100,"goods":20}]')
        server.interrupt()
    key = (tmp_path / "secret_key").read_text()

    with served(tmp_path) as server:
        assert server.get("/player/1") == (200, b'{"id": 1, "coins": 100, "goods": 20}')
    assert (tmp_path / "secret_key").read_text() == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_ctrl_c_stops_cleanly(tmp_path: Path) -> None:
    """Exit status 0, and no traceback."""
    with served(tmp_path) as server:
        server.get("/livez")
        status = server.interrupt()
        printed = server.printed()

    assert status == 0
    assert "Traceback" not in printed


def test_ctrl_c_finishes_what_is_in_flight(tmp_path: Path) -> None:
    """A request that waits for a lock is answered before the server stops."""
    with served(tmp_path) as server:
        server.post("/player/", "[]")
        writer = sqlite3.connect(tmp_path / "tradepost.sqlite3", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        answers: list[tuple[int, bytes]] = []
        body = '[{"coins":1,"goods":1}]'
        waiting = threading.Thread(target=lambda: answers.append(server.post("/player/", body)))
        waiting.start()
        _wait_until_taken(server.url)

        stopping = threading.Thread(target=server.interrupt)
        stopping.start()
        writer.execute("ROLLBACK")
        writer.close()
        waiting.join(timeout=60)
        stopping.join(timeout=60)

    assert answers == [(200, b"create 1 players.")]


def _wait_until_taken(url: str) -> None:
    """Return when a worker has read the waiting request, because it answers a later one."""
    host, port = url.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port)), timeout=60) as probe:
            probe.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert probe.recv(12) == b"HTTP/1.1 200"


def test_systemd_is_notified_when_the_server_is_ready(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        with served(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as server:
            assert manager.recv(100) == b"READY=1"
            assert server.get("/livez")[0] == 200


def test_a_taken_port_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("serve", env=environment(tmp_path, PORT=port), cwd=tmp_path)

    assert ended.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use" in ended.stderr
    assert "Set PORT to another one" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.0"])
def test_what_is_no_port_is_reported(tmp_path: Path, port: str) -> None:
    ended = run("serve", env=environment(tmp_path, PORT=port), cwd=tmp_path)

    assert ended.returncode == 1
    assert f"PORT '{port}' is not a port number from 1 to 65535." in ended.stderr


@pytest.mark.parametrize("host", ["example.org", "", "0.0.0"])
def test_what_is_no_address_is_reported(tmp_path: Path, host: str) -> None:
    ended = run("serve", "--host", host, env=environment(tmp_path), cwd=tmp_path)

    assert ended.returncode == 1
    assert "is not an address such as 127.0.0.1 or 0.0.0.0." in ended.stderr


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "192.0.2.1:8000", "[::]:8000"])
def test_the_development_server_listens_on_the_loopback_alone(tmp_path: Path, address: str) -> None:
    """The error names `tradepost serve`."""
    ended = run("runserver", address, env=environment(tmp_path), cwd=tmp_path)

    assert ended.returncode == 1
    host = address.rpartition(":")[0]
    assert f"The development server does not listen on {host}: use `tradepost" in ended.stderr


def test_an_unreachable_database_is_reported_in_one_sentence(tmp_path: Path) -> None:
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/nowhere"
    env = environment(tmp_path, PORT=str(free_port()), DATABASE_URL=url)

    ended = run("serve", env=env, cwd=tmp_path)

    assert ended.returncode == 1
    assert ended.stderr.startswith("tradepost: The database cannot be used: ")
    assert "PostgreSQL at 127.0.0.1" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert "secret" not in ended.stderr


def test_an_unmigrated_database_is_reported_and_left_alone(tmp_path: Path) -> None:
    """Only the embedded database is migrated automatically."""
    url = f"sqlite:///{tmp_path}/mine.sqlite3"
    env = environment(tmp_path, PORT=str(free_port()), DATABASE_URL=url)

    ended = run("serve", env=env, cwd=tmp_path)

    assert ended.returncode == 1
    there_are = len(MigrationLoader(None).disk_migrations)
    assert f"lacks {there_are} migrations: run `tradepost migrate` first." in ended.stderr
    with sqlite3.connect(tmp_path / "mine.sqlite3") as database:
        assert database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,)
    database.close()


def test_a_newer_schema_is_reported(tmp_path: Path) -> None:
    """An older version must not write into it."""
    env = environment(tmp_path, PORT=str(free_port()))
    assert run("migrate", env=env, cwd=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "tradepost.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('trading', '0099_future', '2030-01-01')"
        )
    database.close()

    ended = run("serve", env=env, cwd=tmp_path)

    assert ended.returncode == 1
    assert "has a newer schema than this program (trading.0099_future)" in ended.stderr


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "file").write_text("")
    env = environment(tmp_path / "file" / "data")

    ended = run("serve", env=env, cwd=tmp_path)

    assert ended.returncode == 1
    assert f"The data folder {tmp_path}/file/data cannot be made" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into any folder")
def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    """The folder belongs to somebody else."""
    tmp_path.chmod(0o500)
    try:
        ended = run("serve", env=environment(tmp_path), cwd=tmp_path)
    finally:
        tmp_path.chmod(0o700)

    assert ended.returncode == 1
    assert f"The data folder {tmp_path} cannot be written" in ended.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("oracle://x/y", "the scheme 'oracle' is not one of sqlite:, postgresql:"),
        ("postgresql://h/d?pool=1", "PostgreSQL has no option 'pool'"),
        ("mariadb://h/d?driver=odd", "driver=odd is unknown"),
        ("tidb://h/", "names no database"),
    ],
)
def test_a_database_url_that_cannot_be_used_is_reported(
    tmp_path: Path, url: str, told: str
) -> None:
    ended = run("audit", env=environment(tmp_path, DATABASE_URL=url), cwd=tmp_path)

    assert ended.returncode == 1
    assert ended.stderr.startswith("tradepost: DATABASE_URL: ")
    assert told in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
