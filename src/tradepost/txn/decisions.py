"""Runs decisions, and makes sure that they do not query the database."""

import contextlib
from collections.abc import Iterator
from typing import Any, NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.txn.errors import ImpureDecision
from tradepost.txn.unit import Changes, Unit
from tradepost.txn.workspace import Workspace


class Decisions:
    """Runs decisions over a workspace."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self._asked: list[str] = []

    @contextlib.contextmanager
    def on(self, connection: BaseDatabaseWrapper) -> "Iterator[Decisions]":
        """Make any query inside the block an error."""

        def refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
            self._asked.append(sql)
            raise ImpureDecision(f"a decision queried the database: {sql}")

        with connection.execute_wrapper(refuse):
            yield self

    def decide(self, unit: Unit[Any]) -> Changes[Any]:
        """Run a unit's decision.

        Raises:
            ImpureDecision: It queried the database, even if it hid the error.
        """
        self._asked.clear()
        changes = unit.decide(self.work.rows(unit.locks))
        if self._asked:
            raise ImpureDecision(f"a decision queried the database and hid it: {self._asked[0]}")
        return changes
