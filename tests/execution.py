"""Both ways of executing, for tests that hold for either."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest

from tradepost import txn
from tradepost.txn import direct, group
from tradepost.txn.settlement import Alone

WAYS = ("direct", "group")
# The product's own way, by a committer that waits for who is first.
COMMITTER = "committer"
by_the_committer = pytest.mark.parametrize("way", [COMMITTER], indirect=True)


def execute_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every unit that may be grouped be a group of one, on the caller's own connection."""
    alone = direct.execute

    def execute(unit: txn.Unit, *, in_doubt: bool = False, **options: Any) -> txn.Outcome:
        policy = options.get("policy") or txn.RetryPolicy()
        if in_doubt or options.get("wait_s") is not None or options.get("dry_run"):
            return alone(unit, in_doubt=in_doubt, **options)
        ends = time.monotonic() + policy.deadline_s
        [result] = group.execute([unit], policy=policy, using=options.get("using", "default"))
        if isinstance(result, Alone):
            left = dataclasses.replace(policy, deadline_s=max(0.0, ends - time.monotonic()))
            return alone(unit, in_doubt=result.in_doubt, **options | {"policy": left})
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(direct, "execute", execute)
