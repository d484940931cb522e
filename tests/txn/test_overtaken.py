"""Units that take what was free: by a new row, or for a row that is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.toy.rivals import QUICK, Midway
from tests.toy.state import state
from tests.toy.units import get_or_create
from tests.txn.bookkeeper import Taken, rename
from tradepost import txn
from tradepost.engines import Engine, RowLocks

Accounts = Callable[..., list[int]]


def test_a_name_that_a_rival_takes_first_is_found_taken_by_the_next_try(
    accounts: Accounts, engine: Engine
) -> None:
    """The row that was to have it is there; it is the name that was missing."""
    (a,) = accounts(1)
    midway = Midway(rename(a, "new"), partial(txn.execute, get_or_create("new", 5), wait_s=0))
    if engine.row_locks is RowLocks.NONE:
        # Nobody else can write while it decides.
        assert txn.execute(midway.unit, policy=QUICK).answer == "new"
        assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
        return
    with pytest.raises(Taken):
        txn.execute(midway.unit, policy=QUICK)
    assert (type(midway.result), midway.decisions) == (txn.Outcome, 2)
    assert [name for _, name, *_ in state().accounts] == ["account-0", "new"]
