"""Pipelines by libpq: a failure leaves a connection that works, or none; no wait is endless."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from tradepost.engines import Engine
from tradepost.engines.dialects.pipeline import PREPARED_MAX, Pipeline
from tradepost.engines.statements import Result

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60.0


@pytest.fixture
def driver(engine: Engine) -> psycopg.Connection[object]:
    if connection.vendor not in ("postgresql", "cockroachdb"):
        pytest.skip("it speaks another protocol")
    connection.ensure_connection()
    found: psycopg.Connection[object] = connection.connection
    return found


def run(driver: psycopg.Connection[object], *statements: str) -> list[Result]:
    pipeline = Pipeline(driver, PATIENCE_S)
    try:
        for sql in statements:
            pipeline.execute(sql)
        return pipeline.results()
    except BaseException:
        pipeline.abandon()
        raise


def test_a_silent_server_is_not_waited_for(driver: psycopg.Connection[object]) -> None:
    """The connection is closed, since nobody knows what the server did."""
    pipeline = Pipeline(driver, 0.1)
    pipeline.execute("SELECT pg_sleep(1)")

    with pytest.raises(psycopg.OperationalError, match="did not answer in time"):
        pipeline.results()
    pipeline.abandon()

    assert driver.closed
    connection.close()


def test_a_statement_that_failed_leaves_a_connection_that_works(
    driver: psycopg.Connection[object],
) -> None:
    """It names the statement, and what stands behind it is neither done nor taken as prepared."""
    behind = "SELECT 2"
    for _ in range(3):
        pipeline = Pipeline(driver, PATIENCE_S)
        for sql in ("SELECT 1", "SELECT 1 / 0", behind):
            pipeline.execute(sql)
        with pytest.raises(psycopg.errors.DivisionByZero):
            pipeline.results()
        assert pipeline.failed == 1
        pipeline.abandon()

    assert [result.rows for result in run(driver, behind, behind)] == [[(2,)], [(2,)]]


def test_what_was_queued_but_not_sent_is_abandoned(driver: psycopg.Connection[object]) -> None:
    pipeline = Pipeline(driver, PATIENCE_S)
    pipeline.execute("SELECT 1")
    pipeline.abandon()

    assert run(driver, "SELECT 2")[0].rows == [(2,)]


def test_a_limited_number_of_statements_is_prepared(driver: psycopg.Connection[object]) -> None:
    """Those behind them are sent as they are."""
    for _ in range(2):
        for number in range(PREPARED_MAX + 5):
            assert run(driver, f"SELECT {number}")[0].rows == [(number,)]

    [result] = run(driver, "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'tp%%'")
    assert result.rows == [(PREPARED_MAX,)]
    connection.close()


def test_a_connection_that_was_ended_is_reported(driver: psycopg.Connection[object]) -> None:
    [result] = run(driver, "SELECT pg_backend_pid()")
    with psycopg.connect(driver.info.dsn, password=driver.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [result.rows[0][0]])

    with pytest.raises(psycopg.OperationalError):
        run(driver, "SELECT 1")

    assert driver.closed
    connection.close()
