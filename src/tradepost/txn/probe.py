"""Tests a constraint, because a database may list one that it does not enforce."""

from django.db import connections, transaction
from django.db.utils import IntegrityError

from tradepost.engines import engine_of
from tradepost.txn.unit import Changes, Insert
from tradepost.txn.workspace import Workspace
from tradepost.txn.writes import Writer


def is_refused(insert: Insert, *, using: str = "default") -> bool:
    """Return whether the database rejects a row; an accepted row is rolled back."""
    connection = connections[using]
    work = Workspace(using)
    work.apply(Changes(answer=None, inserts=(insert,)))
    try:
        with transaction.atomic(using):
            writer = Writer(engine_of(connection).speak(connection))
            writer.write(work)
            writer.flush()
            transaction.set_rollback(True, using)  # noqa: FBT003
    except IntegrityError:
        return True
    return False
