"""The products of the company tutorial: `/product/`."""

import functools

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path

from tradepost.api import request_options
from tradepost.api.ids import product_id
from tradepost.api.rights import SHOP
from tradepost.api.tutorials import objects
from tradepost.api.tutorials.route import LIST_MAX, NO_ID, done, route
from tradepost.shop import products, queries
from tradepost.shop.models import NAME_MAX_LENGTH, Product

FIELDS = ("name", "price")


def get(request: HttpRequest, id: str | None = None) -> HttpResponse:
    """List all products, or the one with an ID."""
    every = functools.partial(queries.list_all_products, limit=LIST_MAX)
    found = objects.one_or_all(request, id, product_id, queries.get_product, every)
    return JsonResponse([_shown(product) for product in found], safe=False)


def create(request: HttpRequest) -> HttpResponse:
    given = objects.read(request, *FIELDS)
    name, price = _name(given), objects.amount(given, "price")
    return done(products.add(name, price, **request_options.read(request, "POST /product/")))


def edit(request: HttpRequest, id: str = NO_ID) -> HttpResponse:
    product = product_id(id)
    given = objects.read(request, *FIELDS)
    objects.target(product, given)
    name = _name(given) if "name" in given else None
    price = objects.amount(given, "price") if "price" in given else None
    options = request_options.read(request, "PUT /product/{id}/")
    return done(products.edit(product, name=name, price=price, **options))


def delete(request: HttpRequest, id: str = NO_ID) -> HttpResponse:
    product = product_id(id)
    objects.target(product, objects.read_any(request))
    options = request_options.read(request, "DELETE /product/{id}/")
    return done(products.delete(product, **options))


def _name(given: objects.Object) -> str:
    return objects.text(given, "name", most=NAME_MAX_LENGTH)


def _shown(product: Product) -> dict[str, object]:
    return {"id": product.pk, "name": product.name, "price": str(product.price)}


urlpatterns = [
    re_path(r"^product/?$", route(SHOP, get=get, post=create, put=edit, delete=delete)),
    re_path(r"^product/(?P<id>[^/]+)/?$", route(SHOP, get=get, put=edit, delete=delete)),
]
