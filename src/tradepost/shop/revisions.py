"""Changes to a placed order: reads its lines, locks all affected rows, checks the read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from tradepost import txn
from tradepost.shop import lines as order_lines
from tradepost.shop import rules
from tradepost.shop.acts import OrderAnswer, Target
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.lines import Snapshot
from tradepost.shop.models import OrderState
from tradepost.shop.rows import OrderRow, customer_lock, order_lock, product_lock

T = TypeVar("T", bound=Target)
PLACED, CANCELLED = OrderState.PLACED.value, OrderState.CANCELLED.value


@dataclass(frozen=True, slots=True)
class Revision(Generic[T]):
    """A change to a placed order.

    Attributes:
        terms: Which order to change, and in which versions.
        revise: Returns the order with another state, total or lines, or raises a refusal.
        open_only: Whether to treat an order that is not open as not found.
        products: IDs of the products of new lines; None if the lines do not change.
    """

    act: txn.Act[T, OrderAnswer]
    terms: T
    revise: Callable[[txn.Rows, OrderAnswer], OrderAnswer]
    call: txn.Call
    open_only: bool = False
    products: Collection[int] | None = None

    def execute(self) -> txn.Outcome[OrderAnswer]:
        """Make the change; start again if the lines were changed after they were read."""
        using = self.call.get("using", "default")
        return txn.execute_rebuilding(lambda: self._unit(using), **txn.options_of(self.call))

    def _unit(self, using: str) -> txn.Unit[OrderAnswer]:
        read = order_lines.read(self.terms.id, using)
        products = dict.fromkeys(
            (*(line.product_id for line in read.lines), *(self.products or ()))
        )
        customer = read.customer_id if self.open_only else None
        customer_locks = () if customer is None else (customer_lock(customer),)

        def decide(rows: txn.Rows) -> txn.Changes[OrderAnswer]:
            order = rows.get(order_lock(self.terms.id))
            if order is None:
                raise OrderNotFound(order=self.terms.id)
            if order.lines_version != read.lines_version:
                raise txn.StaleRead
            for lock in customer_locks:
                rules.check_open(order, rows.get(lock))
            rules.check_version(str(order.version), self.terms.versions)
            rules.check_placed(order)
            return self._changes(rows, order, read)

        return txn.Unit(
            locks=(order_lock(self.terms.id), *customer_locks, *map(product_lock, products)),
            decide=decide,
            act=self.act,
            terms=self.terms,
            key=self.call.get("key"),
        )

    def _changes(self, rows: txn.Rows, order: OrderRow, read: Snapshot) -> txn.Changes[OrderAnswer]:
        version = order.version + 1
        # The order after the change, before `revise` is applied.
        before = OrderAnswer(
            id=order.id,
            customer_id=order.customer_id,
            state=order.state,
            total=order.total,
            total_stated=order.total_stated,
            version=str(version),
            lines=read.lines,
            created_at=order.created_at,
            updated_at=rows.now,
        )
        after = self.revise(rows, before)
        values = {
            name: getattr(after, name)
            for name in ("state", "total", "total_stated")
            if getattr(after, name) != getattr(before, name)
        }
        values |= {"version": version, "updated_at": rows.now, "updated_by": self.call["actor"]}
        inserts: list[txn.Insert] = []
        if self.products is not None:
            values["lines_version"] = version
            inserts += order_lines.inserts(order.id, version, after.lines)
        stocked = after.lines if after.state == PLACED else ()
        updates, entries = order_lines.post_stock(
            rows, before.lines, stocked, order=order.id, actor=self.call["actor"]
        )
        return txn.Changes(
            answer=after,
            updates=(txn.Update(order_lock(order.id), values), *updates),
            inserts=(*inserts, *entries),
        )
