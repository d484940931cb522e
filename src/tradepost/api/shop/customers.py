"""Customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tradepost.api import cursors, examples, openapi, request_options, rights
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import customer_id
from tradepost.api.reads import get
from tradepost.api.responses import answered
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.shop import customers, errors, queries

router = Router(tags=["customers"])


@router.post(
    "/customers",
    response={201: s.CustomerOut, 200: s.CustomerOut},
    openapi_extra=openapi.describe(
        errors.CustomerExists,
        examples.OUT_OF_RANGE,
        command=True,
        statuses=(200, 201),
        located=True,
    ),
)
@rights.SHOP
def register_customer(
    request: HttpRequest, response: HttpResponse, body: s.CustomerIn, query: Query[CommandQuery]
) -> Status[Any]:
    """Register a customer, or complete the placeholder of who ordered before."""
    options = request_options.read(request, "POST /customers", dry_run=query.dry_run)
    outcome = customers.register(body.name, username=body.username, uid=number(body.uid), **options)
    customer = present.customer(outcome.answer)
    where = f"/api/v1/customers/{customer['id']}"
    return answered(response, outcome, customer, dry_run=query.dry_run, location=where)


@get(
    router,
    "/customers",
    response=s.CustomerPage,
    exclude_unset=True,
    openapi_extra=openapi.describe(examples.OUT_OF_RANGE),
)
@rights.SHOP
def list_customers(request: HttpRequest, query: Query[s.CustomersQuery]) -> dict[str, Any]:
    """List customers, the newest first."""
    listing = cursors.filtered("customers", username=query.username, uid=query.uid)
    found = queries.list_customers(
        limit=query.limit + 1,
        before_id=cursors.decode(query.cursor, listing),
        username=query.username,
        uid=number(query.uid),
    )
    return cursors.page(
        found,
        limit=query.limit,
        listing=listing,
        place=lambda customer: customer.pk,
        present=present.customer,
        fields=query.fields,
    )


@get(
    router,
    "/customers/{id}",
    response=s.CustomerOut,
    openapi_extra=openapi.describe(errors.CustomerNotFound),
)
@rights.SHOP
def get_customer(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a customer."""
    return present.customer(queries.get_customer(customer_id(id)))


@router.patch(
    "/customers/{id}",
    response=s.CustomerOut,
    openapi_extra=openapi.describe(
        errors.CustomerNotFound,
        errors.CustomerExists,
        errors.NothingToChange,
        examples.OUT_OF_RANGE,
        command=True,
    ),
)
@rights.SHOP
def edit_customer(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.CustomerChangeIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Change what is given of a customer."""
    options = request_options.read(request, "PATCH /customers/{id}", dry_run=query.dry_run)
    outcome = customers.edit(
        customer_id(id), name=body.name, username=body.username, uid=number(body.uid), **options
    )
    customer = present.customer(outcome.answer)
    return answered(response, outcome, customer, dry_run=query.dry_run, made=200)


@router.delete(
    "/customers/{id}",
    response=s.CustomerOut,
    openapi_extra=openapi.describe(errors.CustomerNotFound, command=True),
)
@rights.SHOP
def delete_customer(
    request: HttpRequest, response: HttpResponse, id: str, query: Query[CommandQuery]
) -> Status[Any]:
    """Delete a customer; answers the customer as it was. The orders stay in the books."""
    options = request_options.read(request, "DELETE /customers/{id}", dry_run=query.dry_run)
    outcome = customers.delete(customer_id(id), **options)
    customer = present.customer(outcome.answer)
    return answered(response, outcome, customer, dry_run=query.dry_run, made=200)


def number(uid: str | None) -> int | None:
    """Return a uid or an ID as a number."""
    return None if uid is None else int(uid)
