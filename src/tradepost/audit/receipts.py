"""What receipts say against what the ledger says: a key was applied once, or never."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from tradepost.trading import trades
from tradepost.trading.models import Entry, EntryKind
from tradepost.txn.models import Receipt

PAGE = 200
Breach = dict[str, Any]


def broken_trades() -> Iterator[Breach]:
    """Yield the receipts of trades that the ledger does not know as they were answered."""
    receipts = Receipt.objects.filter(act=trades.ACT).order_by("pk")
    last = uuid.UUID(int=0)
    while page := list(receipts.filter(pk__gt=last)[:PAGE]):
        last = page[-1].pk
        yield from _page(page)


def twice_applied() -> Iterator[Breach]:
    """Yield trades that two receipts claim."""
    seen: set[tuple[int, int]] = set()
    outcomes = Receipt.objects.filter(act=trades.ACT).exclude(outcome="").order_by("pk")
    for receipt in outcomes.iterator(chunk_size=PAGE):
        trade = (receipt.answer["seller"], receipt.answer["number"])
        if trade in seen:
            yield {"receipt": receipt.pk, "trade": f"{trade[0]}-{trade[1]}"}
        seen.add(trade)


def _page(page: list[Receipt]) -> Iterator[Breach]:
    answers = [(receipt, receipt.answer) for receipt in page if receipt.outcome]
    if not answers:
        return
    wanted = Q()
    for _, answer in answers:
        wanted |= Q(player_id=answer["seller"], number=answer["number"])
    sales = {
        (sale.player_id, sale.number): sale
        for sale in Entry.objects.filter(wanted, kind=EntryKind.SOLD)
    }
    for receipt, answer in answers:
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
