"""Switches for the negative controls: each takes one guard away."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connections

from tradepost import txn
from tradepost.txn import locks, receipts
from tradepost.txn.locks import Loader
from tradepost.txn.receipts import Proof
from tradepost.txn.workspace import Workspace
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
    monkeypatch.setattr(
        receipts, "to_write", lambda _applied, work: Workspace(work.alias, work.now)
    )


def switch_row_counts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make units write without looking whether the rows were there."""
    monkeypatch.setattr(Writer, "_check", lambda *_: None)
