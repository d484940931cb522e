"""A row of the table, and how rows are picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench import databases, nakama
from bench.cases import NAKAMA, Case
from bench.goals import Goal

PG, LITE, MARIA, TIDB = "postgresql", "sqlite", "mariadb", "tidb"
ENGINES = (PG, LITE, MARIA, TIDB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table.

    Attributes:
        cases: In the order in which they take turns.
        is_default: Whether it is measured without being asked for by name.
    """

    name: str
    engine: str
    title: str
    cases: tuple[Case, ...]
    goals: tuple[Goal, ...]
    is_default: bool = True

    @property
    def id(self) -> str:
        """Its name among the rows of all engines."""
        return f"{self.name} ({self.engine})"

    @property
    def has_peer(self) -> bool:
        """Whether Nakama takes part."""
        return any(case.system == NAKAMA for case in self.cases)

    @property
    def unavailable(self) -> str | None:
        """Why it cannot be measured here; None when it can."""
        peer = nakama.unavailable() if self.has_peer else None
        return databases.unavailable(self.engine) or peer


def choose(rows: Sequence[Row], only: str, engine: str) -> list[Row]:
    """Return the rows asked for; empty strings ask for all that are the default.

    Raises:
        ValueError: There is none.
    """
    names = [name for name in only.split(",") if name]
    engines = [name for name in engine.split(",") if name]
    found = [
        row
        for row in rows
        if (row.name in names if names else row.is_default)
        and (not engines or row.engine in engines)
    ]
    if not found or set(names) - {row.name for row in found}:
        there = ", ".join(row.id for row in rows)
        raise ValueError(f"no such row; there are: {there}")
    return found


def cases_of(rows: Sequence[Row], engine: str) -> list[Case]:
    """Return the cases of an engine's rows, each once, the slow ones last."""
    cases = [case for row in rows if row.engine == engine for case in row.cases]
    return sorted(dict.fromkeys(cases), key=lambda case: case.slow)
