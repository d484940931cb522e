"""The customers of the company tutorial: `/customer/`."""

import functools

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path

from tradepost.api import request_options
from tradepost.api.ids import customer_id
from tradepost.api.rights import SHOP
from tradepost.api.tutorials import objects
from tradepost.api.tutorials.route import LIST_MAX, NO_ID, done, route
from tradepost.shop import customers, queries
from tradepost.shop.models import NAME_MAX_LENGTH


def get(request: HttpRequest, id: str | None = None) -> HttpResponse:
    """List all customers, or the one with an ID."""
    every = functools.partial(queries.list_all_customers, limit=LIST_MAX)
    found = objects.one_or_all(request, id, customer_id, queries.get_customer, every)
    return JsonResponse([{"id": one.pk, "name": one.name} for one in found], safe=False)


def create(request: HttpRequest) -> HttpResponse:
    name = objects.text(objects.read(request, "name"), "name", most=NAME_MAX_LENGTH)
    return done(customers.register(name, **request_options.read(request, "POST /customer/")))


def rename(request: HttpRequest, id: str = NO_ID) -> HttpResponse:
    customer = customer_id(id)
    given = objects.read(request, "name")
    objects.target(customer, given)
    name = objects.text(given, "name", most=NAME_MAX_LENGTH)
    options = request_options.read(request, "PUT /customer/{id}/")
    return done(customers.edit(customer, name=name, **options))


def delete(request: HttpRequest, id: str = NO_ID) -> HttpResponse:
    """Delete a customer and their orders."""
    customer = customer_id(id)
    objects.target(customer, objects.read_any(request))
    options = request_options.read(request, "DELETE /customer/{id}/")
    return done(customers.delete(customer, **options))


urlpatterns = [
    re_path(r"^customer/?$", route(SHOP, get=get, post=create, put=rename, delete=delete)),
    re_path(r"^customer/(?P<id>[^/]+)/?$", route(SHOP, get=get, put=rename, delete=delete)),
]
