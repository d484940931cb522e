"""The trade and the purchase, and what is read between them."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from bench.reference.models import Customer, Order, Player, Product

# As many rows as a page of Tradepost has.
PAGE = 25


class NotEnough(Exception):
    """There is too little; the text says of what."""


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


@require_POST
def buy(request: HttpRequest) -> HttpResponse:
    """Buy as the body says."""
    asked = json.loads(request.body)
    try:
        order = _purchase(asked["customer"], {asked["product"]: asked["quantity"]})[0]
    except NotEnough as refusal:
        return _text(str(refusal), 409)
    return _json({"order": order.pk, "total": str(order.total)}, 201)


@transaction.atomic
def _purchase(customer_id: int, quantities: dict[int, int]) -> list[Order]:
    """Lock the products in their order, check, and write the changed column alone."""
    customer = Customer.objects.get(pk=customer_id)
    wanted = Product.objects.select_for_update().filter(pk__in=quantities).order_by("pk")
    orders = []
    for product in wanted:
        quantity = quantities[product.pk]
        if product.stock < quantity:
            raise NotEnough(f"{product.stock} left of product {product.pk}")
        product.stock -= quantity
        product.save(update_fields=["stock"])
        total = product.price * quantity
        orders.append(
            Order.objects.create(customer=customer, product=product, quantity=quantity, total=total)
        )
    return orders


@require_GET
def players(_request: HttpRequest) -> HttpResponse:
    """List the first players."""
    found = Player.objects.order_by("id")[:PAGE]
    return _json({"items": [_shown(one) for one in found]})


@require_GET
def player(_request: HttpRequest, player_id: int) -> HttpResponse:
    """Return a player."""
    return _json(_shown(get_object_or_404(Player, id=player_id)))


@require_GET
def products(_request: HttpRequest) -> HttpResponse:
    """List the first products."""
    found = Product.objects.order_by("id")[:PAGE]
    items = [
        {"id": one.pk, "name": one.name, "price": str(one.price), "stock": one.stock}
        for one in found
    ]
    return _json({"items": items})


@require_GET
def product_count(_request: HttpRequest) -> HttpResponse:
    """Count the products."""
    return _json({"count": Product.objects.count()})


def _shown(one: Player) -> dict[str, int]:
    return {"id": one.pk, "coins": one.coins, "goods": one.goods}


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    response = JsonResponse(told, status=status)
    response["Content-Length"] = str(len(response.content))
    return response


def _text(text: str, status: int) -> HttpResponse:
    # The length is told, as a middleware does for R0, so that every server keeps the connection.
    headers = {"Content-Length": str(len(text))}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)
