"""Customers."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Query

from tradepost.api import cursors, rights
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.ids import customer_id, number
from tradepost.api.routes import ApiRouter
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.shop import customers, errors, queries
from tradepost.shop.acts import CustomerAnswer
from tradepost.txn import Call, Outcome

router = ApiRouter(tags=["customers"])


@router.command(
    "POST /customers",
    s.CustomerOut,
    present.customer,
    errors.CustomerExists,
    OUT_OF_RANGE,
    creates=True,
    located="customers",
)
@rights.SHOP
def register_customer(
    request: HttpRequest, call: Call, body: s.CustomerIn
) -> Outcome[CustomerAnswer]:
    """Register a customer, or complete the placeholder of who ordered before."""
    return customers.register(body.name, username=body.username, uid=number(body.uid), **call)


@router.read_list("/customers", s.CustomerPage)
@rights.SHOP
def list_customers(request: HttpRequest, query: Query[s.CustomersQuery]) -> dict[str, Any]:
    """List customers, the newest first."""
    listing = cursors.filtered("customers", username=query.username, uid=query.uid)
    read = partial(queries.list_customers, username=query.username, uid=number(query.uid))
    return query.page(listing, read, present.customer)


@router.read("/customers/{id}", s.CustomerOut, errors.CustomerNotFound)
@rights.SHOP
def get_customer(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a customer."""
    return present.customer(queries.get_customer(customer_id(id)))


@router.command(
    "PATCH /customers/{id}",
    s.CustomerOut,
    present.customer,
    errors.CustomerNotFound,
    errors.CustomerExists,
    errors.NothingToChange,
    OUT_OF_RANGE,
)
@rights.SHOP
def edit_customer(
    request: HttpRequest, call: Call, id: str, body: s.CustomerChangeIn
) -> Outcome[CustomerAnswer]:
    """Change what is given of a customer."""
    return customers.edit(
        customer_id(id), name=body.name, username=body.username, uid=number(body.uid), **call
    )


@router.command("DELETE /customers/{id}", s.CustomerOut, present.customer, errors.CustomerNotFound)
@rights.SHOP
def delete_customer(request: HttpRequest, call: Call, id: str) -> Outcome[CustomerAnswer]:
    """Delete a customer; answers the customer as it was. The orders stay in the books."""
    return customers.delete(customer_id(id), **call)
