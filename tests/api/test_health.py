"""/livez and /readyz: the process, the database, the schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_a_database(api: Api, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = api.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.engine
def test_ready_with_a_database_and_its_schema(api: Api) -> None:
    answer = api.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "schema": "ok"}


@pytest.mark.engine
@pytest.mark.parametrize(("app", "name"), [("trading", "0001_initial"), ("txn", "0001_initial")])
def test_not_ready_while_a_migration_is_missing(api: Api, app: str, name: str) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(app, name)
    try:
        answer = api.get("/readyz")
    finally:
        # Where DDL commits what came before it, the test's own rollback is not to be relied on.
        recorder.record_applied(app, name)

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "ok",
        "schema": "migrations are missing: run `tradepost migrate`",
    }


@pytest.fixture
def unreachable(
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Callable[[], Any]], Any]:
    """Calls in a thread, and so on a connection of its own, while there is no database."""

    def run(call: Callable[[], Any]) -> Any:
        def without() -> Any:
            connection.close()
            gone = {"NAME": "/nothing/here", "HOST": "127.0.0.1", "PORT": "1"}
            connection.settings_dict = connection.settings_dict | gone
            return call()

        return together([without])[0]

    return run


@pytest.mark.engine
def test_not_ready_while_the_database_is_away(
    unreachable: Callable[[Callable[[], Any]], Any], quiet: None
) -> None:
    answer = unreachable(lambda: Api().get("/readyz"))

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "cannot be reached",
        "schema": "not asked",
    }


@pytest.mark.engine
@pytest.mark.parametrize("path", ["/api/v1/players", "/player/count"])
def test_reads_say_that_the_database_is_away(
    unreachable: Callable[[Callable[[], Any]], Any], path: str, quiet: None
) -> None:
    """Unavailable, to be tried again; no mistake of ours."""
    answer = unreachable(lambda: Api().get(path))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"The database cannot be reached" in answer.content


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_takes_get_and_head_alone(api: Api, path: str) -> None:
    assert api("HEAD", path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = api(method, path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
