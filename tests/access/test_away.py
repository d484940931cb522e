"""A database that is away, read-only or locked: 503 on every way in, and nothing was done.

The databases of these tests are broken for real: a file that is read-only, or locked, or not
there; a server that was killed while it was connected to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from tests.access.conftest import account
from tests.api.conftest import Api
from tests.api.hot_requests import FORM, form_body, json_body
from tests.api.same import Pair
from tests.api.ways import Loop, ServedClient, running
from tests.txn.proxy import Proxy, mysql_messages, pg_messages
from tradepost.access import key_lookup, key_usage, keys
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right, Role
from tradepost.engines import Engine
from tradepost.engines.codes import sqlstate
from tradepost.trading.models import Player
from tradepost.txn import execution
from tradepost.txn.retry import RetryPolicy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "closed", "quiet"),
]
JSON = "application/json"
# Each way in: for programs and for people, read and written, by Django and by the hot lane.
REQUESTS: list[tuple[str, str, bytes, str]] = [
    ("GET", "/api/v1/players", b"", JSON),
    ("GET", "/player/count", b"", JSON),
    ("POST", "/api/v1/trades", json_body(), JSON),
    ("POST", "/player/trade", form_body(), FORM),
    ("POST", "/api/v1/trades?dry_run=true", json_body(), JSON),
    ("GET", "/players/", b"", JSON),
    ("GET", "/shop/", b"", JSON),
    ("GET", "/overview/", b"", JSON),
    ("GET", "/players/1/", b"", JSON),
]
PAGES = ("/players/", "/shop/", "/overview/", "/players/1/")


def answers(loop: Loop, headers: dict[str, str]) -> dict[str, tuple[int, str, str]]:
    """Return the status, the type and the delay of the answer to each request."""
    found = {}
    pair = list(Player.objects.order_by("pk").values_list("pk", flat=True)) or [1, 2]
    for method, path, body, kind in REQUESTS:
        raw = body.replace(b"<s>", b"%d" % pair[0]).replace(b"<b>", b"%d" % pair[1])
        answer = Api(ServedClient(loop))(method, path, raw=raw, kind=kind, headers=headers)
        found[f"{method} {path}"] = (
            answer.status_code,
            answer.headers["Content-Type"].partition(";")[0],
            answer.headers.get("Retry-After", ""),
        )
    return found


def expected() -> dict[str, tuple[int, str, str]]:
    found = {}
    for method, path, _, _ in REQUESTS:
        kind = "text/html" if path in PAGES else "text/plain"
        kind = "application/problem+json" if path.startswith("/api/") else kind
        found[f"{method} {path}"] = (503, kind, "5")
    return found


@contextmanager
def pointed_at(**changed: object) -> Iterator[Loop]:
    """Serve from threads whose connections go elsewhere."""
    settings = connections.settings["default"]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changed.items():
            patch.setitem(settings, name, value)
        with running() as loop:
            yield loop


def read_only(path: Path) -> AbstractContextManager[Loop]:
    options = django_settings.DATABASES["default"]["OPTIONS"] | {"init_command": "", "uri": True}
    return pointed_at(NAME=f"file:{path}?mode=ro", OPTIONS=options)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be executed is not tried for ten seconds."""
    monkeypatch.setattr(execution, "PATIENT", RetryPolicy(deadline_s=0.1))


@pytest.fixture
def key() -> dict[str, str]:
    """The header of a key that may do everything."""
    made = keys.make("program", (Right.READ, Right.TRADE, Right.SHOP), by="test")
    return {"Authorization": f"Bearer {made.secret}"}


@pytest.fixture
def session(client: Any) -> dict[str, str]:
    """The cookie of an admin who is signed in."""
    client.force_login(account("admin", Role.ADMIN))
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


each_caller = pytest.mark.parametrize("caller", ["key", "session"])


@pytest.fixture
def headers(request: pytest.FixtureRequest, caller: str) -> dict[str, str]:
    found: dict[str, str] = request.getfixturevalue(caller)
    return found


@pytest.fixture
def copy(engine: Engine, headers: dict[str, str], pair: Pair, tmp_path: Path) -> Path:
    """A copy of the database, with who calls, and who could trade."""
    if engine.name != "sqlite":
        pytest.skip("the database is no file")
    path = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(path)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    return path


@each_caller
class TestFile:
    """SQLite's file."""

    def test_that_is_not_there(self, headers: dict[str, str], copy: Path) -> None:
        with pointed_at(NAME=str(copy.parent / "nothing" / "here")) as loop:
            assert answers(loop, headers) == expected()

    def test_that_somebody_has_locked(self, headers: dict[str, str], copy: Path) -> None:
        options = django_settings.DATABASES["default"]["OPTIONS"] | {
            "timeout": 0,
            "init_command": "",
        }
        with (
            closing(sqlite3.connect(copy, isolation_level=None)) as other,
            pointed_at(NAME=str(copy), OPTIONS=options) as loop,
        ):
            other.execute("BEGIN EXCLUSIVE")
            found = answers(loop, headers)

        assert {status for status, _, _ in found.values()} == {503}
        assert all(delay for _, _, delay in found.values())

    def test_that_is_read_only(self, headers: dict[str, str], copy: Path) -> None:
        """Whoever asks is known, what is read is told, and what would be written is not done."""
        with read_only(copy) as loop:
            told = {request: status for request, (status, _, _) in answers(loop, headers).items()}

        assert told["GET /api/v1/players"] == told["GET /players/"] == 200
        # Who is signed in sends no token here.
        refused = 403 if "Cookie" in headers else 503
        assert told["POST /api/v1/trades"] == told["POST /player/trade"] == refused

    def test_would_tell_a_look_up_that_writes(
        self, headers: dict[str, str], copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def write(key_id: int, _last: object) -> None:
            ApiKey.objects.filter(pk=key_id).update(last_used_at=timezone.now())

        monkeypatch.setattr(key_usage, "note", write)
        with read_only(copy) as loop:
            status, _, _ = answers(loop, headers)["GET /api/v1/players"]

        assert status == (200 if "Cookie" in headers else 503)


@pytest.mark.engine
@each_caller
class TestServer:
    """A database server that is killed."""

    @pytest.fixture
    def proxy(self, engine: Engine) -> Iterator[Proxy]:
        if engine.default_port is None:
            pytest.skip(f"{engine.title} is a file")
        settings = connection.settings_dict
        reader = pg_messages if engine.code_of is sqlstate else mysql_messages
        proxy = Proxy(settings["HOST"], int(settings["PORT"]), reader)
        yield proxy
        proxy.close()

    def test_before_and_after_it_is_killed(
        self, headers: dict[str, str], engine: Engine, proxy: Proxy
    ) -> None:
        plain = {"sslmode": "disable"} if engine.code_of is sqlstate else {}
        options = connection.settings_dict["OPTIONS"] | plain
        with pointed_at(HOST="127.0.0.1", PORT=proxy.port, OPTIONS=options) as loop:
            before = answers(loop, headers)
            proxy.close()
            key_lookup.forget()
            after = answers(loop, headers)

        assert before["GET /api/v1/players"][0] == 200
        assert after == expected()
