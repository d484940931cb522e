"""The orders of two tutorials, the CRM's and the company's: `/order/`."""

import json
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from tradepost.api import request_options
from tradepost.api.ids import order_id
from tradepost.api.rights import PROBES, SHOP
from tradepost.api.tutorials import objects
from tradepost.api.tutorials.objects import Object
from tradepost.api.tutorials.route import LIST_MAX, NO_ID, done, plain, route
from tradepost.errors import Malformed
from tradepost.shop import orders, queries
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.models import USERNAME_MAX_LENGTH, Order
from tradepost.shop.orders import LINES_MAX
from tradepost.shop.rules import Buyer, LineRequest

# What each of the two tutorials calls an order's total.
TOTALS = ("price", "subtotal")


def ping(_request: HttpRequest) -> HttpResponse:
    return plain("python/django")


def get(request: HttpRequest, id: str | None = None) -> HttpResponse:
    """List all open orders, or the one with an ID in the path or the body."""
    try:
        path = None if id is None else order_id(id)
    except OrderNotFound:
        return _listed([])
    order = objects.target(path, objects.read_any(request, "oid"), "oid")
    return _listed(queries.list_open_orders(limit=LIST_MAX, order_id=order))


def create(request: HttpRequest) -> HttpResponse:
    """Place an order with the total that the client states."""
    given = objects.read(request, "customer", "username", "uid", "products", *TOTALS)
    options = request_options.read(request, "POST /order/")
    return done(orders.place(_buyer(given), _lines_of(given), stated=_total(given), **options))


def override_total(request: HttpRequest, id: str | None = None) -> HttpResponse:
    path = None if id is None else order_id(id)
    given = objects.read(request, "oid", *TOTALS)
    order = _order(path, given)
    options = request_options.read(request, "PATCH /order/")
    return done(orders.override_total(order, _total(given), open_only=True, **options))


def cancel(request: HttpRequest, id: str | None = None) -> HttpResponse:
    """Cancel an order, which these routes no longer find then."""
    path = None if id is None else order_id(id)
    order = _order(path, objects.read_any(request, "oid"))
    options = request_options.read(request, "DELETE /order/")
    return done(orders.cancel(order, open_only=True, **options))


def _order(path: int | None, given: Object) -> int:
    order = objects.target(path, given, "oid")
    if order is None:
        raise OrderNotFound(order=NO_ID)
    return order


def _buyer(given: Object) -> Buyer:
    customer = username = uid = None
    if "customer" in given:
        customer = objects.reference(given["customer"], "customer")
    if "username" in given:
        username = objects.text(given, "username", most=USERNAME_MAX_LENGTH)
    if "uid" in given:
        uid = objects.whole(given, "uid", "uid")
    return Buyer(id=customer, username=username, uid=uid)


def _lines_of(given: Object) -> list[LineRequest]:
    """Return a line for one of each product listed; a product may be listed twice."""
    listed = given.get("products", [])
    if not isinstance(listed, list):
        raise Malformed('products is not a list such as [{"id": 1}]')
    if len(listed) > LINES_MAX:
        raise Malformed(f"products has {len(listed)} of them; {LINES_MAX} are the limit")
    return [
        LineRequest(objects.reference(one, f"product {place} of products"))
        for place, one in enumerate(listed)
    ]


def _total(given: Object) -> Decimal:
    named = [name for name in TOTALS if name in given]
    if not named:
        raise Malformed("price is missing (or subtotal, which is the same)")
    if len(named) > 1:
        raise Malformed("price and subtotal are the same thing; only one of them can be given")
    return objects.amount(given, named[0])


def _listed(found: list[Order]) -> HttpResponse:
    shown = ", ".join(_shown(order) for order in found)
    return HttpResponse(f"[{shown}]", content_type="application/json")


def _shown(order: Order) -> str:
    """Return an order as JSON, with the spaces of `JsonResponse`."""
    lines = [
        {
            "id": line.product_id,
            "name": line.product.name,
            "price": str(line.price),
            "quantity": line.quantity,
        }
        for line in queries.current_lines(order)
        if line.product.deleted_at is None
    ]
    shown = {
        "id": order.pk,
        "subtotal": str(order.total),
        "customer_id": order.customer_id,
        "username": order.customer.username,
        "products": lines,
    }
    # The encoder would convert the number to a float, which is exact for 15 digits only.
    return f'{json.dumps(shown)[:-1]}, "price": {_number(order.total)}}}'


def _number(amount: Decimal) -> str:
    """Return an exact amount, written as Python writes floats: 3.12, 3.1, 312.0."""
    return str(amount).removesuffix("0")


urlpatterns = [
    re_path(r"^ping/?$", route(PROBES, get=ping)),
    re_path(r"^order/?$", route(SHOP, get=get, post=create, patch=override_total, delete=cancel)),
    re_path(r"^order/(?P<id>[^/]+)/?$", route(SHOP, get=get, patch=override_total, delete=cancel)),
]
