"""The ways to execute a unit, for tests that hold for each."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest

from tradepost import txn
from tradepost.txn import execution, group
from tradepost.txn.committer import Committer, Notify, QueuedUnit
from tradepost.txn.failure import RunSeparately

# In a transaction of its own; as a group of one, and separately where the group fails.
WAYS = ("alone", "group")
# The product's own way: by a committer that waits for a unit in front of it.
COMMITTER = "committer"
by_the_committer = pytest.mark.parametrize("way", [COMMITTER], indirect=True)


def execute_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every unit in a transaction of its own, in its caller's thread."""

    def submit(
        _self: Committer, unit: txn.Unit, policy: txn.RetryPolicy, notify: Notify, ticket: Any
    ) -> None:
        notify([QueuedUnit(unit, policy, notify, ticket)])

    monkeypatch.setattr(execution, "_is_grouped", lambda _: False)
    monkeypatch.setattr(Committer, "submit", submit)


def execute_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every unit that may be grouped as a group of one, on the caller's own connection."""
    alone = group.execute_alone

    def execute(unit: txn.Unit, **options: Any) -> txn.Outcome:
        policy = options.get("policy") or txn.RetryPolicy()
        if options.get("wait_s") is not None or options.get("dry_run"):
            return alone(unit, **options)
        ends = time.monotonic() + policy.deadline_s
        using = options.get("using", "default")
        [result] = group.execute_group([unit], policy=policy, using=using)
        if isinstance(result, RunSeparately):
            left = dataclasses.replace(policy, deadline_s=max(0.0, ends - time.monotonic()))
            return alone(unit, in_doubt=result.in_doubt, **options | {"policy": left})
        if isinstance(result, Exception):
            raise result
        return result

    execute_alone(monkeypatch)
    monkeypatch.setattr(execution, "execute_alone", execute)
