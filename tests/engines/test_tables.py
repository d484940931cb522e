"""The columns that threads share: they hold no connection of anybody's."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection

from tests.toy.models import Account
from tradepost.engines import Engine
from tradepost.engines.tables import Table

NAIVE = datetime(2024, 2, 29, 12, 0, 0, 123456)  # noqa: DTZ001
EAST = timezone(timedelta(hours=1))


def connection_of(model_table: Any) -> weakref.ref[Any]:
    """Make a table on a connection that nobody else has, and return what is left of that."""
    wrapper = connection.copy()
    model_table.append(Table(Account, wrapper))
    return weakref.ref(wrapper)


@pytest.mark.django_db
def test_a_table_keeps_no_connection() -> None:
    """The one that it was made with goes with its thread."""
    tables: list[Any] = []
    left = connection_of(tables)
    gc.collect()
    assert left() is None
    assert tables[0].name == "toy_account"


@pytest.mark.django_db
def test_djangos_own_converters_would_keep_it(engine: Engine) -> None:
    """Control: where a time has to be converted, they are methods of the connection's."""
    wrapper = connection.copy()
    field: Any = Account._meta.get_field("changed_at")
    converters = wrapper.ops.get_db_converters(field.cached_col)
    left = weakref.ref(wrapper)
    del wrapper
    gc.collect()
    assert (left() is not None) is bool(converters)


@pytest.mark.django_db
def test_a_value_is_converted_on_the_connection_it_came_from() -> None:
    """By that one's time zone."""
    column = Table(Account, connection.copy()).column("changed_at")
    if not column.converters:
        pytest.skip("its driver returns times as they are")
    other = connection.copy()
    vars(other)["timezone"] = EAST
    given = NAIVE.isoformat(" ") if connection.vendor == "sqlite" else NAIVE
    assert column.from_database(given, other) == NAIVE.replace(tzinfo=EAST)
    assert column.from_database(given, connection) == NAIVE.replace(tzinfo=UTC)
