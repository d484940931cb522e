"""Which tests run on which engine, and the fixtures that every test can use."""

from __future__ import annotations

import gc
import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.execution import COMMITTER, WAYS, execute_alone, execute_in_groups
from tests.flushing import skip_empty_tables
from tests.toy.models import Account
from tests.toy.rivals import PATIENCE_S
from tradepost import txn
from tradepost.access import key_usage
from tradepost.engines import Engine, engine_of
from tradepost.txn import Key, committer

# Tests in these folders depend on the database, so they run on every engine. Of all other tests,
# only those marked `engine` do; the rest runs with SQLite alone.
ON_EVERY_ENGINE = ("audit", "engines", "feed", "ledger", "races", "shop", "smoke", "trading", "txn")
ON_EVERY_DRIVER = ("engines",)
TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these folders, except those marked `once`."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if item.get_closest_marker("once"):
            continue
        if folder in ON_EVERY_ENGINE:
            item.add_marker(pytest.mark.engine)
        if folder in ON_EVERY_DRIVER:
            item.add_marker(pytest.mark.driver)


def pytest_collection_finish() -> None:
    """Stop looking for garbage among the collected tests and what they import."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Empties the database quickly after tests that commit."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        skip_empty_tables(monkeypatch)
        yield


@pytest.fixture(scope="session", autouse=True)
def scan_static_files_once() -> Iterator[None]:
    """Makes WhiteNoise look for the static files once instead of once per test client."""
    scan = WhiteNoiseMiddleware.add_files_from_finders
    files: dict[str, object] = {}

    def add_files(middleware: WhiteNoiseMiddleware) -> None:
        if not files:
            scan(middleware)
            files.update(middleware.files)
        middleware.files.update(files)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_notes_of_keys() -> Iterator[None]:
    """Turns off the notes of API key use: their connection does not see what most tests write."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(key_usage.UsageWriter, "note", lambda *_: None)
        yield


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine under test."""
    return engine_of("default")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The way units are executed: on the caller's own connection, or by the committer."""
    if request.param == COMMITTER:
        monkeypatch.setattr(committer, "LONE_WAIT_S", PATIENCE_S)
    elif request.param == "group":
        execute_in_groups(monkeypatch)
    else:
        execute_alone(monkeypatch)
    return str(request.param)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database in which commits are real; its tables are emptied afterwards."""
    yield
    txn.stop_committers()
    committer.forget_committers()


@pytest.fixture
def keys() -> Callable[[], Key]:
    """Returns a new idempotency key at each call."""
    numbers = itertools.count(1)
    return lambda: Key("tester", f"key-{next(numbers)}", "POST /test")


@pytest.fixture
def accounts(committed: None) -> Callable[..., list[int]]:
    """Creates accounts with these balances and returns their ids."""

    def make(*balances: int) -> list[int]:
        return [
            Account.objects.create(name=f"account-{place}", balance=balance).pk
            for place, balance in enumerate(balances)
        ]

    return make


Call = Callable[[], Any]


def run_together(calls: Sequence[Call]) -> list[Any]:
    """Run each call in its own thread, all released at once, and return results or errors."""
    barrier = threading.Barrier(len(calls))

    def run(call: Call) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def together() -> Callable[[Sequence[Call]], list[Any]]:
    """Runs calls in threads that start together; see `run_together`."""
    return run_together


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails the test if an error or a traceback was logged."""
    yield
    loud = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR or record.exc_info
    ]
    assert loud == []
