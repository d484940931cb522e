"""The table of goals: every row by its name, with the cases that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.cases import DIRECT, DRIVER, OURS, R0, R1, Case
from bench.goals import Goal, cheaper, faster, flawless, no_later, sooner

PG, LITE, MARIA, TIDB = "postgresql", "sqlite", "mariadb", "tidb"
ENGINES = (PG, LITE, MARIA, TIDB)
BATCH = 1000
SMALL, LARGE, HISTORY = 1000, 1_000_000, 10
PAGE_ROWS = 100
READS = {"": "a trade", "players": "the list of players", "entries": "a statement"}

UNIFORM_R0 = Case(engine=PG, system=R0, mix="uniform")
UNIFORM_R1 = Case(engine=PG, system=R1, mix="uniform")
UNIFORM = Case(engine=PG, system=OURS, mix="uniform")
HOT1_R0 = Case(engine=PG, system=R0, mix="hot1")
HOT_8 = Case(engine=PG, system=OURS, mix="hot", clients=8)
HOT = Case(engine=PG, system=OURS, mix="hot")
HOT_128 = Case(engine=PG, system=OURS, mix="hot", clients=128)
BATCHES = Case(engine=PG, system=OURS, mix="uniform", clients=1, batch=BATCH)
BARE = Case(engine=PG, system=DRIVER, mix="uniform", clients=1, batch=BATCH)
ALONE_R0 = Case(engine=PG, system=R0, mix="uniform", clients=1, close=True)
ALONE = Case(engine=PG, system=OURS, mix="uniform", clients=1)
ALONE_DIRECT = Case(engine=PG, system=DIRECT, mix="uniform", clients=1)
SLOW = Case(engine=PG, system=OURS, mix="hot", slow=True)
SLOW_DIRECT = Case(engine=PG, system=DIRECT, mix="hot", slow=True)
FLASH_R0 = Case(engine=PG, system=R0, mix="flash")
FLASH = Case(engine=PG, system=OURS, mix="flash")
MANY = Case(engine=PG, system=OURS, mix="many")
LITE_R0 = Case(engine=LITE, system=R0, mix="uniform")
LITE_OURS = Case(engine=LITE, system=OURS, mix="uniform")


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


def _hot_row(engine: str, title: str, bound: float) -> Row:
    direct = Case(engine=engine, system=DIRECT, mix="hot", players=1000)
    ours = Case(engine=engine, system=OURS, mix="hot", players=1000)
    return Row(
        name="hot",
        engine=engine,
        title=f"A hot pair on {title}, 32 clients",
        cases=(direct, ours),
        goals=(
            faster("rate against one transaction per trade", bound, ours, direct),
            flawless("failed trades", ours),
        ),
    )


def _read(read: str, players: int, history: int) -> Case:
    return Case(
        engine=PG,
        system=OURS,
        mix="uniform",
        clients=1,
        read=read,
        players=players,
        history=history,
    )


def _scale_row() -> Row:
    cases, goals = [], []
    for read, text in READS.items():
        small, large = (_read(read, players, HISTORY) for players in (SMALL, LARGE))
        cases += [small, large]
        goals.append(no_later(f"{text}, p50 against the small tables'", 1.2, large, small))
    return Row(
        name="scale",
        engine=PG,
        title="1,000,000 players and 10,000,000 entries against 1,000 and 10,000, one client",
        cases=tuple(cases),
        goals=tuple(goals),
        is_default=False,
    )


def _pages_row() -> Row:
    cases, goals = [], []
    for listed, page, text in (
        ("list", "page", "the players' page"),
        ("entry list", "statement", "a player's page with their statement"),
    ):
        json, html = (_read(read, SMALL, PAGE_ROWS) for read in (listed, page))
        cases += [json, html]
        goals.append(no_later(f"{text}, p50 against the JSON list's", 3, html, json))
    return Row(
        name="pages",
        engine=PG,
        title="Pages of 100 rows against the same rows as JSON, one client",
        cases=tuple(cases),
        goals=tuple(goals),
    )


ROWS = (
    Row(
        name="uniform",
        engine=PG,
        title="10,000 players, 32 clients",
        cases=(UNIFORM_R0, UNIFORM_R1, UNIFORM),
        goals=(
            faster("rate against R0", 30, UNIFORM, UNIFORM_R0),
            faster("rate against R1", 10, UNIFORM, UNIFORM_R1),
            flawless("failed trades", UNIFORM),
        ),
    ),
    Row(
        name="hot",
        engine=PG,
        title="One hot pair, both directions",
        cases=(HOT1_R0, HOT_8, HOT, HOT_128, UNIFORM),
        goals=(
            faster("rate against R0 in one direction", 50, HOT, HOT1_R0),
            flawless("failed trades", HOT_8, HOT, HOT_128),
            faster("rate against our uniform rate", 1, HOT, UNIFORM),
            faster("128 clients against 32", 1, HOT_128, HOT),
            faster("32 clients against 8", 1, HOT, HOT_8),
        ),
    ),
    Row(
        name="batch",
        engine=PG,
        title="Batches of 1,000 trades under one key",
        cases=(UNIFORM_R0, BARE, BATCHES),
        goals=(
            faster("rate against R0", 75, BATCHES, UNIFORM_R0),
            faster("rate against the bare statements", 0.75, BATCHES, BARE),
        ),
    ),
    Row(
        name="latency",
        engine=PG,
        title="How long an answer takes, alone and among 32 clients",
        cases=(ALONE_R0, ALONE_DIRECT, ALONE, UNIFORM_R0, UNIFORM),
        goals=(
            no_later("one client, p50 against the direct path", 1.2, ALONE, ALONE_DIRECT),
            sooner("32 clients, p99: R0's against ours", 25, UNIFORM, UNIFORM_R0),
        ),
    ),
    Row(
        name="cpu",
        engine=PG,
        title="Processor time for a trade, application and database",
        cases=(UNIFORM_R0, UNIFORM),
        goals=(cheaper("R0's against ours", 30, UNIFORM, UNIFORM_R0),),
    ),
    Row(
        name="slow-commit",
        engine=PG,
        title="A hot pair while each commit takes 1 ms longer",
        cases=(SLOW_DIRECT, SLOW),
        goals=(faster("rate against one transaction per trade", 10, SLOW, SLOW_DIRECT),),
    ),
    Row(
        name="flash-sale",
        engine=PG,
        title="One product and 10,000 buyers, 32 clients, against the note's own code",
        cases=(FLASH_R0, FLASH, MANY),
        goals=(
            faster("rate against R0", 20, FLASH, FLASH_R0),
            faster("rate against 1,000 products", 1, FLASH, MANY),
            flawless("failed purchases", FLASH, MANY),
        ),
    ),
    Row(
        name="sqlite",
        engine=LITE,
        title="SQLite, 10,000 players, 32 clients",
        cases=(LITE_R0, LITE_OURS),
        goals=(
            faster("rate against R0", 25, LITE_OURS, LITE_R0),
            flawless("failed trades", LITE_OURS),
            sooner("p99: R0's against ours", 50, LITE_OURS, LITE_R0),
        ),
    ),
    _pages_row(),
    _hot_row(MARIA, "MariaDB", 5),
    _hot_row(TIDB, "TiDB", 40),
    _scale_row(),
)


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
        there = ", ".join(f"{row.name} ({row.engine})" for row in rows)
        raise ValueError(f"no such row; there are: {there}")
    return found


def cases_of(rows: Sequence[Row], engine: str) -> list[Case]:
    """Return the cases of an engine's rows, each once, the slow ones last."""
    cases = [case for row in rows if row.engine == engine for case in row.cases]
    return sorted(dict.fromkeys(cases), key=lambda case: case.slow)
