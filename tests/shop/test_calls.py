"""What holds of every act: a key applies it once, and a dry run tells what it would do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from tests.shop.actors import ACTOR, breaches, everything, key, place, refused, register, stock_up
from tests.toy.sent import sent
from tradepost import txn
from tradepost.errors import Unprocessable
from tradepost.shop import customers, orders, products
from tradepost.shop.errors import InsufficientQuantityError
from tradepost.shop.models import STOCK_MAX
from tradepost.shop.rules import Buyer, LineRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
# Of a row that is yet to be made, nothing is told that the database gives.
GIVEN = {"id", "customer_id", "at", "created_at", "updated_at"}


@dataclass(frozen=True)
class Shop:
    """A customer, a product, and an order of three of it."""

    ann: int
    tea: int
    order: int


Act = Callable[..., txn.Outcome]
ACTS: dict[str, tuple[Act, Act]] = {
    "register": (
        lambda s, **call: customers.register("Bob", username="bob", **call),
        lambda s, **call: customers.register("Bob", username="bob", uid=3, **call),
    ),
    "edit customer": (
        lambda s, **call: customers.edit(s.ann, name="Anna", **call),
        lambda s, **call: customers.edit(s.ann, uid=3, **call),
    ),
    "delete customer": (
        lambda s, **call: customers.delete(s.ann, **call),
        lambda s, **call: customers.edit(s.ann, uid=3, **call),
    ),
    "add": (
        lambda s, **call: products.add("ice", Decimal(1), stock=5, **call),
        lambda s, **call: products.add("ice", Decimal(1), **call),
    ),
    "edit product": (
        lambda s, **call: products.edit(s.tea, price=Decimal(1), **call),
        lambda s, **call: products.edit(s.tea, price=Decimal(2), **call),
    ),
    "delete product": (
        lambda s, **call: products.delete(s.tea, **call),
        lambda s, **call: products.delete(s.tea, versions=["0.2"], **call),
    ),
    "receive": (
        lambda s, **call: products.receive(s.tea, 5, **call),
        lambda s, **call: products.receive(s.tea, 6, **call),
    ),
    "adjust": (
        lambda s, **call: products.adjust(s.tea, 5, reason="r", **call),
        lambda s, **call: products.adjust(s.tea, 5, reason="s", **call),
    ),
    "place": (
        lambda s, **call: orders.place(Buyer(s.ann), [LineRequest(s.tea)], **call),
        lambda s, **call: orders.place(
            Buyer(s.ann), [LineRequest(s.tea)], stated=Decimal(1), **call
        ),
    ),
    "purchase": (
        lambda s, **call: orders.purchase(Buyer(username="new"), LineRequest(s.tea), **call),
        lambda s, **call: orders.purchase(Buyer(uid=5), LineRequest(s.tea), **call),
    ),
    "change": (
        lambda s, **call: orders.change(s.order, [LineRequest(s.tea, 5)], **call),
        lambda s, **call: orders.change(s.order, [LineRequest(s.tea, 4)], **call),
    ),
    "cancel": (
        lambda s, **call: orders.cancel(s.order, **call),
        lambda s, **call: orders.cancel(s.order, versions=["1"], **call),
    ),
    "restate": (
        lambda s, **call: orders.override_total(s.order, Decimal(1), **call),
        lambda s, **call: orders.override_total(s.order, Decimal(2), **call),
    ),
}
each_act = pytest.mark.parametrize(("act", "another"), ACTS.values(), ids=ACTS.keys())


@pytest.fixture
def shop() -> Shop:
    """An open shop."""
    ann, tea = register(username="ann"), stock_up(10)
    return Shop(ann, tea, place(ann, (tea, 3)).answer.id)


@each_act
def test_the_same_key_applies_an_act_once(shop: Shop, act: Act, another: Act) -> None:
    """The second answer is the first one, also where the act could not be done again."""
    first = act(shop, actor=ACTOR, key=key("k"))
    before = everything()

    second = act(shop, actor=ACTOR, key=key("k"))

    assert (first.replayed, second) == (False, txn.Outcome(first.answer, replayed=True))
    assert (everything(), len(before["Receipt"]), breaches()) == (before, 1, [])


@each_act
def test_the_same_key_for_something_else_is_refused(shop: Shop, act: Act, another: Act) -> None:
    """Another act, or the same with other terms."""
    act(shop, actor=ACTOR, key=key("k"))

    with refused(txn.KeyReused, key="k"):
        another(shop, actor=ACTOR, key=key("k"))


@pytest.mark.parametrize("expected", [None, Decimal("2.51")])
def test_another_expected_price_is_another_request(shop: Shop, expected: Decimal | None) -> None:
    """Whether or not it would be refused by itself."""
    seen, other = ([LineRequest(shop.tea, 1, price)] for price in (Decimal("2.50"), expected))
    orders.place(Buyer(shop.ann), seen, actor=ACTOR, key=key("k"))

    with refused(txn.KeyReused, key="k"):
        orders.place(Buyer(shop.ann), other, actor=ACTOR, key=key("k"))


@each_act
def test_a_dry_run_tells_what_an_act_would_do(shop: Shop, act: Act, another: Act) -> None:
    """Save for times and for ids that are not given yet; nothing is written, the key is free."""
    before = everything()
    with sent() as statements:
        tried = act(shop, actor=ACTOR, key=key("k"), dry_run=True)
    # Inside the test's own transaction, PostgreSQL is told how long to wait.
    assert {statement.verb for statement in statements} - {"SET"} == {"SELECT"}
    assert everything() == before

    made = act(shop, actor=ACTOR, key=key("k"))

    assert (tried.replayed, made.replayed) == (False, False)
    assert told(tried) == told(made)


def told(outcome: txn.Outcome) -> dict[str, Any]:
    answer = dataclasses.asdict(outcome.answer)
    return {name: value for name, value in answer.items() if name not in GIVEN}


def test_a_dry_run_is_refused_like_the_act(shop: Shop) -> None:
    """With the same numbers."""
    for call in ({}, {"dry_run": True}):
        with refused(InsufficientQuantityError, product=shop.tea, required=8, available=7):
            orders.place(Buyer(shop.ann), [LineRequest(shop.tea, 8)], actor=ACTOR, **call)


def test_what_makes_no_sense_is_refused_before_anything_is_asked(shop: Shop) -> None:
    """The database is not asked for nothing."""
    senseless: list[Callable[[], object]] = [
        lambda: orders.place(Buyer(), [], actor=ACTOR),
        lambda: orders.place(Buyer(1), [LineRequest(1, 0)], actor=ACTOR),
        lambda: orders.change(1, [LineRequest(1, STOCK_MAX + 1)], actor=ACTOR),
        lambda: orders.override_total(1, Decimal(-1), actor=ACTOR),
        lambda: products.receive(1, 0, actor=ACTOR),
        lambda: products.adjust(1, 0, reason="r", actor=ACTOR),
        lambda: products.edit(1, actor=ACTOR),
        lambda: products.add("tea", Decimal(1), stock=-1, actor=ACTOR),
        lambda: customers.edit(1, actor=ACTOR),
    ]
    for call in senseless:
        with sent() as statements, pytest.raises(Unprocessable):
            call()
        assert statements == []
