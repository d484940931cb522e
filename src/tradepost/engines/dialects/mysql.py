"""MySQL's protocol: MariaDB and TiDB."""

from collections.abc import Sequence
from typing import Any

from django.db.utils import Error

from tradepost.engines.base import ErrorClass, Phase
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Locked, LockMode, Statement, Wanted
from tradepost.engines.tables import Table


class MySQL(Dialect):
    """A server without SET LOCAL, whose driver sends one statement at a time."""

    now = "UTC_TIMESTAMP(6)"

    def bounded(self, statement: Statement) -> str:
        """Put the timeout into the statement: a session's would also apply to its next user."""
        if not statement.waits or self.wait_s == LOCK_WAIT_S:
            return statement.sql
        return self.engine.lock_wait.within(statement.sql, self.wait_s)

    def lock(self, wanted: Wanted, behind: Sequence[Statement], mode: LockMode) -> Locked:
        """Lock and read rows; to skip locked rows, lock them one by one.

        TiDB parses SKIP LOCKED and takes no lock (pingcap/tidb#69720), so it is never sent.
        """
        if mode is not LockMode.AVAILABLE:
            return super().lock(wanted, behind, mode)
        rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in wanted}
        blocked: dict[Table, set[Any]] = {table: set() for table in wanted}
        for table, pks in wanted.items():
            for pk in pks:
                try:
                    [result] = self.run(self.select_locked(table, [pk], mode))
                except Error as error:
                    # It ends the statement, not the transaction (innodb_rollback_on_timeout).
                    if self.engine.classify(error, Phase.BEFORE_COMMIT) is not ErrorClass.BUSY:
                        raise
                    blocked[table].add(pk)
                else:
                    rows[table] += result.rows
        return Locked(rows, self.run(behind), blocked)

    def lock_suffix(self, mode: LockMode) -> str:
        """Return the end of a SELECT that locks."""
        available = mode is LockMode.AVAILABLE
        return " FOR UPDATE NOWAIT" if available else super().lock_suffix(mode)
