"""Rows that another transaction holds: their units leave the group, and the rest is committed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.execution import by_the_committer
from tests.toy.rivals import ONCE, PATIENCE_S, Holder
from tests.toy.sent import sent
from tests.toy.state import balances
from tests.toy.units import account, add, add_note, get_or_create, move
from tests.txn.groups import SEPARATELY, kinds
from tests.txn.queues import Told, callers
from tradepost import txn
from tradepost.engines import Engine, RowLocks
from tradepost.errors import NotFound
from tradepost.txn import committer as module
from tradepost.txn import group
from tradepost.txn.committer import committer
from tradepost.txn.group import Execution

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
SHORT_S = 0.01
pytestmark = by_the_committer


@pytest.fixture(autouse=True)
def row_locks(engine: Engine, way: str) -> None:
    """Skips what needs rows that are locked one by one."""
    if engine.row_locks is RowLocks.NONE:
        pytest.skip(f"{engine.title} has one writer and no row locks")


def test_units_on_a_blocked_row_leave_and_the_rest_is_done(accounts: Accounts, keys: Keys) -> None:
    """Whichever key named the row, and while it is still held."""
    a, b, c = accounts(1, 2, 3)
    units = [
        add(a, 10, keys()),
        add(b, 10),
        get_or_create("account-1", 10, keys()),
        move(c, b, 1),
        get_or_create("account-2", 10),
    ]
    with Holder.of(add(b, 100), group.execute_alone):
        results = group.execute_group(units)
        held = balances()
    blocked = [getattr(one, "blocked", None) for one in results]
    by_name = txn.RowLock(type(account(b).model()), "account-1", field="name")
    assert results[0] == txn.Outcome(11)
    assert results[1:4] == [SEPARATELY] * 3
    assert blocked[1:4] == [[account(b)], [by_name], [account(b)]]
    assert (results[4], held) == (txn.Outcome({"id": c, "made": False}), [11, 2, 13])
    assert balances() == [11, 102, 13]


def test_a_missing_row_is_not_taken_for_a_blocked_one(accounts: Accounts) -> None:
    """Beside a blocked one, it is decided on as missing."""
    a, b = accounts(1, 2)
    with Holder.of(add(b, 100), group.execute_alone):
        results = kinds(group.execute_group([add_note(b + 10**6, 1), add(b, 1), add(a, 1)]))
    assert results == [NotFound, SEPARATELY, txn.Outcome(2)]


def test_without_leaving_a_group_would_wait_for_the_blocked_row(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: nobody of it is done while the row is held."""
    a, b = accounts(1, 2)
    monkeypatch.setattr(Execution, "_note_busy", lambda *_: None)
    with Holder.of(add(b, 100), group.execute_alone):
        assert group.execute_group([add(a, 1), add(b, 1)], policy=ONCE) == [SEPARATELY] * 2
        assert balances() == [1, 2]


def test_no_server_is_sent_what_it_would_not_do(accounts: Accounts, engine: Engine) -> None:
    """TiDB parses SKIP LOCKED and takes no lock; MySQL's family refuses row by row."""
    a, b = accounts(1, 2)
    with Holder.of(add(b, 100), group.execute_alone), sent() as statements:
        group.execute_group([add(a, 1), add(b, 1)])
    locking = [sql.partition(" FOR UPDATE")[2] for sql, _ in statements if " FOR UPDATE" in sql]
    skipping = "postgresql" in engine.dialect
    assert (" SKIP LOCKED" in locking) is skipping
    assert (" NOWAIT" in locking) is not skipping


def grouped(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[txn.Unit]]:
    """List the groups that the committer executes from now on."""
    groups: list[Sequence[txn.Unit]] = []
    execute = module.execute_group

    def note(units: Sequence[txn.Unit], **options: Any) -> Any:
        groups.append(units)
        return execute(units, **options)

    monkeypatch.setattr(module, "execute_group", note)
    return groups


@pytest.mark.parametrize("remembers", [True, False], ids=["remembered", "forgotten"])
def test_a_row_found_blocked_is_not_tried_again_at_once(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, remembers: bool
) -> None:
    """Its units run separately, without a wait of their group; control: after a while they do."""
    a, b = accounts(0, 0)
    monkeypatch.setattr(module, "BLOCKED_S", PATIENCE_S if remembers else 0)
    groups = grouped(monkeypatch)
    told = Told()
    second = [add(b, 2), add(a, 2)]
    with Holder.of(add(b, 100), group.execute_alone):
        told.submit(add(b, 1))
        told.wait(1)
        committer("default")._push(
            [module.QueuedUnit(unit, txn.RetryPolicy(), told, None) for unit in second]
        )
        results = told.results(3)
    assert results[0] == SEPARATELY
    # Who runs separately is told with the rest.
    assert SEPARATELY in results[1:]
    assert txn.Outcome(2) in results[1:]
    assert list(groups[-1]) == (second[1:] if remembers else second)


def test_who_is_stuck_in_front_is_waited_for_once(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first group waits a little for the lone unit, and no other group does."""
    monkeypatch.setattr(module, "LONE_WAIT_S", SHORT_S)
    a, b = accounts(0, 0)
    told = Told()
    one = committer("default")
    with Holder.of(add(a, 1)) as holder:
        assert one._lone is not None
        for count in range(1, 4):
            told.submit(add(b, 1))
            assert told.results(count)[-1] == txn.Outcome(count)
            assert one._lone is None
        holder.outcome()
    assert (one._lone, balances()) == (None, [1, 3])


def test_a_unit_that_left_its_group_waits_in_its_callers_thread(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a group would, and it is done once the row is free."""
    monkeypatch.setattr(module, "LONE_WAIT_S", SHORT_S)
    a, b = accounts(0, 0)
    told = Told()
    with callers() as waiting, Holder.of(add(b, 100), group.execute_alone) as stranger:
        with Holder.of(add(a, 1)):
            (stuck,) = waiting.execute(add(b, 1))
            told.submit(add(a, 1))
            told.wait(1)
        assert not stuck.done()
        answers = [stranger.outcome().answer, stuck.result(PATIENCE_S).answer]
        # Where the isolation is serializable, the stranger may be the one that has to retry.
        assert answers in ([100, 101], [101, 1])
    assert balances() == [1, 101]
