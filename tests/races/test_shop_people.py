"""Customers who come, and customers and products that go, while somebody orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from tests.races.shops import Together, counted, every_way, order_of, releasing, unit_of
from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    lines,
    place,
    refused,
    register,
    stock_of,
    stock_up,
)
from tests.toy.off import switch_locks_off
from tests.toy.rivals import ONCE, QUICK, Holder, Midway
from tradepost import txn
from tradepost.engines import Engine, RowLocks
from tradepost.shop import customers, orders, products
from tradepost.shop.errors import CustomerExists, CustomerNotFound, PriceChanged, ProductNotFound
from tradepost.shop.models import Customer, Order
from tradepost.shop.rules import Buyer, LineRequest

OLD, NEW = Decimal("2.50"), Decimal("3.00")
Call = Callable[..., txn.Outcome]


@every_way
@pytest.mark.parametrize(
    ("buyer", "uses"),
    [(Buyer(username="ann"), 24), (Buyer(uid=7), 16), (Buyer(username="ann", uid=7), 16)],
)
def test_many_first_uses_at_once_make_one_customer(
    committed: None, together: Together, buyer: Buyer, uses: int
) -> None:
    """All orders are theirs."""
    tea = stock_up(uses)

    results = together([partial(buy, buyer, tea, policy=QUICK)] * uses)

    assert counted(results) == {txn.Outcome: uses}
    (ann,) = Customer.objects.values_list("pk", "name", "username", "uid")
    assert ann[1:] == ("", buyer.username, buyer.uid)
    assert {result.answer.customer_id for result in results} == {ann[0]}
    assert (Order.objects.filter(customer_id=ann[0]).count(), stock_of(tea)) == (uses, 0)
    assert breaches() == []


@every_way
def test_first_uses_by_either_name_make_one_customer_or_two(
    committed: None, together: Together
) -> None:
    """Who names both finds one customer, or is told that there are two; no one is merged."""
    tea = stock_up(None)
    buyers = [Buyer(username="ann"), Buyer(uid=7), Buyer(username="ann", uid=7)] * 8

    results = together([partial(buy, buyer, tea, policy=QUICK) for buyer in buyers])

    kinds = counted(results)
    assert kinds.keys() <= {txn.Outcome, CustomerExists}
    assert Order.objects.count() == kinds[txn.Outcome]
    people = set(Customer.objects.values_list("username", "uid"))
    apart = {("ann", None), (None, 7)}
    assert people == (apart if CustomerExists in kinds else {("ann", 7)})
    assert (Customer.objects.count(), breaches()) == (len(people), [])


def overtaken() -> Midway:
    """Return a first use; before it is written, a rival's first use is."""
    tea, ice = stock_up(10), stock_up(10)
    # The rival does not wait for the product.
    rival = partial(buy, Buyer(username="ann"), ice, wait_s=0)
    return Midway(order_of("ann", (tea,)), rival)


def test_a_first_use_that_is_overtaken_finds_who_was_made(committed: None, engine: Engine) -> None:
    """Its own customer is refused by the database, so it runs again."""
    midway = overtaken()

    outcome = txn.execute(midway.unit, policy=QUICK)

    if engine.row_locks is RowLocks.NONE:
        assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
    else:
        assert midway.result.answer.customer_id == outcome.answer.customer_id
        assert (midway.decisions, Order.objects.count()) == (2, 2)
    assert (Customer.objects.count(), breaches()) == (1, [])


def test_a_number_that_a_rival_has_first_is_found_to_be_another_s(
    committed: None, engine: Engine
) -> None:
    """Who was known by username is not completed with it, and told why."""
    tea, ice = stock_up(10), stock_up(10)
    ann = register(username="ann")
    both = orders.unit(Buyer(username="ann", uid=7), [LineRequest(tea)], actor=ACTOR)
    midway = Midway(both, partial(buy, Buyer(uid=7), ice, wait_s=0))
    if engine.row_locks is RowLocks.NONE:
        assert txn.execute(midway.unit, policy=QUICK).answer.customer_id == ann
        assert type(midway.result) is txn.Locked
        return
    with pytest.raises(CustomerExists) as told:
        txn.execute(midway.unit, policy=QUICK)
    assert (midway.decisions, told.value.facts) == (2, {"identifier": "uid", "value": 7})
    assert (Customer.objects.count(), Order.objects.count(), breaches()) == (2, 1, [])


def test_without_another_try_a_first_use_that_is_overtaken_fails(
    committed: None, engine: Engine, way: str
) -> None:
    """Control: who was made is in the way; what fails in a group is tried by itself, though."""
    midway = overtaken()
    if engine.row_locks is RowLocks.NONE or way == "group":
        assert txn.execute(midway.unit, policy=ONCE).replayed is False
    else:
        with pytest.raises((txn.ConstraintRefused, txn.Busy)):
            txn.execute(midway.unit, policy=ONCE)
        assert (midway.decisions, Order.objects.count()) == (1, 1)
    assert (Customer.objects.count(), breaches()) == (1, [])


@pytest.fixture
def ann(committed: None) -> int:
    """A customer."""
    return register()


def gone(table: str, ann: int, tea: int) -> tuple[Call, type[Exception]]:
    """Return the call that deletes a customer or a product, and what is told from then on."""
    if table == "customer":
        return partial(customers.delete, ann, actor=ACTOR), CustomerNotFound
    return partial(products.delete, tea, actor=ACTOR), ProductNotFound


@pytest.mark.parametrize("table", ["customer", "product"])
def test_nobody_and_nothing_goes_while_it_is_ordered(ann: int, table: str) -> None:
    """The order is placed first; afterwards nothing can be ordered any more."""
    tea = stock_up(10)
    delete, refusal = gone(table, ann, tea)
    midway = Midway(order_of(ann, (tea,)), partial(delete, wait_s=0))

    txn.execute(midway.unit, policy=QUICK)

    assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
    delete()
    with refused(refusal):
        buy(ann, tea)
    assert (Order.objects.count(), stock_of(tea), breaches()) == (1, 9, [])


@pytest.mark.parametrize("table", ["customer", "product"])
def test_who_waits_for_what_is_about_to_go_is_refused(ann: int, table: str) -> None:
    """The order decides over what the deletion left."""
    tea = stock_up(10)
    delete, refusal = gone(table, ann, tea)
    with Holder.of(unit_of(delete)) as holder:
        with connection.execute_wrapper(releasing(holder)), pytest.raises(refusal):
            buy(ann, tea, policy=QUICK, key="k")
        holder.outcome()
    assert (Order.objects.count(), stock_of(tea), breaches()) == (0, 10, [])


@pytest.mark.parametrize("table", ["customer", "product"])
def test_without_locks_what_has_gone_is_ordered(
    ann: int, table: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the deletion was committed, and the order is placed over it."""
    tea = stock_up(None)
    switch_locks_off(monkeypatch)
    delete, refusal = gone(table, ann, tea)
    midway = Midway(order_of(ann, (tea,)), delete)
    # A row that is read and not written is no conflict to some serializable engines either.
    try:
        txn.execute(midway.unit, policy=QUICK)
    except refusal:
        assert (engine.isolation, Order.objects.count()) == ("serializable", 0)
    else:
        assert (midway.decisions, Order.objects.count()) == (1, 1)
    assert isinstance(midway.result, txn.Outcome)


def reprice(tea: int) -> Call:
    return partial(products.edit, tea, price=NEW, actor=ACTOR)


def test_a_price_stays_while_the_buyer_who_expects_it_buys(ann: int) -> None:
    """The order has the price that was expected; the new one is for those who come later."""
    tea = stock_up(10)
    midway = Midway(order_of(ann, (tea, 1, OLD)), partial(reprice(tea), wait_s=0))

    order = txn.execute(midway.unit, policy=QUICK).answer.id

    assert (type(midway.result), lines(order)) == (txn.Locked, [(tea, 1, OLD, True)])
    reprice(tea)()
    with refused(PriceChanged, expected="2.50", price="3.00"):
        place(ann, LineRequest(tea, 1, OLD))
    assert breaches() == []


def test_a_buyer_who_waits_for_a_new_price_does_not_pay_it_unasked(ann: int) -> None:
    """What was expected is compared under the lock."""
    tea = stock_up(10)
    with Holder.of(unit_of(reprice(tea))) as holder:
        with connection.execute_wrapper(releasing(holder)), pytest.raises(PriceChanged) as told:
            place(ann, LineRequest(tea, 1, OLD), policy=QUICK, key="k")
        holder.outcome()
    assert told.value.facts == {"product": tea, "expected": "2.50", "price": "3.00"}
    assert (Order.objects.count(), stock_of(tea), breaches()) == (0, 10, [])


def test_without_locks_a_price_that_is_no_more_is_paid(
    ann: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the new price was committed, and the order has the old one."""
    tea = stock_up(10)
    switch_locks_off(monkeypatch)
    midway = Midway(order_of(ann, (tea, 1, OLD)), reprice(tea))
    if engine.isolation == "serializable":
        with pytest.raises(PriceChanged):
            txn.execute(midway.unit, policy=QUICK)
        assert (midway.decisions, Order.objects.count()) == (2, 0)
    else:
        order = txn.execute(midway.unit, policy=QUICK).answer.id
        assert (midway.decisions, lines(order)) == (1, [(tea, 1, OLD, True)])
    assert isinstance(midway.result, txn.Outcome)
