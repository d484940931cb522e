"""One order in many hands: what it took goes back once, and its lines are those of one change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.races.shops import Overtaking, Together, counted, every_way
from tests.shop.actors import (
    breaches,
    buy,
    cancel,
    change,
    head,
    ledger,
    lines,
    register,
    stock_of,
    stock_up,
)
from tests.toy.rivals import QUICK
from tradepost import txn
from tradepost.shop import lines as order_lines
from tradepost.shop.errors import OrderNotPlaced, VersionChanged
from tradepost.shop.models import OrderLine


@pytest.fixture
def tea(committed: None) -> int:
    """A product, twenty of which are there or ordered."""
    return stock_up(20)


@pytest.fixture
def order(tea: int) -> int:
    """An order of three."""
    return int(buy(register(), tea, 3).answer.id)


@every_way
def test_an_order_is_cancelled_once(tea: int, order: int, together: Together) -> None:
    """Of sixteen who cancel it one does; what it took is back, once."""
    results = together([partial(cancel, order, policy=QUICK)] * 16)

    assert counted(results) == {txn.Outcome: 1, OrderNotPlaced: 15}
    assert ledger(tea)[2:] == [(3, "returned", 3, 20, order)]
    assert (head(order)[0], head(order)[3:], breaches()) == ("cancelled", (2, 1), [])


@every_way
def test_changes_are_made_one_after_another(tea: int, order: int, together: Together) -> None:
    """All eight; the stock lacks what the last one ordered, whichever that is."""
    calls = [partial(change, order, (tea, quantity), policy=QUICK) for quantity in range(4, 12)]

    assert counted(together(calls)) == {txn.Outcome: 8}

    ((_, quantity, *_),) = lines(order)
    assert (stock_of(tea), head(order)[3:]) == (20 - quantity, (9, 9))
    assert (OrderLine.objects.count(), breaches()) == (9, [])


@every_way
def test_of_changes_of_one_version_one_is_made(tea: int, order: int, together: Together) -> None:
    """Seven are told that it was changed since."""
    calls = [
        partial(change, order, (tea, quantity), versions=["1"], policy=QUICK)
        for quantity in range(4, 12)
    ]

    results = together(calls)

    assert counted(results) == {txn.Outcome: 1, VersionChanged: 7}
    told = {result.facts["version"] for result in results if isinstance(result, VersionChanged)}
    assert (told, head(order)[3:], breaches()) == ({"2"}, (2, 2), [])


@every_way
def test_an_order_is_changed_until_it_is_cancelled(
    tea: int, order: int, together: Together
) -> None:
    """Whatever it was changed to is back, and later changes are refused."""
    calls = [partial(change, order, (tea, quantity), policy=QUICK) for quantity in range(4, 12)]

    *changes, cancelled = together([*calls, partial(cancel, order, policy=QUICK)])

    kinds = counted(changes)
    made = kinds.get(txn.Outcome, 0)
    assert isinstance(cancelled, txn.Outcome)
    assert (made + kinds.get(OrderNotPlaced, 0), stock_of(tea)) == (8, 20)
    assert (head(order)[0], head(order)[3:]) == ("cancelled", (made + 2, made + 1))
    assert breaches() == []


def overtaken(
    monkeypatch: pytest.MonkeyPatch, rival: Callable[[], object], **options: Any
) -> Overtaking:
    overtaking = Overtaking(rival, **options)
    monkeypatch.setattr(order_lines, "read", overtaking.read)
    return overtaking


@pytest.mark.parametrize("act", ["cancel", "change"])
def test_an_order_that_was_changed_after_it_was_read_is_read_again(
    tea: int, order: int, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes back is what the rival ordered."""
    met = overtaken(monkeypatch, partial(change, order, (tea, 5)))

    outcome = cancel(order) if act == "cancel" else change(order, (tea, 1))

    assert (counted(met.results), met.reads) == ({txn.Outcome: 1}, 2)
    assert (outcome.answer.version, stock_of(tea)) == ("3", 20 if act == "cancel" else 19)
    assert breaches() == []


@pytest.mark.parametrize("act", ["cancel", "change"])
def test_without_asking_whether_it_was_changed_a_stock_is_wrong(
    tea: int, order: int, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: two of the rival's five are in no stock and in no order; the audit misses them."""
    met = overtaken(monkeypatch, partial(change, order, (tea, 5)), checked=False)

    outcome = cancel(order) if act == "cancel" else change(order, (tea, 1))

    assert (counted(met.results), met.reads) == ({txn.Outcome: 1}, 1)
    assert (outcome.answer.version, stock_of(tea)) == ("3", 18 if act == "cancel" else 17)
    assert breaches() == ["orders and stock agree"]


def test_an_order_that_was_cancelled_after_it_was_read_stays_so(
    tea: int, order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lines are those that were read, so it is not read again."""
    met = overtaken(monkeypatch, partial(cancel, order))

    with pytest.raises(OrderNotPlaced):
        cancel(order)

    assert (counted(met.results), met.reads) == ({txn.Outcome: 1}, 1)
    assert (stock_of(tea), len(ledger(tea)), breaches()) == (20, 3, [])


@pytest.mark.parametrize("times", [15, 16])
def test_an_order_that_is_changed_every_time_it_is_read_is_busy(
    tea: int, order: int, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """The sixteenth time it is given up; until then, it is read again."""
    met = overtaken(monkeypatch, partial(change, order, (tea, 5)), times=times)

    if times == 15:
        assert change(order, (tea, 1)).answer.version == "17"
    else:
        with pytest.raises(txn.StaleRead) as told:
            change(order, (tea, 1))
        assert (told.value.code, told.value.retryable) == ("busy", True)

    assert (counted(met.results), met.reads) == ({txn.Outcome: times}, 16)
    assert (head(order)[3:], stock_of(tea)) == ((17, 17), 19 if times == 15 else 15)
    assert breaches() == []
