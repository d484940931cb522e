"""Many buyers of few items: none is sold twice, none is lost, and who gets none is told so."""

from __future__ import annotations

import itertools
import threading
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from tests.races.shops import Together, counted, every_way, order_of
from tests.races.test_hot_rows import meeting
from tests.shop.actors import (
    breaches,
    buy,
    everything,
    ledger,
    place,
    prices,
    receive,
    refused,
    register,
    stock_of,
    stock_up,
)
from tests.toy.off import switch_lock_order_off, switch_locks_off
from tests.toy.rivals import PATIENCE_S, QUICK, Holder, Midway, Watched, elsewhere
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks
from tradepost.ledger import Posting
from tradepost.shop import products, stock
from tradepost.shop.errors import OutOfStockError, ProductNotFound
from tradepost.shop.models import Order, Product, StockEntry
from tradepost.shop.rules import Buyer


@pytest.fixture
def ann(committed: None) -> int:
    """A customer."""
    return register()


@every_way
@pytest.mark.parametrize("there", [1, 10])
def test_of_64_buyers_as_many_get_one_as_there_are(
    ann: int, together: Together, there: int
) -> None:
    """The others are told that nothing is left, and nothing is left."""
    tea = stock_up(there)

    results = together([partial(buy, ann, tea, policy=QUICK)] * 64)

    assert counted(results) == {txn.Outcome: there, OutOfStockError: 64 - there}
    told = [result.facts for result in results if isinstance(result, OutOfStockError)]
    assert told == [{"product": tea, "required": 1, "available": 0}] * (64 - there)
    assert [entry[1:4] for entry in ledger(tea)[1:]] == [
        ("sold", -1, left) for left in reversed(range(there))
    ]
    assert (stock_of(tea), Order.objects.count(), breaches()) == (0, there, [])


@pytest.fixture
def locks_off(ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the locks away."""
    switch_locks_off(monkeypatch)


@pytest.fixture
def numbers_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the numbers of stock entries away: each gets one that nobody else has."""
    numbers = itertools.count(1000)
    post = stock.post

    def misnumber(*args: Any, **options: Any) -> Posting:
        posting = post(*args, **options)
        posting.insert.values["number"] = next(numbers)
        return posting

    monkeypatch.setattr(stock, "post", misnumber)


def test_without_locks_the_last_item_is_not_sold_twice_for_the_entry_has_a_number(
    ann: int, locks_off: None, engine: Engine, way: str
) -> None:
    """The second entry of a number is refused; where there is another try, the order is."""
    tea = stock_up(1)
    midway = Midway(order_of(ann, (tea,)), partial(buy, ann, tea))
    again = engine.isolation == "serializable" or way == "group"

    with pytest.raises(OutOfStockError if again else txn.ConstraintRefused):
        txn.execute(midway.unit, policy=QUICK)

    assert isinstance(midway.result, txn.Outcome)
    assert (stock_of(tea), Order.objects.count(), breaches()) == (0, 1, [])


def test_without_locks_and_numbers_the_last_item_is_sold_twice(
    ann: int, locks_off: None, numbers_off: None, engine: Engine
) -> None:
    """Control: the audit reports the item that was never there."""
    tea = stock_up(1)
    midway = Midway(order_of(ann, (tea,)), partial(buy, ann, tea))
    if engine.isolation == "serializable":
        with pytest.raises(OutOfStockError):
            txn.execute(midway.unit, policy=QUICK)
        assert Order.objects.count() == 1
        return
    txn.execute(midway.unit, policy=QUICK)
    assert isinstance(midway.result, txn.Outcome)
    assert (midway.decisions, Order.objects.count(), stock_of(tea)) == (1, 2, 0)
    assert {"no item is lost or made up", "stock entries add up"} < set(breaches())


def baskets(
    ann: int, products: list[int], together: Together, policy: txn.RetryPolicy
) -> list[Any]:
    """Order three products in every order there is, each twice, four times one after another."""

    def work(requested: list[tuple[int, int]]) -> list[txn.Outcome]:
        return [place(ann, *requested, policy=policy) for _ in range(4)]

    wanted = [[(one, 1) for one in basket] for basket in itertools.permutations(products)]
    return together([partial(work, requested) for requested in wanted * 2])


@every_way
def test_baskets_in_opposite_orders_are_all_had(
    ann: int, together: Together, engine: Engine
) -> None:
    """No deadlock reaches a caller, nor happens, save where the isolation finds conflicts."""
    products = [stock_up(100) for _ in range(3)]
    policy = Watched(deadline_s=PATIENCE_S)

    results = baskets(ann, products, together, policy)

    assert counted(results) == {list: 12}
    assert [stock_of(product) for product in products] == [52] * 3
    assert (Order.objects.count(), breaches()) == (48, [])
    assert ErrorClass.RETRY not in policy.seen or engine.isolation == "serializable"


@pytest.mark.parametrize("deadline_s", [0, PATIENCE_S], ids=["once", "again"])
def test_without_an_order_of_locks_two_baskets_deadlock(
    ann: int,
    together: Together,
    engine: Engine,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    deadline_s: float,
) -> None:
    """Control: each has one product and wants the other; one fails, unless it is tried again.

    A group waits for too short a time to find out that it is a deadlock. What fails in it is tried
    once more in any case, separately.
    """
    tea, ice = stock_up(10), stock_up(10)
    switch_lock_order_off(monkeypatch)
    # New customers are no rows to lock.
    there, back = order_of("bob", (tea,), (ice,)), order_of("eve", (ice,), (tea,))
    if engine.row_locks is RowLocks.NONE:
        with Holder.of(there):
            result = elsewhere(partial(txn.execute, back, wait_s=0))
        assert (type(result), stock_of(tea)) == (txn.Locked, 9)
        return
    policy = Watched(deadline_s=deadline_s)
    barrier = threading.Barrier(2)
    results = together([meeting(there, barrier, policy), meeting(back, barrier, policy)])
    failed = [type(result) for result in results if isinstance(result, Exception)]
    assert policy.seen != []
    assert set(policy.seen) <= {ErrorClass.RETRY, ErrorClass.BUSY}
    if deadline_s:
        assert failed == []
    elif way == "alone":
        assert (failed, policy.seen) == ([txn.Busy], [ErrorClass.RETRY])
    else:
        assert failed in ([], [txn.Busy])
    sold = 2 - len(failed)
    assert ([stock_of(tea), stock_of(ice)], Order.objects.count()) == ([10 - sold] * 2, sold)
    assert breaches() == []


@every_way
def test_what_is_received_and_what_is_sold_at_once_are_both_in_the_books(
    ann: int, together: Together
) -> None:
    """Sixteen of each."""
    tea = stock_up(16)
    calls = [partial(buy, ann, tea, policy=QUICK), partial(receive, tea, 1, policy=QUICK)] * 16

    assert counted(together(calls)) == {txn.Outcome: 32}

    quantities = list(StockEntry.objects.order_by("number").values_list("quantity", flat=True))
    assert sorted(quantities) == [-1] * 16 + [1] * 16 + [16]
    assert Product.objects.values_list("stock", "entry_count").get(pk=tea) == (16, 33)
    assert breaches() == []


@every_way
def test_prices_that_are_set_at_once_are_entries_one_after_another(
    ann: int, together: Together
) -> None:
    """Each starts from the one before, and the last is the product's."""
    tea = stock_up(1)
    calls = [
        partial(products.edit, tea, price=Decimal(price), actor="test", policy=QUICK)
        for price in range(10, 26)
    ]

    assert counted(together(calls)) == {txn.Outcome: 16}

    assert [number for number, *_ in prices(tea)] == list(range(1, 18))
    assert Product.objects.values_list("price_count", "edit_count").get(pk=tea) == (17, 16)
    assert breaches() == []


def test_who_would_not_wait_is_told_of_a_lock_and_not_of_an_empty_stock(ann: int) -> None:
    """The last item is not sold before the other has committed."""
    tea = stock_up(1)
    with Holder.of(order_of(ann, (tea,))) as holder:
        with refused(txn.Locked, wait_s=0):
            buy(ann, tea, wait_s=0, key="k")
        holder.outcome()
    with refused(OutOfStockError, required=1, available=0):
        buy(ann, tea, wait_s=0, key="k")


def test_who_is_told_of_a_lock_may_have_the_item_after_all(ann: int) -> None:
    """Where the other gives up, it was never out of stock."""
    tea = stock_up(1)
    before = everything()
    with Holder.of(order_of(ann, (tea,), (10**9,))) as holder:
        with refused(txn.Locked):
            buy(Buyer(username="bob"), tea, wait_s=0)
        with pytest.raises(ProductNotFound):
            holder.outcome()
    assert everything() == before
    assert buy(Buyer(username="bob"), tea, wait_s=0).answer.lines[0].product_id == tea
