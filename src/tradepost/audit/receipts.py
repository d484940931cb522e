"""What receipts say against what the books say: a key was applied once, or never."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from tradepost.audit.invariant import Invariant
from tradepost.audit.paging import pages
from tradepost.shop import acts as shop
from tradepost.shop.models import Order, OrderLine
from tradepost.trading import trades
from tradepost.trading.models import Entry, EntryKind
from tradepost.txn.models import Receipt

ORDERS = (shop.PLACE_ORDER.name, shop.PURCHASE.name)
Breach = dict[str, Any]
# Receipts with what they answered.
Answered = list[tuple[Receipt, Any]]

FINISHED = Invariant(
    name="receipts are finished",
    claim="Every receipt holds the outcome that its request was answered.",
    broken="SELECT id AS receipt, actor, act FROM receipt WHERE outcome = '' ORDER BY id",
)


def broken_trades() -> Iterator[Breach]:
    """Yield the receipts of trades that the ledger does not know as they were answered."""
    for page in _answered(trades.ACT):
        yield from _trades(page)


def broken_orders() -> Iterator[Breach]:
    """Yield the receipts of orders that the books do not know as they were placed."""
    for page in _answered(*ORDERS):
        yield from _orders(page)


def twice_applied() -> Iterator[Breach]:
    """Yield trades and orders that two receipts claim."""
    seen: set[tuple[str, Any]] = set()
    for page in _answered(trades.ACT, *ORDERS):
        for receipt, answer in page:
            made = _made(receipt, answer)
            if made in seen:
                yield {"receipt": receipt.pk, made[0]: made[1]}
            seen.add(made)


def _made(receipt: Receipt, answer: Any) -> tuple[str, Any]:
    if receipt.act == trades.ACT:
        return "trade", f"{answer['seller']}-{answer['number']}"
    return "order_id", answer.id


def _answered(*acts: str) -> Iterator[Answered]:
    for page in pages(Receipt.objects.filter(act__in=acts).exclude(outcome="")):
        yield [(receipt, receipt.answer) for receipt in page]


def _trades(page: Answered) -> Iterator[Breach]:
    wanted = Q()
    for _, answer in page:
        wanted |= Q(player_id=answer["seller"], number=answer["number"])
    sales = {
        (sale.player_id, sale.number): sale
        for sale in Entry.objects.filter(wanted, kind=EntryKind.SOLD)
    }
    for receipt, answer in page:
        sale = sales.get((answer["seller"], answer["number"]))
        told = (answer["buyer"], answer["coins"], answer["goods"])
        known = sale and (sale.counterparty_id, sale.coins, -sale.goods)
        if told != known:
            yield {
                "receipt": receipt.pk,
                "trade": f"{answer['seller']}-{answer['number']}",
                "answered": told,
                "in_ledger": known,
            }


def _orders(page: Answered) -> Iterator[Breach]:
    ids = [answer.id for _, answer in page]
    customers = dict(Order.objects.filter(pk__in=ids).values_list("pk", "customer_id"))
    lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    # The first are never changed, whatever the order is changed to.
    placed = OrderLine.objects.filter(order_id__in=ids, version=1).order_by("pk")
    for order_id, *line in placed.values_list("order_id", "product_id", "quantity", "price"):
        lines[order_id].append(tuple(line))
    for receipt, answer in page:
        told = [(line.product_id, line.quantity, line.price) for line in answer.lines]
        known = (customers.get(answer.id), lines[answer.id])
        if (answer.customer_id, told) != known:
            yield {
                "receipt": receipt.pk,
                "order_id": answer.id,
                "answered": (answer.customer_id, told),
                "in_books": known,
            }
