"""The last use of a key: noted in the background, and never on a request's path."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from tests.api.conftest import Api
from tests.api.ways import each_way_in
from tradepost.access import key_lookup, key_usage, keys
from tradepost.access.key_usage import UsageWriter
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
# As it is where no test has replaced it.
NOTE = UsageWriter.note
LONG_AGO = timezone.now() - dt.timedelta(days=1)


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsageWriter]:
    """A writer of the test's own, which key look-ups use."""
    monkeypatch.setattr(UsageWriter, "note", NOTE)
    writer = UsageWriter()
    monkeypatch.setattr(key_usage, "_writer", writer)
    yield writer
    writer.stop()


def secret(name: str = "till") -> str:
    return keys.make(name, (Right.READ,), by="test").secret


def last_used(name: str = "till") -> dt.datetime | None:
    return ApiKey.objects.get(name=name).last_used_at


@pytest.mark.engine
def test_a_use_is_noted(writer: UsageWriter) -> None:
    before, given = timezone.now(), secret()

    key_lookup.identify(given)
    writer.stop()

    used = last_used()
    assert used is not None
    assert before <= used <= timezone.now()


def test_without_the_note_nothing_is_stored(
    writer: UsageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up itself writes nothing, then."""
    monkeypatch.setattr(key_usage, "note", lambda *_: None)

    key_lookup.identify(secret())
    writer.stop()

    assert last_used() is None


@each_way_in
def test_a_request_reads_and_does_not_write(
    api: Api, writer: UsageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever writes, another thread does: none of those that serve requests."""
    noted_by = []
    write = key_usage._write
    monkeypatch.setattr(
        key_usage,
        "_write",
        lambda *given: (noted_by.append(threading.current_thread().name), write(*given)),
    )
    headers = {"Authorization": f"Bearer {secret()}"}
    said = []

    def listen(execute: Any, sql: str, *rest: Any) -> Any:
        said.append(sql.split(maxsplit=1)[0].upper())
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        assert api.get("/api/v1/players", headers=headers).status_code == 200
    writer.stop()

    assert set(said) <= {"SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK"}
    assert noted_by == ["key-usage"]
    assert last_used() is not None


@pytest.mark.parametrize(
    ("ago_s", "is_noted"), [(0, False), (59, False), (61, True), (86_400, True)]
)
def test_it_is_noted_to_the_minute(writer: UsageWriter, ago_s: int, is_noted: bool) -> None:
    given, earlier = secret(), timezone.now() - dt.timedelta(seconds=ago_s)
    ApiKey.objects.update(last_used_at=earlier)
    earlier = last_used() or earlier

    key_lookup.identify(given)
    writer.stop()

    assert (last_used() != earlier) is is_noted


def test_a_process_notes_once_a_minute(
    writer: UsageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the notes fail: a database that is read-only is not asked each second."""
    now, noted = [1_000.0], []
    monkeypatch.setattr(key_lookup.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(key_usage, "note", lambda key_id, _last: noted.append(key_id))
    given = secret()

    for _ in range(61):
        key_lookup.identify(given)
        now[0] += 2.0

    assert len(noted) == 3


def test_a_failure_is_logged_and_the_next_note_is_written(
    writer: UsageWriter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write, failures = key_usage._write, [OperationalError("the database is away")]

    def fail_once(*given: Any) -> None:
        if failures:
            raise failures.pop()
        write(*given)

    monkeypatch.setattr(key_usage, "_write", fail_once)
    first, second = secret("first"), secret("second")
    with caplog.at_level(logging.WARNING):
        key_lookup.identify(first)
        writer.stop()
    key_lookup.identify(second)
    writer.stop()

    assert "could not be noted" in caplog.text
    assert "the database is away" in caplog.text
    assert last_used("first") is None
    assert last_used("second") is not None


def test_only_so_many_wait(writer: UsageWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_usage, "PENDING_MAX", 2)
    # Nobody takes them.
    monkeypatch.setattr(threading.Thread, "start", lambda _self: None)
    monkeypatch.setattr(threading.Thread, "join", lambda _self, _timeout: None)

    for key_id in range(5):
        writer.note(key_id)

    assert len(writer._pending) == 2


def test_a_stopping_server_writes_what_is_pending(
    writer: UsageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the thread waits before: `stop` returns when it is written."""
    may_write, write = threading.Event(), key_usage._write

    def wait(*given: Any) -> None:
        may_write.wait(timeout=30)
        write(*given)

    monkeypatch.setattr(key_usage, "_write", wait)
    key_lookup.identify(secret())
    threading.Timer(0.2, may_write.set).start()
    assert last_used() is None

    writer.stop()

    assert last_used() is not None


def test_the_thread_ends_and_leaves_no_connection(
    writer: UsageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, write = [], key_usage._write

    def remember(*given: Any) -> None:
        write(*given)
        used.append(connections["default"])

    monkeypatch.setattr(key_usage, "_write", remember)
    key_lookup.identify(secret())
    writer.stop()

    assert [one.connection for one in used] == [None]
    assert "key-usage" not in {thread.name for thread in threading.enumerate()}
