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
from tradepost.txn import locks, receipts
from tradepost.txn.locks import Loader
from tradepost.txn.receipts import Proof
from tradepost.txn.settlement import Settlement
from tradepost.txn.writes import Writer


def change_loaders(monkeypatch: pytest.MonkeyPatch, **attributes: Any) -> None:
    """Let every loader of rows begin with these attributes."""
    begin = Loader.__init__

    def changed(self: Loader, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        vars(self).update(attributes)

    monkeypatch.setattr(Loader, "__init__", changed)


def switch_locks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units lock nothing: no row, and on this connection not the whole database."""
    change_loaders(monkeypatch, suffix="")
    connections["default"].ensure_connection()
    # Where a transaction takes the whole database, it does so by its mode.
    monkeypatch.setattr(connections["default"], "transaction_mode", None, raising=False)


def switch_lock_order_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units lock row by row, in the order that they name them."""
    change_loaders(monkeypatch, row_by_row=True)
    monkeypatch.setattr(locks, "sorted", lambda items, key=None: list(items), raising=False)


def switch_receipts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units neither claim their keys nor store what they answered, nor know each other's."""

    def each_another(unit: txn.Unit) -> Proof | None:
        return Proof(uuid.uuid4().hex, "") if unit.key else None

    monkeypatch.setattr(receipts, "proof", each_another)
    monkeypatch.setattr(receipts, "claim", lambda *_: None)
    monkeypatch.setattr(receipts, "finish", lambda *_: None)
    monkeypatch.setattr(receipts, "find_all", lambda *_: {})
    monkeypatch.setattr(receipts, "add", lambda *_: None)


def switch_row_counts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units write without looking whether the rows were there."""
    monkeypatch.setattr(Writer, "_check", lambda *_: None)


def switch_key_memory_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make groups forget the keys that they have settled themselves."""

    class Forgetful(dict[str, Proof]):
        def __setitem__(self, _key: str, _proof: Proof) -> None:
            pass

    begin = Settlement.__init__

    def changed(self: Settlement, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        self._own = Forgetful()

    monkeypatch.setattr(Settlement, "__init__", changed)


def switch_look_up_first(monkeypatch: pytest.MonkeyPatch, units: Sequence[txn.Unit]) -> None:
    """Make groups look the keys of these units up before they lock."""
    find_all, load = receipts.find_all, Loader.load
    ids = [unit.key.receipt_id for unit in units if unit.key]
    found: dict[str, Proof] = {}

    def look_up_first(self: Loader, *args: Any) -> None:
        found.clear()
        found.update(find_all(self.cursor, self.engine, ids))
        load(self, *args)

    monkeypatch.setattr(Loader, "load", look_up_first)
    monkeypatch.setattr(receipts, "find_all", lambda *_: found)


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
