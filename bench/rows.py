"""The table of goals: every row by its name, with the cases that it needs."""

from __future__ import annotations

from bench.cases import DIRECT, DRIVER, FRESH, MIXED, NAKAMA, OURS, R0, R1, TWO, Case
from bench.goals import cheaper, faster, flawless, no_later, sooner, within, writes_no_later
from bench.row import LITE, MARIA, PG, TIDB, Row

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
# A fifth of the mixed load's requests are trades, so about this many of its 32 clients wait for one
# at a time. The table reports the actual number; if it differs, change this.
WRITERS = 7
MIXED_R1 = Case(engine=PG, system=R1, mix="uniform", read=MIXED)
MIXED_OURS = Case(engine=PG, system=OURS, mix="uniform", read=MIXED)
WRITES = Case(engine=PG, system=OURS, mix="uniform", clients=WRITERS)
ONE_WORKER = Case(engine=PG, system=OURS, mix="uniform", clients=128)
TWO_WORKERS = Case(engine=PG, system=TWO, mix="uniform", clients=128)
TWO_WORKERS_HOT = Case(engine=PG, system=TWO, mix="hot", clients=128)
LONG = Case(engine=PG, system=FRESH, mix="uniform", trades=64_000)


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


def _tutorial_row() -> Row:
    uniform_r0, uniform, hot1_r0, hot = (
        Case(engine=TIDB, system=system, mix=mix, players=1000)
        for system, mix in ((R0, "uniform"), (OURS, "uniform"), (R0, "hot1"), (OURS, "hot"))
    )
    return Row(
        name="tutorial",
        engine=TIDB,
        title="TiDB, the tutorial's own database, 1,000 players or one pair, 32 clients",
        cases=(uniform_r0, uniform, hot1_r0, hot),
        goals=(
            faster("rate against R0", 15, uniform, uniform_r0),
            faster("hot pair, rate against R0 in one direction", 30, hot, hot1_r0),
            flawless("failed trades", uniform, hot),
        ),
    )


def _peer(mix: str, clients: int, batch: int = 1) -> tuple[Case, Case]:
    """Return a case of Nakama's and the same of ours."""
    first, second = (
        Case(engine=PG, system=system, mix=mix, clients=clients, batch=batch)
        for system in (NAKAMA, OURS)
    )
    return first, second


def _peers_row() -> Row:
    alone, few, many = (_peer("uniform", clients) for clients in (1, 8, 32))
    hot, hundreds, thousands = (
        _peer("hot", 32),
        _peer("uniform", 2, 100),
        _peer("uniform", 1, BATCH),
    )
    return Row(
        name="peers",
        engine=PG,
        title="Against Nakama, which has a ledger, but no idempotency keys or balances after",
        cases=(*alone, *few, *many, *hot, *hundreds, *thousands),
        goals=(
            faster("1 client, rate against Nakama", 1.2, alone[1], alone[0]),
            faster("8 clients, rate against Nakama", 2, few[1], few[0]),
            faster("32 clients, rate against Nakama", 3, many[1], many[0]),
            faster("hot pair, rate against our uniform rate", 1.2, hot[1], many[1]),
            flawless("failed trades", *(ours for _, ours in (alone, few, many, hot))),
            faster(
                "batches, rate against Nakama's best", 6, thousands[1], hundreds[0], thousands[0]
            ),
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
            faster("rate against R0", 25, UNIFORM, UNIFORM_R0),
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
            faster("rate against our uniform rate", 1.2, HOT, UNIFORM),
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
            faster("rate against the bare statements", 0.7, BATCHES, BARE),
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
        goals=(cheaper("R0's against ours", 40, UNIFORM, UNIFORM_R0),),
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
            faster("rate against R0", 20, LITE_OURS, LITE_R0),
            flawless("failed trades", LITE_OURS),
            sooner("p99: R0's against ours", 50, LITE_OURS, LITE_R0),
        ),
    ),
    Row(
        name="mixed",
        engine=PG,
        title="Four reads to a trade, 32 clients: the list of players, one player, the list of "
        "products, a statement; R1 has no ledger and counts its products instead",
        cases=(MIXED_R1, MIXED_OURS, WRITES),
        goals=(
            faster("requests in a second against R1", 4, MIXED_OURS, MIXED_R1),
            writes_no_later("trades' p99 against trades alone", 1.5, MIXED_OURS, WRITES),
            flawless("failed requests", MIXED_OURS, WRITES),
        ),
    ),
    Row(
        name="workers",
        engine=PG,
        title="Two workers against one, 128 clients",
        cases=(ONE_WORKER, TWO_WORKERS, HOT_128, TWO_WORKERS_HOT),
        goals=(
            faster("uniform, rate against one worker", 1.3, TWO_WORKERS, ONE_WORKER),
            faster("hot pair, rate against one worker", 0.9, TWO_WORKERS_HOT, HOT_128),
            flawless("failed trades", ONE_WORKER, TWO_WORKERS, TWO_WORKERS_HOT),
        ),
    ),
    _pages_row(),
    _peers_row(),
    _hot_row(MARIA, "MariaDB", 5),
    _hot_row(TIDB, "TiDB", 10),
    _tutorial_row(),
    _scale_row(),
    Row(
        name="long",
        engine=PG,
        title="One worker that is started anew: its start, and its memory after a long load",
        cases=(LONG,),
        goals=(
            within("start to first answer", 2, "s", LONG, "start_s"),
            within("resident memory of the worker", 200, "MiB", LONG, "worker_mib"),
        ),
        is_default=False,
    ),
)
