"""Switches for the negative controls: each takes one guard away."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import CheckConstraint, Model

from tradepost import txn
from tradepost.engines import engine_of
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result, Statement, batched
from tradepost.txn import locks, receipts
from tradepost.txn.apply import Applier
from tradepost.txn.locks import Loader
from tradepost.txn.receipts import ReceiptData
from tradepost.txn.writes import Writer


def switch_locks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units lock nothing: no row, and on this connection not the whole database."""
    dialect = type(engine_of("default").speak(connections["default"]))
    monkeypatch.setattr(dialect, "lock_suffix", lambda *_: "")
    connections["default"].ensure_connection()
    # Where a transaction takes the whole database, it does so by its mode.
    monkeypatch.setattr(connections["default"], "transaction_mode", None, raising=False)


def switch_lock_order_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units lock row by row, in the order that they name them."""
    dialect = type(engine_of("default").speak(connections["default"]))
    run = dialect.run

    def one_by_one(self: Dialect, statements: Sequence[Statement]) -> list[Result]:
        return [result for statement in statements for result in run(self, [statement])]

    monkeypatch.setattr(dialect, "run", one_by_one)
    monkeypatch.setattr(Dialect, "lock_parts", lambda _self, pks, _mode: batched(pks, 1))
    monkeypatch.setattr(locks, "sorted", lambda items, key=None: list(items), raising=False)


def switch_receipts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units neither store nor find receipts, nor know the keys of others in their group."""

    def another_each_time(unit: txn.Unit) -> ReceiptData | None:
        return ReceiptData(uuid.uuid4().hex, "") if unit.key else None

    monkeypatch.setattr(receipts, "data_of", another_each_time)
    monkeypatch.setattr(receipts, "add", lambda *_: [])


def switch_row_counts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units write without looking whether the rows were there."""
    monkeypatch.setattr(Writer, "_check", lambda *_: None)


def switch_key_memory_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make groups forget the keys that they have applied themselves."""

    class Forgetful(dict[str, ReceiptData]):
        def __setitem__(self, _key: str, _receipt: ReceiptData) -> None:
            pass

    begin = Applier.__init__

    def changed(self: Applier, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        self._own = Forgetful()

    monkeypatch.setattr(Applier, "__init__", changed)


def switch_look_up_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make groups look their keys up before they lock."""
    load = Loader.load

    def look_up_first(self: Loader, named: Any, behind: Any) -> Any:
        results = self.dialect.run(behind)
        load(self, named, [])
        return results

    monkeypatch.setattr(Loader, "load", look_up_first)


@contextlib.contextmanager
def checks_off(model: type[Model], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the CHECK constraints of a table away, inside the block; its rows go at the end."""
    checks = [one for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    with monkeypatch.context() as patch:
        # A table that has to be made anew is made from this.
        kept = [one for one in model._meta.constraints if one not in checks]
        patch.setattr(model._meta, "constraints", kept)
        with connection.schema_editor() as editor:
            for check in checks:
                editor.remove_constraint(model, check)
        yield
        model._default_manager.all().delete()
    with connection.schema_editor() as editor:
        for check in checks:
            editor.add_constraint(model, check)
