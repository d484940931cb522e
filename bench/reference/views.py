"""The trade."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from bench.reference.models import Player


class NotEnough(Exception):
    """A player has too little; the text says which, and of what."""


@require_POST
def trade(request: HttpRequest) -> HttpResponse:
    """Trade as the form says."""
    try:
        _trade(
            int(request.POST["sellID"]),
            int(request.POST["buyID"]),
            int(request.POST["amount"]),
            int(request.POST["price"]),
        )
    except NotEnough as refusal:
        return _text(str(refusal), 409)
    return _text("trade successful", 200)


@transaction.atomic
def _trade(sell_id: int, buy_id: int, amount: int, price: int) -> None:
    seller = Player.objects.select_for_update().get(id=sell_id)
    if seller.goods < amount:
        raise NotEnough(f"sell player {sell_id} goods not enough")
    buyer = Player.objects.select_for_update().get(id=buy_id)
    if buyer.coins < price:
        raise NotEnough(f"buy player {buy_id} coins not enough")
    Player.objects.filter(id=sell_id).update(goods=F("goods") - amount, coins=F("coins") + price)
    Player.objects.filter(id=buy_id).update(goods=F("goods") + amount, coins=F("coins") - price)


def _text(text: str, status: int) -> HttpResponse:
    # The length is told, as a middleware does for R0, so that every server keeps the connection.
    headers = {"Content-Length": str(len(text))}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)
