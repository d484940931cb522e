"""Trying a constraint: a catalogue may list what nobody enforces."""

from __future__ import annotations

from django.db import connections, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from tradepost.engines import engine_of
from tradepost.txn.unit import Changes, Insert
from tradepost.txn.workspace import Workspace
from tradepost.txn.writes import Writer


def is_refused(insert: Insert, *, using: str = "default") -> bool:
    """Say whether the database refuses a row; where it does not, the row is taken back."""
    connection = connections[using]
    work = Workspace(using, timezone.now())
    work.apply(Changes(answer=None, inserts=(insert,)))
    try:
        with transaction.atomic(using), connection.cursor() as cursor:
            Writer(cursor, engine_of(connection)).write(work)
            transaction.set_rollback(True, using)  # noqa: FBT003
    except IntegrityError:
        return True
    return False
