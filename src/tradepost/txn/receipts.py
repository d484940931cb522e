"""Idempotency: a key is claimed first, by the transaction that does the work."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from tradepost.txn.errors import KeyReused
from tradepost.txn.tables import table_of
from tradepost.txn.unit import Json, Key, Outcome, Unit

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt

PRUNE_MIN_AGE = dt.timedelta(hours=24)
PRUNE_PAGE = 1000


def model() -> type[Receipt]:
    """Return the model, which Django loads after this package."""
    return apps.get_model("txn", "Receipt")


def claim(cursor: CursorWrapper, key: Key, unit: Unit, now: dt.datetime) -> None:
    """Insert the key's receipt, still without an outcome.

    Whoever else claims the same key waits here for this transaction to end, holding nothing.

    Raises:
        IntegrityError: The key was applied before.
    """
    table = table_of(model(), cursor.db.alias)
    values = {
        "id": key.receipt_id,
        "actor": key.actor,
        "key": key.value,
        "fingerprint": key.fingerprint(unit.act, unit.terms),
        "act": unit.act,
        "outcome": "",
        "created_at": now,
    }
    columns = ", ".join(table.column(name).quoted for name in values)
    marks = ", ".join(["%s"] * len(values))
    cursor.execute(
        f"INSERT INTO {table.quoted} ({columns}) VALUES ({marks})",
        [table.column(name).to_database(value, cursor.db) for name, value in values.items()],
    )


def finish(cursor: CursorWrapper, key: Key, answer: Json) -> None:
    """Write the outcome into the claimed receipt."""
    table = table_of(model(), cursor.db.alias)
    outcome, pk = table.column("outcome").quoted, table.key.quoted
    cursor.execute(
        f"UPDATE {table.quoted} SET {outcome} = %s WHERE {pk} = %s",
        [json.dumps(answer), table.key.to_database(key.receipt_id, cursor.db)],
    )


def find(key: Key, *, using: str = "default") -> Receipt | None:
    """Return the receipt of a key, if it was applied."""
    return model().objects.using(using).filter(pk=uuid.UUID(key.receipt_id)).first()


def replay(receipt: Receipt, unit: Unit) -> Outcome:
    """Return the outcome stored under the unit's key.

    Raises:
        KeyReused: It belongs to another request.
    """
    key = unit.key
    if key and receipt.fingerprint != uuid.UUID(key.fingerprint(unit.act, unit.terms)):
        raise KeyReused(key=key.value)
    return Outcome(answer=receipt.answer, replayed=True)


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
