"""Compares receipts with the tables: each key was applied once, or never."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from tradepost import txn
from tradepost.audit.paging import chunks, pages, sorted_on_disk
from tradepost.ledger import Invariant
from tradepost.shop import acts as shop
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.models import Order, OrderLine
from tradepost.trading import acts as trading
from tradepost.trading.acts import Results, TradeAnswer
from tradepost.trading.models import Entry, EntryKind
from tradepost.txn.models import Receipt

Breach = dict[str, Any]
V = TypeVar("V")
# A batch's answer may be megabytes of JSON.
PAGE = 20
# How many trades or orders are looked up at once.
COMPARED = 200

FINISHED = Invariant(
    name="receipts are finished",
    claim="Every receipt holds the outcome that its request was answered.",
    broken="SELECT id AS receipt, actor, act FROM receipt WHERE outcome = '' ORDER BY id",
)


def _alone(answer: V) -> Sequence[V]:
    return (answer,)


def _of_batch(answer: Results) -> Sequence[TradeAnswer]:
    return [one for one in answer if isinstance(one, TradeAnswer)]


# The acts that make trades, and those that make orders.
trades: txn.ByAct[Sequence[TradeAnswer]] = txn.ByAct()
trades.add(trading.TRADE, _alone)
trades.add(trading.TRADES, _of_batch)
trades.add(trading.TRADES_WHOLE, _of_batch)
orders: txn.ByAct[Sequence[OrderAnswer]] = txn.ByAct()
orders.add(shop.PLACE_ORDER, _alone)
orders.add(shop.PURCHASE, _alone)


def broken_trades() -> Iterator[Breach]:
    """Yield the receipts of trades that differ from the ledger."""
    for chunk in chunks(_answered(trades), COMPARED):
        keys = [(answer.seller, answer.number) for _, answer in chunk]
        found = Entry.objects.filter(pk__in=keys, kind=EntryKind.SOLD)
        sales = {(sale.player_id, sale.number): sale for sale in found}
        for receipt, answer in chunk:
            sale = sales.get((answer.seller, answer.number))
            answered = (
                *(answer.buyer, answer.coins, answer.goods),
                *(answer.seller_coins, answer.seller_goods, answer.at),
            )
            in_ledger = sale and (
                *(sale.counterparty_id, sale.coins, -sale.goods),
                *(sale.coins_after, sale.goods_after, sale.at),
            )
            if answered != in_ledger:
                yield {
                    "receipt": receipt,
                    "trade": f"{answer.seller}-{answer.number}",
                    "answered": answered,
                    "in_ledger": in_ledger,
                }


def broken_orders() -> Iterator[Breach]:
    """Yield the receipts of orders that differ from the tables."""
    for chunk in chunks(_answered(orders), COMPARED):
        ids = [shop.id_of(answer) for _, answer in chunk]
        customers = dict(Order.objects.filter(pk__in=ids).values_list("pk", "customer_id"))
        lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        # The lines of version 1 are never changed.
        placed = OrderLine.objects.filter(order_id__in=ids, version=1).order_by("pk")
        for placed_id, *line in placed.values_list("order_id", "product_id", "quantity", "price"):
            lines[placed_id].append(tuple(line))
        for order_id, (receipt, answer) in zip(ids, chunk, strict=True):
            ordered = [(line.product_id, line.quantity, line.price) for line in answer.lines]
            answered = (answer.customer_id, ordered)
            known = (customers.get(order_id), lines[order_id])
            if answered != known:
                yield {
                    "receipt": receipt,
                    "order_id": order_id,
                    "answered": answered,
                    "in_books": known,
                }


def twice_applied() -> Iterator[Breach]:
    """Yield trades and orders that more than one receipt claims to have made."""
    previous = ""
    for claim in sorted_on_disk(_claims()):
        made, _, receipt = claim.decode().rstrip().rpartition(" ")
        if made == previous:
            name, _, value = made.partition(" ")
            yield {"receipt": UUID(receipt), name: value}
        previous = made


def _claims() -> Iterator[bytes]:
    """Yield a line for each trade and each order: what was made, and the receipt."""
    for receipt, trade in _answered(trades):
        yield f"trade {trade.seller}-{trade.number} {receipt}\n".encode()
    for receipt, order in _answered(orders):
        yield f"order_id {order.id} {receipt}\n".encode()


def _answered(made: txn.ByAct[Sequence[V]]) -> Iterator[tuple[UUID, V]]:
    """Yield the trades or orders in receipts, each with the receipt's id."""
    for page in pages(Receipt.objects.filter(act__in=made.names()).exclude(outcome=""), PAGE):
        for receipt in page:
            for one in made.make(receipt.act, receipt.answer):
                yield receipt.pk, one
