"""The whole shop against a naive book-keeper: the same acts, the same answers and refusals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from tests.execution import execute_in_groups
from tests.shop.actors import ACTOR, MODELS, breaches, key
from tests.shop.book import CENTS_MAX, STOCK_MAX, Book, Ware
from tradepost import txn
from tradepost.errors import Refusal
from tradepost.ledger import Posting
from tradepost.shop import customers, orders, products, stock
from tradepost.shop.models import Customer, Order, OrderLine, PriceEntry, Product, StockEntry
from tradepost.shop.money import cents, from_cents
from tradepost.shop.rules import Buyer, LineRequest

AMOUNTS = st.sampled_from([0, 1, 99, 250, 251, 1000, 2**53 + 1, CENTS_MAX])
STOCKS = st.sampled_from([None, 0, 1, 5, 10, 20, STOCK_MAX])
QUANTITIES = st.sampled_from([*range(1, 10), *range(1, 10), STOCK_MAX])
CHANGES = st.one_of(QUANTITIES, st.integers(-9, -1))
# Whoever and whatever is gone is gone for good, so few are.
SELDOM = st.sampled_from([False, False, False, True])
USERNAMES = st.sampled_from([None, "ann", "Ann", "bob"])
UIDS = st.sampled_from([None, 1, 2, 3])
KEYS = st.sampled_from([None, None, "a", "b"])


class Shop(RuleBasedStateMachine):
    """Acts in any order, on both."""

    people = Bundle("people")
    wares = Bundle("wares")
    placed = Bundle("placed")
    requested = st.lists(st.tuples(wares, QUANTITIES), max_size=3)

    def __init__(self) -> None:
        super().__init__()
        for model in MODELS:
            model._default_manager.all().delete()
        self.book = Book()

    @initialize(target=wares)
    def open(self) -> Any:
        """A shop that has something."""
        return multiple(self.add(250, 20), self.add(99, 5), self.add(1, None))

    @rule(target=people, username=USERNAMES, uid=UIDS)
    def register(self, username: str | None, uid: int | None) -> Any:
        """Somebody new, or who was a placeholder."""
        told = self._both(
            lambda book: book.register("Name", username, uid),
            lambda: customers.register("Name", username=username, uid=uid, actor=ACTOR),
        )
        if told is None:
            return multiple()
        if told.answer.id not in self.book.people:
            self.book.adopt_person(told.answer.id)
        return told.answer.id

    @rule(customer=people, username=USERNAMES, uid=UIDS)
    def edit_customer(self, customer: int, username: str | None, uid: int | None) -> None:
        """Another username, another number."""
        if username is not None or uid is not None:
            self._both(
                lambda book: book.edit_person(customer, username, uid),
                lambda: customers.edit(customer, username=username, uid=uid, actor=ACTOR),
            )

    @rule(customer=people, really=SELDOM)
    def delete_customer(self, customer: int, really: bool) -> None:
        """Gone; a second time, refused."""
        if really:
            self._both(
                lambda book: book.delete_person(customer),
                lambda: customers.delete(customer, actor=ACTOR),
            )

    @rule(target=wares, price=AMOUNTS, stock=STOCKS)
    def add(self, price: int, stock: int | None) -> int:
        """Something to order."""
        told = products.add("tea", from_cents(price), stock=stock, actor=ACTOR)
        moves = [("received", stock, None)] if stock else []
        self.book.wares[told.answer.id] = Ware(price, stock, moves=moves)
        return int(told.answer.id)

    @rule(product=wares, price=AMOUNTS)
    def reprice(self, product: int, price: int) -> None:
        """Another price."""
        self._both(
            lambda book: book.reprice(product, price),
            lambda: products.edit(product, price=from_cents(price), actor=ACTOR),
        )

    @rule(product=wares, quantity=QUANTITIES)
    def receive(self, product: int, quantity: int) -> None:
        """More of it."""
        self._both(
            lambda book: book.receive(product, quantity),
            lambda: products.receive(product, quantity, actor=ACTOR),
        )

    @rule(product=wares, quantity=CHANGES)
    def adjust(self, product: int, quantity: int) -> None:
        """More or less of it."""
        self._both(
            lambda book: book.adjust(product, quantity),
            lambda: products.adjust(product, quantity, reason="r", actor=ACTOR),
        )

    @rule(product=wares, really=SELDOM)
    def delete_product(self, product: int, really: bool) -> None:
        """Gone; what orders have of it stays theirs."""
        if really:
            self._both(
                lambda book: book.delete_ware(product),
                lambda: products.delete(product, actor=ACTOR),
            )

    @rule(target=placed, customer=people, requested=requested, stated=st.none() | AMOUNTS)
    def place(self, customer: int, requested: list[tuple[int, int]], stated: int | None) -> Any:
        """An order of a customer."""
        return self._placed(Buyer(id=customer), requested, stated, None)

    @rule(target=placed, username=USERNAMES, uid=UIDS, requested=requested, named=KEYS)
    def order(
        self, username: str | None, uid: int | None, requested: list[tuple[int, int]], named: Any
    ) -> Any:
        """An order of somebody by name, perhaps under a key used before."""
        if username is None and uid is None:
            return multiple()
        return self._placed(Buyer(username=username, uid=uid), requested, None, named)

    @rule(order=placed, requested=requested)
    def change(self, order: int, requested: list[tuple[int, int]]) -> None:
        """Something else instead."""
        wanted = [LineRequest(*one) for one in requested]
        self._both(
            lambda book: book.change(order, requested),
            lambda: orders.change(order, wanted, actor=ACTOR),
        )

    @rule(order=placed)
    def cancel(self, order: int) -> None:
        """Nothing instead; a second time, refused."""
        self._both(
            lambda book: book.cancel(order),
            lambda: orders.cancel(order, actor=ACTOR),
        )

    @rule(order=placed, total=AMOUNTS)
    def override_total(self, order: int, total: int) -> None:
        """Another total."""
        self._both(
            lambda book: book.override_total(order, total),
            lambda: orders.override_total(order, from_cents(total), actor=ACTOR),
        )

    @invariant()
    def both_agree(self) -> None:
        """The same rows, to the last entry."""
        assert stored_people() == {
            pk: (one.name, one.username, one.uid, one.gone) for pk, one in self.book.people.items()
        }
        assert stored_wares() == {
            pk: (from_cents(one.price), one.stock, one.gone, one.moves, one.prices)
            for pk, one in self.book.wares.items()
        }
        assert stored_orders() == {
            pk: (one.customer, one.state, from_cents(one.total), one.version, one.lines)
            for pk, one in self.book.orders.items()
        }

    def teardown(self) -> None:
        """End with the audit."""
        assert breaches() == []

    def _placed(
        self, buyer: Buyer, requested: list[tuple[int, int]], stated: int | None, named: str | None
    ) -> Any:
        wanted = [LineRequest(*one) for one in requested]
        total = None if stated is None else from_cents(stated)
        call = {"stated": total, "actor": ACTOR, "key": key(named)}
        known = named in self.book.applied
        told = self._both(
            lambda book: book.place(buyer, requested, stated, named),
            lambda: orders.place(buyer, wanted, **call),
        )
        if told is None:
            return multiple()
        assert told.replayed == known
        if told.replayed:
            return multiple()
        self.book.adopt(told.answer.id, told.answer.customer_id)
        return told.answer.id

    def _both(
        self, act: Callable[[Book], Any], call: Callable[[], txn.Outcome]
    ) -> txn.Outcome | None:
        """Let both act; return the outcome, or None where both refuse, for the same reason."""
        expected = self.book.ask(act)
        refused = expected if isinstance(expected, str) else None
        outcome, told = None, None
        try:
            outcome = call()
        except Refusal as refusal:
            told = refusal.code
        assert told == refused
        return outcome


def stored_people() -> dict[int, Any]:
    found = Customer.objects.values_list("pk", "name", "username", "uid", "deleted_at")
    return {pk: (name, username, uid, at is not None) for pk, name, username, uid, at in found}


def stored_wares() -> dict[int, Any]:
    moves = defaultdict(list)
    entries = StockEntry.objects.order_by("number")
    for pk, *move in entries.values_list("product_id", "kind", "quantity", "order_id"):
        moves[pk].append(tuple(move))
    prices = defaultdict(list)
    changes = PriceEntry.objects.order_by("number")
    for pk, price in changes.values_list("product_id", "price_after"):
        prices[pk].append(cents(price))
    found = Product.objects.values_list("pk", "price", "stock", "deleted_at")
    return {
        pk: (price, stock, at is not None, moves[pk], prices[pk]) for pk, price, stock, at in found
    }


def stored_orders() -> dict[int, Any]:
    lines: dict[int, dict[int, Any]] = defaultdict(dict)
    current = OrderLine.objects.filter(version=F("order__lines_version")).order_by("number")
    columns = ("order_id", "product_id", "quantity", "price", "from_stock")
    for order, product, quantity, price, from_stock in current.values_list(*columns):
        lines[order][product] = (quantity, cents(price), from_stock)
    found = Order.objects.values_list("pk", "customer_id", "state", "total", "version")
    return {pk: (*head, lines[pk]) for pk, *head in found}


class TestShop(TestCase, Shop.TestCase):  # type: ignore[misc]
    """Runs the machine inside a test's transaction."""

    settings = settings(
        max_examples=20,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


class TestShopInGroups(TestShop):
    """The same, each act in a group."""

    def setUp(self) -> None:
        super().setUp()
        patch = pytest.MonkeyPatch()
        execute_in_groups(patch)
        self.addCleanup(patch.undo)


@pytest.mark.django_db
def test_the_book_keeper_can_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Selling what is not in stock is found, and so is what it leaves."""
    post = stock.post

    def oversell(product: Any, quantity: int, *cause: Any, **options: Any) -> Posting:
        posting = post(product, max(quantity, -product.stock), *cause, **options)
        posting.insert.values["quantity"] = quantity
        return posting

    monkeypatch.setattr(stock, "post", oversell)
    machine = Shop()
    ann, tea = machine.register("ann", None), machine.add(250, 1)

    with pytest.raises(AssertionError, match="insufficient_quantity"):
        machine.place(ann, [(tea, 2)], None)

    with pytest.raises(AssertionError):
        machine.both_agree()
    assert breaches() == ["stock entries add up", "no item is lost or made up"]
    assert Product.objects.get().price == Decimal("2.50")
