"""A naive book-keeper of the shop: dicts, whole cents, and the rules written out once more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tradepost.shop.rules import Buyer

STOCK_MAX = 2**53 - 1
CENTS_MAX = 10**18 - 1
# A customer or an order that is yet to get its id.
NEW = -1


class Refused(Exception):
    """What the book-keeper refuses, by its code."""


@dataclass
class Person:
    """A customer; nobody finds one who is gone."""

    name: str = ""
    username: str | None = None
    uid: int | None = None
    gone: bool = False


@dataclass
class Ware:
    """A product, and its entries: kind, quantity and order of stock entries; prices."""

    price: int
    stock: int | None
    gone: bool = False
    moves: list[tuple[str, int, int | None]] = field(default_factory=list)
    prices: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prices.append(self.price)


@dataclass
class Bought:
    """An order; its lines by product: quantity, price, from stock."""

    customer: int
    lines: dict[int, tuple[int, int, bool]]
    total: int
    state: str = "placed"
    version: int = 1


@dataclass
class Book:
    """Everything that the shop knows."""

    people: dict[int, Person] = field(default_factory=dict)
    wares: dict[int, Ware] = field(default_factory=dict)
    orders: dict[int, Bought] = field(default_factory=dict)
    applied: dict[str, tuple[Any, int]] = field(default_factory=dict)

    def ask(self, act: Callable[[Book], Any]) -> Any:
        """Write an act down, or nothing of it; return what it returns, or the refusal's code."""
        draft = copy.deepcopy(self)
        try:
            result = act(draft)
        except Refused as refusal:
            return str(refusal)
        vars(self).update(vars(draft))
        return result

    def register(self, name: str, username: str | None, uid: int | None) -> int:
        customer = self._named(Buyer(None, username, uid))
        person = self.people[customer]
        if person.name:
            raise Refused("customer_exists")
        person.name = name
        return customer

    def edit_person(self, customer: int, username: str | None, uid: int | None) -> None:
        person = self._person(customer)
        others = [one for pk, one in self.people.items() if pk != customer and not one.gone]
        taken = username is not None and username in [one.username for one in others]
        if taken or (uid is not None and uid in [one.uid for one in others]):
            raise Refused("customer_exists")
        person.username = person.username if username is None else username
        person.uid = person.uid if uid is None else uid

    def delete_person(self, customer: int) -> None:
        person = self._person(customer)
        person.gone, person.uid = True, None

    def reprice(self, product: int, price: int) -> None:
        ware = self._ware(product)
        if price != ware.price:
            ware.prices.append(price)
        ware.price = price

    def delete_ware(self, product: int) -> None:
        self._ware(product).gone = True

    def receive(self, product: int, quantity: int) -> None:
        self._ware(product)
        self._move(product, quantity, "received")

    def adjust(self, product: int, quantity: int) -> None:
        if self._ware(product).stock is None:
            raise Refused("stock_not_tracked")
        self._move(product, quantity, "adjusted")

    def place(
        self,
        buyer: Buyer,
        requested: Sequence[tuple[int, int]],
        stated: int | None,
        key: str | None,
    ) -> int:
        wanted = self._together(requested)
        request = (buyer, tuple(requested), stated)
        if key in self.applied:
            if self.applied[key][0] != request:
                raise Refused("key_reused")
            return self.applied[key][1]
        if buyer.id is None:
            customer = self._named(buyer)
        else:
            self._person(buyer.id)
            customer = buyer.id
        lines = {}
        for product, quantity in wanted.items():
            ware = self._ware(product)
            lines[product] = (quantity, ware.price, ware.stock is not None)
        total = self._total(lines) if stated is None else stated
        for product, (quantity, _, from_stock) in lines.items():
            if from_stock:
                self._move(product, -quantity, "sold", NEW)
        self.orders[NEW] = Bought(customer, lines, total)
        if key:
            self.applied[key] = (request, NEW)
        return NEW

    def adopt(self, order: int, customer: int) -> None:
        """Take the ids that the database gave to the order that was placed last."""
        assert order not in self.orders
        placed = self.orders[order] = self.orders.pop(NEW)
        if placed.customer == NEW:
            placed.customer = self.adopt_person(customer)
        assert placed.customer == customer
        for ware in self.wares.values():
            ware.moves = [(kind, many, order if of == NEW else of) for kind, many, of in ware.moves]
        self.applied = {
            key: (request, order if of == NEW else of)
            for key, (request, of) in self.applied.items()
        }

    def adopt_person(self, customer: int) -> int:
        """Take the id that the database gave to the customer who was made last."""
        assert customer not in self.people
        self.people[customer] = self.people.pop(NEW)
        return customer

    def change(self, order: int, requested: Sequence[tuple[int, int]]) -> None:
        wanted = self._together(requested)
        placed = self._placed(order)
        before, after = placed.lines, {}
        for product, quantity in wanted.items():
            had = before.get(product)
            if had and quantity <= had[0]:
                after[product] = (quantity, *had[1:])
                continue
            ware = self._ware(product)
            after[product] = (quantity, had[1] if had else ware.price, ware.stock is not None)
        total = self._total(after)
        for product in dict.fromkeys((*before, *after)):
            back = before[product][0] if product in before and before[product][2] else 0
            out = after[product][0] if product in after and after[product][2] else 0
            if back != out:
                self._move(product, back - out, "sold" if out > back else "returned", order)
        placed.lines, placed.total = after, total
        placed.version += 1

    def cancel(self, order: int) -> None:
        placed = self._placed(order)
        for product, (quantity, _, from_stock) in placed.lines.items():
            if from_stock:
                self._move(product, quantity, "returned", order)
        placed.state = "cancelled"
        placed.version += 1

    def override_total(self, order: int, total: int) -> None:
        placed = self._placed(order)
        placed.total = total
        placed.version += 1

    def _person(self, customer: int) -> Person:
        if customer not in self.people or self.people[customer].gone:
            raise Refused("customer_not_found")
        return self.people[customer]

    def _named(self, buyer: Buyer) -> int:
        there = {pk: one for pk, one in self.people.items() if not one.gone}
        found = {
            pk
            for pk, one in there.items()
            if (buyer.username is not None and one.username == buyer.username)
            or (buyer.uid is not None and one.uid == buyer.uid)
        }
        if len(found) > 1:
            raise Refused("customer_exists")
        customer = found.pop() if found else NEW
        person = self.people.setdefault(customer, Person())
        for name in ("username", "uid"):
            given, known = getattr(buyer, name), getattr(person, name)
            if given is not None and known not in (None, given):
                raise Refused("customer_exists")
            if given is not None:
                setattr(person, name, given)
        return customer

    def _ware(self, product: int) -> Ware:
        if product not in self.wares or self.wares[product].gone:
            raise Refused("product_not_found")
        return self.wares[product]

    def _placed(self, order: int) -> Bought:
        if self.orders[order].state != "placed":
            raise Refused("order_not_placed")
        return self.orders[order]

    def _together(self, requested: Sequence[tuple[int, int]]) -> dict[int, int]:
        wanted: dict[int, int] = {}
        for product, quantity in requested:
            wanted[product] = wanted.get(product, 0) + quantity
            if wanted[product] > STOCK_MAX:
                raise Refused("quantity_out_of_range")
        return wanted

    def _total(self, lines: dict[int, tuple[int, int, bool]]) -> int:
        total = sum(quantity * price for quantity, price, _ in lines.values())
        if total > CENTS_MAX:
            raise Refused("total_too_large")
        return total

    def _move(self, product: int, quantity: int, kind: str, order: int | None = None) -> None:
        ware = self.wares[product]
        stock = ware.stock or 0
        if stock + quantity < 0:
            raise Refused("insufficient_quantity" if stock else "out_of_stock")
        if stock + quantity > STOCK_MAX:
            raise Refused("stock_too_large")
        ware.stock = stock + quantity
        ware.moves.append((kind, quantity, order))
