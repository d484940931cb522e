"""What is sent to the database: statements, whichever cursor they go through, and commits."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


class Statement(NamedTuple):
    """A statement as it was sent; many rows of one statement are one of these."""

    sql: str
    parameters: Any

    @property
    def verb(self) -> str:
        """Its first word, behind what bounds its wait."""
        words = self.sql.split()
        return words[words.index("FOR") + 1 if words[:2] == ["SET", "STATEMENT"] else 0]


@contextlib.contextmanager
def sent() -> Iterator[list[Statement]]:
    """List what this thread sends inside the block."""
    statements: list[Statement] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append(Statement(sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield statements


@contextlib.contextmanager
def commits() -> Iterator[list[str]]:
    """List the commits inside the block, each by the name of its thread."""
    threads: list[str] = []
    commit = BaseDatabaseWrapper.commit

    def note(wrapper: BaseDatabaseWrapper) -> None:
        commit(wrapper)
        threads.append(threading.current_thread().name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "commit", note)
        yield threads
