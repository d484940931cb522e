"""Receipts: proof that a keyed unit was applied, stored by the transaction that applied it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps

from tradepost.engines.defaults import STATEMENT_BYTES
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result, Statement
from tradepost.engines.tables import table_of
from tradepost.txn.errors import KeyReused
from tradepost.txn.unit import Key, Unit
from tradepost.txn.writes import Writer

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt

A = TypeVar("A")
PRUNE_MIN_AGE = dt.timedelta(hours=24)
PRUNE_PAGE = 1000


def model() -> "type[Receipt]":
    """Return the model; Django loads it after this package."""
    return apps.get_model("txn", "Receipt")


@dataclass(slots=True, eq=False)
class ReceiptData:
    """The contents of a receipt.

    Attributes:
        id: Its primary key, as hex.
        fingerprint: Of the request, as hex.
        outcome: The answer as JSON; empty until it is known.
        version: Of the act's answer type.
    """

    id: str
    fingerprint: str
    outcome: str = ""
    version: int = 1


def data_of(unit: Unit[Any]) -> ReceiptData | None:
    """Return a unit's receipt, without its outcome; None without a key."""
    key = unit.key
    if key is None:
        return None
    act = unit.act
    fingerprint = key.fingerprint(act.name, act.plain(unit.terms))
    return ReceiptData(key.receipt_id, fingerprint, version=act.version)


def look_up(dialect: Dialect, ids: Sequence[str]) -> list[Statement]:
    """Return the statements that read the time and the receipts with these ids."""
    table = table_of(model(), dialect.connection.alias)
    columns = [table.column(name) for name in ("id", "fingerprint", "outcome", "version")]
    return dialect.look_up(table, columns, ids)


def looked_up(
    dialect: Dialect, results: Sequence[Result]
) -> tuple[dt.datetime, dict[str, ReceiptData]]:
    """Return the database's time, and the receipts found, by id."""
    table = table_of(model(), dialect.connection.alias)
    now, rows = dialect.looked_up(results)
    as_uuid = table.column("id").from_database, table.column("fingerprint").from_database
    found = {}
    for pk, fingerprint, outcome, version in rows:
        id_hex = as_uuid[0](pk, dialect.connection).hex
        fingerprint_hex = as_uuid[1](fingerprint, dialect.connection).hex
        found[id_hex] = ReceiptData(id_hex, fingerprint_hex, outcome, version)
    return now, found


def add(
    writer: Writer, applied: Iterable[tuple[Unit[Any], ReceiptData]], now: dt.datetime
) -> list[Statement]:
    """Queue the inserts of units' receipts, and return their statements.

    In the order of their ids, so that two groups with the same keys do not deadlock.
    """
    rows: list[dict[str, Any]] = []
    statements: list[Statement] = []
    size = 0
    for unit, data in sorted(applied, key=lambda pair: pair[1].id):
        size += len(data.outcome)
        if rows and size > STATEMENT_BYTES:
            statements += writer.insert(model(), rows)
            rows, size = [], len(data.outcome)
        rows.append(_values(unit, data, now))
    return statements + writer.insert(model(), rows)


def find(key: Key, *, using: str = "default") -> "Receipt | None":
    """Return the receipt of a key, if it was applied."""
    return model().objects.using(using).filter(pk=uuid.UUID(key.receipt_id)).first()


def answer(earlier: ReceiptData, unit: Unit[A]) -> A:
    """Return the answer that a receipt holds for a unit."""
    return unit.act.load(earlier.outcome, earlier.version)


def mismatch(earlier: ReceiptData, data: ReceiptData, unit: Unit[Any]) -> KeyReused | None:
    """Return an error if the key was used for another request."""
    if earlier.fingerprint == data.fingerprint or unit.key is None:
        return None
    return KeyReused(key=unit.key.value)


def prune(*, older_than: dt.timedelta, now: dt.datetime, using: str = "default") -> int:
    """Delete old receipts and return how many; their keys may be used again.

    Reads the table by its primary key: in a distributed database, all workers would write to the
    same end of an index on the time.

    Raises:
        ValueError: ``older_than`` is under a day.
    """
    if older_than < PRUNE_MIN_AGE:
        raise ValueError("receipts are kept for at least 24 hours")
    before = now - older_than
    receipts = model().objects.using(using).order_by("pk")
    last, deleted = uuid.UUID(int=0), 0
    while page := list(receipts.filter(pk__gt=last).values_list("pk", "created_at")[:PRUNE_PAGE]):
        old = [pk for pk, created_at in page if created_at < before]
        deleted += receipts.filter(pk__in=old, created_at__lt=before).delete()[0]
        last = page[-1][0]
    return deleted


def _values(unit: Unit[Any], data: ReceiptData, now: dt.datetime) -> dict[str, Any]:
    key = unit.key
    if key is None:
        raise TypeError("a unit without a key has no receipt")
    return {
        "id": data.id,
        "actor": key.actor,
        "key": key.value,
        "fingerprint": data.fingerprint,
        "act": unit.act.name,
        "version": data.version,
        "outcome": data.outcome,
        "created_at": now,
    }
