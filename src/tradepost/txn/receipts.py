"""Idempotency: the receipt of a keyed unit is stored by the transaction that does the work."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from tradepost.engines import Engine
from tradepost.engines.defaults import STATEMENT_BYTES
from tradepost.txn.errors import KeyReused
from tradepost.txn.forms import among
from tradepost.txn.tables import table_of
from tradepost.txn.unit import Key, Outcome, Unit
from tradepost.txn.writes import Writer

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt

A = TypeVar("A")
PRUNE_MIN_AGE = dt.timedelta(hours=24)
PRUNE_PAGE = 1000


def model() -> type[Receipt]:
    """Return the model, which Django loads after this package."""
    return apps.get_model("txn", "Receipt")


@dataclass(slots=True, eq=False)
class Proof:
    """A receipt's part that is looked at again.

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


def proof(unit: Unit[Any]) -> Proof | None:
    """Return what a unit's receipt will prove, without its outcome; None without a key."""
    key = unit.key
    if key is None:
        return None
    act = unit.act
    fingerprint = key.fingerprint(act.name, act.plain(unit.terms))
    return Proof(key.receipt_id, fingerprint, version=act.version)


def claim(cursor: CursorWrapper, unit: Unit[Any], proof: Proof, now: dt.datetime) -> None:
    """Insert a receipt, still without an outcome.

    Whoever else claims the same key waits here for this transaction to end, holding nothing.

    Raises:
        IntegrityError: The key was applied before.
    """
    table = table_of(model(), cursor.db.alias)
    values = _values(unit, proof, now)
    columns = ", ".join(table.column(name).quoted for name in values)
    marks = ", ".join(["%s"] * len(values))
    cursor.execute(
        f"INSERT INTO {table.quoted} ({columns}) VALUES ({marks})",
        [table.column(name).to_database(value, cursor.db) for name, value in values.items()],
    )


def finish(cursor: CursorWrapper, unit: Unit[Any], proof: Proof, answer: Any) -> None:
    """Write the outcome into the claimed receipt."""
    table = table_of(model(), cursor.db.alias)
    outcome, pk = table.column("outcome").quoted, table.key.quoted
    cursor.execute(
        f"UPDATE {table.quoted} SET {outcome} = %s WHERE {pk} = %s",
        [unit.act.dump(answer), table.key.to_database(proof.id, cursor.db)],
    )


def add(writer: Writer, applied: Iterable[tuple[Unit[Any], Proof]], now: dt.datetime) -> None:
    """Insert the finished receipts of units.

    In the order of their ids: two groups with the same keys wait for each other one way only.
    """
    rows: list[dict[str, Any]] = []
    size = 0
    for unit, proof in sorted(applied, key=lambda pair: pair[1].id):
        size += len(proof.outcome)
        if rows and size > STATEMENT_BYTES:
            writer.insert(model(), rows)
            rows, size = [], len(proof.outcome)
        rows.append(_values(unit, proof, now))
    writer.insert(model(), rows)


def find(key: Key, *, using: str = "default") -> Receipt | None:
    """Return the receipt of a key, if it was applied."""
    return model().objects.using(using).filter(pk=uuid.UUID(key.receipt_id)).first()


def find_all(cursor: CursorWrapper, engine: Engine, ids: Sequence[str]) -> dict[str, Proof]:
    """Return those of the receipts that there are, by id."""
    table = table_of(model(), cursor.db.alias)
    columns = [table.column(name) for name in ("id", "fingerprint", "outcome", "version")]
    names = ", ".join(column.quoted for column in columns)
    found = {}
    for where, parameters in among(table.key, ids, cursor.db, engine):
        cursor.execute(f"SELECT {names} FROM {table.quoted} WHERE {where}", parameters)
        for row in cursor.fetchall():
            pk, fingerprint, outcome, version = (
                column.from_database(value) for column, value in zip(columns, row, strict=True)
            )
            found[pk.hex] = Proof(pk.hex, fingerprint.hex, outcome, version)
    return found


def answer(earlier: Proof, unit: Unit[A]) -> A:
    """Return the answer that a receipt holds for a unit."""
    return unit.act.load(earlier.outcome, earlier.version)


def mismatch(earlier: Proof, proof: Proof, unit: Unit[Any]) -> KeyReused | None:
    """Return an error where the key was applied to another request."""
    if earlier.fingerprint == proof.fingerprint or unit.key is None:
        return None
    return KeyReused(key=unit.key.value)


def replay(receipt: Receipt, unit: Unit[A]) -> Outcome[A]:
    """Return the outcome stored under the unit's key.

    Raises:
        KeyReused: It belongs to another request.
    """
    wanted = proof(unit)
    stored = Proof(receipt.pk.hex, receipt.fingerprint.hex, receipt.outcome, receipt.version)
    if wanted and (error := mismatch(stored, wanted, unit)):
        raise error
    return Outcome(answer(stored, unit), replayed=True)


def prune(*, older_than: dt.timedelta, now: dt.datetime, using: str = "default") -> int:
    """Delete old receipts and return how many; their keys may be used again.

    Walks the table by its primary key: an index on the time would be where every worker of a
    distributed database writes at once.

    Raises:
        ValueError: ``older_than`` is under a day.
    """
    if older_than < PRUNE_MIN_AGE:
        raise ValueError("receipts are kept for 24 hours at the least")
    before = now - older_than
    receipts = model().objects.using(using).order_by("pk")
    last, deleted = uuid.UUID(int=0), 0
    while page := list(receipts.filter(pk__gt=last).values_list("pk", "created_at")[:PRUNE_PAGE]):
        old = [pk for pk, created_at in page if created_at < before]
        deleted += receipts.filter(pk__in=old, created_at__lt=before).delete()[0]
        last = page[-1][0]
    return deleted


def _values(unit: Unit[Any], proof: Proof, now: dt.datetime) -> dict[str, Any]:
    key = unit.key
    if key is None:
        raise TypeError("a unit without a key has no receipt")
    return {
        "id": proof.id,
        "actor": key.actor,
        "key": key.value,
        "fingerprint": proof.fingerprint,
        "act": unit.act.name,
        "version": proof.version,
        "outcome": proof.outcome,
        "created_at": now,
    }
