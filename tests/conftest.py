"""What every test can use: the engine under test, threads that start together, key makers."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from tests.execution import COMMITTER, WAYS, execute_alone, execute_in_groups
from tests.flushing import flush_what_is_filled
from tests.toy.models import Account
from tests.toy.rivals import PATIENCE_S
from tradepost import txn
from tradepost.engines import Engine, engine_of
from tradepost.txn import Key, committer


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Tests that commit are tidied up after quickly."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        flush_what_is_filled(monkeypatch)
        yield


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that this run tests."""
    return engine_of("default")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How units are executed: on the caller's own connection, except by the committer."""
    if request.param == COMMITTER:
        monkeypatch.setattr(committer, "LONE_WAIT_S", PATIENCE_S)
    elif request.param == "group":
        execute_in_groups(monkeypatch)
    else:
        execute_alone(monkeypatch)
    return str(request.param)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database whose commits are real; its tables are emptied afterwards."""
    yield
    txn.stop_committers()
    committer.forget_committers()


@pytest.fixture
def keys() -> Callable[[], Key]:
    """Makes idempotency keys, each another."""
    numbers = itertools.count(1)
    return lambda: Key("tester", f"key-{next(numbers)}", "POST /test")


@pytest.fixture
def accounts(committed: None) -> Callable[..., list[int]]:
    """Makes accounts with the balances given, and returns their ids."""

    def make(*balances: int) -> list[int]:
        return [
            Account.objects.create(name=f"account-{place}", balance=balance).pk
            for place, balance in enumerate(balances)
        ]

    return make


Call = Callable[[], Any]


def run_together(calls: Sequence[Call]) -> list[Any]:
    """Run each call in a thread of its own, all let go at once; an error is its result."""
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
    """Runs calls in threads that start together: see `run_together`."""
    return run_together


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged as an error, and no traceback."""
    yield
    loud = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR or record.exc_info
    ]
    assert loud == []
