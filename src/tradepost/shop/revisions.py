"""Changes to a placed order: its lines are read, its rows locked, and the read checked again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar, Unpack

from tradepost import txn
from tradepost.shop import lines as order_lines
from tradepost.shop import rules
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.lines import Line, Snapshot
from tradepost.shop.models import OrderState
from tradepost.shop.rows import OrderRow, customer_lock, order_lock, product_lock
from tradepost.shop.rules import Conditions

T = TypeVar("T")
PLACED, CANCELLED = OrderState.PLACED.value, OrderState.CANCELLED.value


@dataclass(frozen=True, slots=True)
class Content:
    """What a revision may change of an order."""

    state: str
    total: Decimal
    total_stated: bool
    lines: Sequence[Line]

    def stocked_lines(self) -> Sequence[Line]:
        """Return the lines that stock is taken for."""
        return self.lines if self.state == PLACED else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Generic[T]):
    """A change to a placed order.

    Attributes:
        revise: Returns the new content, or raises a refusal; new lines are a new list.
        products: IDs of products that are not in the order yet, but may be after it.
    """

    order_id: int
    revise: Callable[[txn.Rows, Content], Content]
    conditions: Conditions
    actor: str
    act: txn.Act[T, OrderAnswer]
    terms: T
    key: txn.Key | None
    products: Collection[int] = ()

    def execute(self, **options: Unpack[txn.CallOptions]) -> txn.Outcome[OrderAnswer]:
        """Make the change; another one made since the lines were read starts it again."""
        using = options.get("using", "default")
        return txn.execute_rebuilding(lambda: self._unit(using), **options)

    def _unit(self, using: str) -> txn.Unit[OrderAnswer]:
        read = order_lines.read(self.order_id, using)
        products = dict.fromkeys((*(line.product for line in read.lines), *self.products))
        customer = (
            (customer_lock(read.customer_id),)
            if self.conditions.open_only and read.customer_id is not None
            else ()
        )

        def decide(rows: txn.Rows) -> txn.Changes[OrderAnswer]:
            order = rows.get(order_lock(self.order_id))
            if order is None:
                raise OrderNotFound(order=self.order_id)
            if order.lines_version != read.lines_version:
                raise txn.StaleRead
            for lock in customer:
                rules.check_open(order, rows.get(lock))
            rules.check_version(str(order.version), self.conditions.versions)
            rules.check_placed(order)
            return self._changes(rows, order, read)

        return txn.Unit(
            locks=(order_lock(self.order_id), *customer, *map(product_lock, products)),
            decide=decide,
            act=self.act,
            terms=self.terms,
            key=self.key,
        )

    def _changes(self, rows: txn.Rows, order: OrderRow, read: Snapshot) -> txn.Changes[OrderAnswer]:
        before = Content(order.state, order.total, order.total_stated, read.lines)
        after = self.revise(rows, before)
        version = order.version + 1
        values: dict[str, object] = {
            "state": after.state,
            "total": after.total,
            "total_stated": after.total_stated,
        }
        values = {name: new for name, new in values.items() if new != getattr(before, name)}
        values |= {"version": version, "updated_at": rows.now, "updated_by": self.actor}
        inserts: list[txn.Insert] = []
        if after.lines is not before.lines:
            values["lines_version"] = version
            inserts += order_lines.inserts(order.id, version, after.lines)
        changes = order_lines.stock_changes(before.lines, after.stocked_lines())
        updates, entries = order_lines.post_stock(rows, changes, order=order.id, actor=self.actor)
        return txn.Changes(
            answer=answer(order.id, order.customer_id, after, version, order.created_at, rows.now),
            updates=(txn.Update(order_lock(order.id), values), *updates),
            inserts=(*inserts, *entries),
        )


def answer(
    order: txn.Id,
    customer: txn.Id,
    content: Content,
    version: int,
    created_at: datetime,
    updated_at: datetime,
) -> OrderAnswer:
    """Return an order as acts answer it."""
    return OrderAnswer(
        id=txn.known_id(order),
        customer_id=txn.known_id(customer),
        state=content.state,
        total=content.total,
        total_stated=content.total_stated,
        version=str(version),
        lines=order_lines.answers(content.lines),
        created_at=created_at,
        updated_at=updated_at,
    )
