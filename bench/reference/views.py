"""The trade, and the purchase."""

from __future__ import annotations

import json

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from bench.reference.models import Customer, Order, Player, Product


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
    response = JsonResponse({"order": order.pk, "total": str(order.total)}, status=201)
    response["Content-Length"] = str(len(response.content))
    return response


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


def _text(text: str, status: int) -> HttpResponse:
    # The length is told, as a middleware does for R0, so that every server keeps the connection.
    headers = {"Content-Length": str(len(text))}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)
