"""The `tradepost` command without groups: every unit has a transaction and a connection of its own.

This is the benchmark's baseline, "one transaction per trade". Worker processes are forked, so they
have these replacements, too.
"""

from __future__ import annotations

import sys
from typing import Any

from tradepost.cli.main import main
from tradepost.txn import Outcome, RetryPolicy, Unit
from tradepost.txn.committer import Committer, Notify, QueuedUnit
from tradepost.txn.group import execute_alone


def _submit(
    _committer: Committer, unit: Unit[Any], policy: RetryPolicy, notify: Notify, ticket: Any
) -> None:
    """Let the unit run separately, in a thread of the server's pool."""
    notify([QueuedUnit(unit, policy, notify, ticket)])


def _execute(committer: Committer, unit: Unit[Any], policy: RetryPolicy) -> Outcome[Any]:
    """Run the unit in its caller's thread."""
    return execute_alone(unit, policy=policy, using=committer.using)


if __name__ == "__main__":
    Committer.submit = _submit  # type: ignore[assignment]
    Committer.execute = _execute  # type: ignore[assignment]
    sys.exit(main())
