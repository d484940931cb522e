"""The budget of a trade: processor time of each stage in Python, `python -m bench.stages`.

Everything is measured in this process, on rows in memory, without a server, a database or a client:
what a trade takes beyond this sum are HTTP, the driver, the database and the changes of threads.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

TRADES, ROUNDS = 64, 50
# In µs. A stage above its budget is the next one to optimize.
BUDGET = {
    "request": 3,
    "read and admit": 12,
    "receipt": 5,
    "rows": 2,
    "decide": 12,
    "statements": 8,
    "answers": 6,
    "present": 8,
    "headers": 1,
    "line of the log": 4,
}


class Headers:
    """Request headers, in granian's interface."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    def keys(self) -> list[str]:
        return [name for name, _ in self._pairs]

    def items(self) -> list[tuple[str, str]]:
        return list(self._pairs)


class Scope:
    """A request, in granian's interface."""

    method, path, query_string = "POST", "/api/v1/trades", ""
    http_version, server, client = "1.1", "127.0.0.1:8000", "127.0.0.1:50000"

    def __init__(self, place: int, body: bytes) -> None:
        self.headers = Headers(
            [
                ("host", "127.0.0.1:8000"),
                ("content-type", "application/json"),
                ("idempotency-key", f"{place:032x}"),
                ("content-length", str(len(body))),
            ]
        )


def stages() -> dict[str, Callable[[], Any]]:
    """Return each stage, in order, as a function that runs it for all trades."""
    from django.db import connection

    from tradepost.api.hot import COMMANDS, unit_of
    from tradepost.config import logs
    from tradepost.config.requests import Proxies
    from tradepost.config.rsgi import facts_of, with_headers
    from tradepost.engines import engine_of
    from tradepost.engines.tables import table_of
    from tradepost.trading.book import PLAYERS
    from tradepost.trading.models import Player
    from tradepost.txn import receipts
    from tradepost.txn.apply import Applier
    from tradepost.txn.decisions import Decisions
    from tradepost.txn.workspace import Workspace
    from tradepost.txn.writes import Writer

    bodies = [
        b'{"seller": "%d", "buyer": "%d", "goods": 1, "coins": 2}' % (place, place + TRADES)
        for place in range(1, TRADES + 1)
    ]
    scopes = [Scope(place, body) for place, body in enumerate(bodies)]
    proxies, command = Proxies(()), COMMANDS[Scope.path]
    requests = [proxies.request(scope) for scope in scopes]
    facts = [facts_of(request, dict(request.headers)) for request in requests]
    units: list[Any] = [
        unit_of(command, one, body) for one, body in zip(facts, bodies, strict=True)
    ]
    table, now = table_of(Player, "default"), datetime.now(UTC)
    values = {"coins": 1000, "goods": 1000, "entry_count": 3, PLAYERS.last_entry_at: now}
    rows = {
        lock: table.row_type(**{**dict.fromkeys(table.columns), "id": lock.value, **values})
        for unit in units
        for lock in unit.locks
    }
    dialect = engine_of(connection).speak(connection)
    work, applier, keyed = (
        Workspace("default", now),
        Applier(),
        [receipts.data_of(u) for u in units],
    )

    def place() -> None:
        work.__init__("default", now)  # type: ignore[misc]
        for lock, row in rows.items():
            work.place(lock, row)

    def decide() -> None:
        place()
        applier.__init__()  # type: ignore[misc]
        decisions = Decisions(work)
        for unit, receipt in zip(units, keyed, strict=True):
            applier.apply(unit, receipt, decisions)

    def statements() -> None:
        writer = Writer(dialect)
        writer.write(work)
        receipts.add(writer, applier.keyed(), now)

    decide()
    applier.write_answers()
    outcomes: list[Any] = applier.results()
    replies = [command.present(one) for one in outcomes]
    lines = logs.RequestLines(logs.LineFormatter(), open(os.devnull, "w"))  # noqa: PTH123, SIM115
    message = "POST /api/v1/trades 201 1.2ms"
    return {
        "request": lambda: [proxies.request(scope) for scope in scopes],
        "read and admit": lambda: [
            unit_of(command, facts_of(request, dict(request.headers)), body)
            for request, body in zip(requests, bodies, strict=True)
        ],
        "receipt": lambda: [receipts.data_of(unit) for unit in units],
        "rows": place,
        "decide": decide,
        "statements": statements,
        "answers": applier.write_answers,
        "present": lambda: [command.present(one) for one in outcomes],
        "headers": lambda: [with_headers(reply, "0" * 32, []) for reply in replies],
        "line of the log": lambda: list(map(lines.add, [message] * TRADES)),
    }


def measured(work: Callable[[], Any]) -> float:
    """Return the lowest processor time per trade over many rounds, in µs."""
    least = float("inf")
    for _ in range(ROUNDS):
        begun = time.thread_time()
        work()
        least = min(least, time.thread_time() - begun)
    return least / TRADES * 1e6


def main() -> int:
    """Print the table; return 1 if a stage is above its budget."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("TRADEPOST_DATA", folder)
        import django

        django.setup()
        found = {name: measured(work) for name, work in stages().items()}
    # The decisions were measured with the rows they need.
    found["decide"] -= found["rows"]
    for name, us in found.items():
        above = "" if us <= BUDGET[name] else "over budget"
        sys.stdout.write(f"{name:16} {us:6.1f} µs, budget {BUDGET[name]:3} µs  {above}\n")
    sys.stdout.write(f"{'together':16} {sum(found.values()):6.1f} µs\n")
    return int(any(us > BUDGET[name] for name, us in found.items()))


if __name__ == "__main__":
    sys.exit(main())
