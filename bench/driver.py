"""The bare statements of a batch, through the driver alone: `python -m bench.driver PLAN`.

What a batch of trades under one key sends to PostgreSQL, and nothing of Tradepost: lock the
players in order, compute in plain Python, one UPDATE, one INSERT of two entries for each trade,
one receipt, COMMIT. The same rows and columns are written, as arrays in text form, so that the
audit holds afterwards. It is the limit that a server over HTTP is compared with.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from bench.load.mixes import Trade, draw
from bench.load.plan import BEGIN, END, Plan, Tally, percentile

BATCHES = 64
ACTOR, ACT = "local", "trades"
LOCK = (
    "SELECT id, coins, goods, entry_count FROM player WHERE id = ANY(%s::bigint[])"
    " ORDER BY id FOR UPDATE"
)
UPDATE = (
    "UPDATE player SET coins = new.coins, goods = new.goods, entry_count = new.entry_count,"
    " updated_at = new.updated_at FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::bigint[], %s::timestamptz[]) AS new(id, coins, goods, entry_count, updated_at)"
    " WHERE player.id = new.id"
)
INSERT = (
    "INSERT INTO entry (player_id, number, kind, coins, goods, coins_after, goods_after, at,"
    " actor, counterparty_id, counterparty_number, reason) SELECT * FROM unnest(%s::bigint[],"
    " %s::bigint[], %s::varchar[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::timestamptz[], %s::varchar[], %s::bigint[], %s::bigint[], %s::varchar[])"
)
RECEIPT = (
    "INSERT INTO receipt (id, actor, key, fingerprint, act, version, outcome, created_at)"
    " VALUES (%s, %s, %s, %s, %s, 1, %s, %s)"
)
Batch = Sequence[Trade]


def main() -> int:
    """Send batches until the plan's time is over, and print the tally."""
    plan = Plan.from_json(sys.argv[1])
    count = BATCHES * plan.batch
    drawn = draw(plan.mix, players=plan.players, seed=plan.seed, count=count)
    batches = [drawn[start : start + plan.batch] for start in range(0, count, plan.batch)]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        sys.stdout.write(_run(plan, batches, connection).to_json() + "\n")
    return 0


def _run(plan: Plan, batches: Sequence[Batch], connection: psycopg.Connection[Any]) -> Tally:
    tally, latencies = Tally(seconds=plan.seconds), list[float]()
    supply, numbers = itertools.cycle(batches), itertools.count(1)
    begins = time.perf_counter() + plan.warmup
    while time.perf_counter() < begins:
        tally.total += _send(connection, next(supply), f"{plan.key}-{next(numbers)}")
    _tell(BEGIN)
    cpu_at_begin, sent_at = time.process_time(), time.perf_counter()
    ends = sent_at + plan.seconds
    while sent_at < ends:
        done = _send(connection, next(supply), f"{plan.key}-{next(numbers)}")
        tally.total += done
        now = time.perf_counter()
        if now < ends:
            tally.requests += 1
            tally.trades += done
            latencies.append((now - sent_at) * 1000)
        sent_at = now
    tally.cpu_s = time.process_time() - cpu_at_begin
    _tell(END)
    # Until it was looked at: a process that is gone tells no more what it spent.
    sys.stdin.readline()
    latencies.sort()
    tally.p50_ms, tally.p99_ms = percentile(latencies, 0.5), percentile(latencies, 0.99)
    tally.longest_ms = percentile(latencies, 1.0)
    return tally


def _send(connection: psycopg.Connection[Any], batch: Batch, key: str) -> int:
    """Send one batch and return how many trades it made."""
    now = dt.datetime.now(dt.UTC).isoformat()
    with connection.cursor() as cursor:
        wanted = sorted({player for trade in batch for player in trade[:2]})
        cursor.execute(LOCK, [_array(wanted)])
        players = {row[0]: list(row[1:]) for row in cursor}
        entries, answers = _settle(batch, players, now)
        rows = [(player, *values, now) for player, values in players.items()]
        cursor.execute(UPDATE, _columns(rows))
        cursor.execute(INSERT, _columns(entries))
        cursor.execute(RECEIPT, _receipt(key, batch, answers, now))
    connection.commit()
    return len(batch)


def _settle(
    batch: Batch, players: dict[int, list[int]], now: str
) -> tuple[list[tuple[Any, ...]], list[dict[str, Any]]]:
    """Trade in memory: change the players, return the entries and what each trade answers."""
    entries: list[tuple[Any, ...]] = []
    answers = []
    for sold_by, bought_by, goods, coins in batch:
        seller, buyer = players[sold_by], players[bought_by]
        seller[:] = seller[0] + coins, seller[1] - goods, seller[2] + 1
        buyer[:] = buyer[0] - coins, buyer[1] + goods, buyer[2] + 1
        if seller[1] < 0 or buyer[0] < 0:
            raise ValueError("a player has too little: the start is to be larger")
        sale, purchase = (sold_by, seller[2]), (bought_by, buyer[2])
        told = (now, ACTOR)
        entries += (
            (*sale, "sold", coins, -goods, seller[0], seller[1], *told, *purchase, ""),
            (*purchase, "bought", -coins, goods, buyer[0], buyer[1], *told, *sale, ""),
        )
        answer = {
            "seller": sold_by,
            "number": seller[2],
            "buyer": bought_by,
            "goods": goods,
            "coins": coins,
            "at": now,
            "seller_coins": seller[0],
            "seller_goods": seller[1],
            "buyer_coins": buyer[0],
            "buyer_goods": buyer[1],
        }
        answers.append(answer)
    return entries, answers


def _receipt(key: str, batch: Batch, answers: list[dict[str, Any]], now: str) -> list[str]:
    identity = hashlib.sha256(f"{ACTOR} {key}".encode()).hexdigest()[:32]
    fingerprint = hashlib.sha256(json.dumps(batch).encode()).hexdigest()[:32]
    return [identity, ACTOR, key, fingerprint, ACT, json.dumps(answers), now]


def _columns(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Turn rows into columns, each an array."""
    return [_array(column) for column in zip(*rows, strict=True)]


def _array(values: Iterable[Any]) -> str:
    """Return an array in PostgreSQL's text form; no value of ours needs an escape."""
    return "{" + ",".join([f'"{value}"' if value == "" else str(value) for value in values]) + "}"


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
