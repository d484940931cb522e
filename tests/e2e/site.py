"""A running server with accounts and data, and the API calls of the tests."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.served import QUICK, TIMEOUT_S, Served, environment, served

# Set, so that keys and logins are demanded: see open mode.
CLOSED = QUICK | {"ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": "only for the tests " * 4}
DATABASE = "tradepost.sqlite3"


@dataclass
class Site:
    """A server, with sessions and an API key.

    Attributes:
        sessions: By username.
        secret: An API key with all scopes.
        ids: Ids of the sample data, by name.
    """

    server: Served
    data: Path
    sessions: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.url

    def ask(self, method: str, path: str, body: Any = None, *, secret: str = "") -> Any:
        """Send a request to the API; return the status and the body."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        if secret or self.secret:
            request.add_header("Authorization", f"Bearer {secret or self.secret}")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read())

    def player(self, name: str, *, coins: int = 100, goods: int = 10) -> str:
        """Create a player; return the id."""
        values = {"name": name, "coins": coins, "goods": goods}
        return str(self.ask("POST", "players", values)[1]["id"])

    def balance(self, player: str) -> tuple[int, int]:
        """Return a player's coins and goods."""
        found = self.ask("GET", f"players/{player}")[1]
        return found["coins"], found["goods"]

    def trades(self, player: str) -> list[dict[str, Any]]:
        """Return a player's trades."""
        found: list[dict[str, Any]] = self.ask("GET", f"trades?player={player}")[1]["items"]
        return found

    def product(self, name: str, *, price: str = "10.00", stock: int | None = 5) -> str:
        """Add a product; return the id."""
        values = {"name": name, "price": price, "stock": stock}
        return str(self.ask("POST", "products", values)[1]["id"])

    def stock(self, product: str) -> Any:
        """Return a product's stock."""
        return self.ask("GET", f"products/{product}")[1]["stock"]

    def orders(self, product: str) -> list[dict[str, Any]]:
        """Return the latest orders that have a product."""
        found = self.ask("GET", "orders?limit=100")[1]["items"]
        return [one for one in found if product in [line["product"] for line in one["lines"]]]

    def session(self, who: str) -> str:
        """Return a new session of an account, as on another device."""
        new = secrets.token_hex(16)
        with self._database() as database:
            database.execute(
                "INSERT INTO django_session (session_key, session_data, expire_date)"
                " SELECT ?, session_data, expire_date FROM django_session WHERE session_key = ?",
                (new, self.sessions[who]),
            )
        return new

    def forget(self, session: str) -> None:
        """Delete a session, as if it had expired."""
        with self._database() as database:
            database.execute("DELETE FROM django_session WHERE session_key = ?", (session,))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the database's write lock."""
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                database.execute("ROLLBACK")

    def _database(self) -> contextlib.closing[sqlite3.Connection]:
        file = self.data / DATABASE
        return contextlib.closing(sqlite3.connect(file, timeout=30, isolation_level=None))


@contextlib.contextmanager
def closed_site(data: Path, how_much: str) -> Iterator[Site]:
    """Start a server that requires a login or a key, with the data of `demo`."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.demo", how_much],
        env=environment(data, **CLOSED),
        cwd=data,
        stdout=subprocess.PIPE,
        timeout=TIMEOUT_S,
        check=True,
    )
    with served(data, **CLOSED) as server:
        yield Site(server, data, **json.loads(made.stdout))


@contextlib.contextmanager
def open_site(data: Path) -> Iterator[Site]:
    """Start a server in local mode, with an empty database."""
    with served(data) as server:
        yield Site(server, data)
