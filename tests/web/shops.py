"""Shared by the tests of the shop's pages: signed-in browsers, and their forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.test import Client

from tests.shop.actors import everything
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.shop.models import Order, OrderLine
from tradepost.web.customers import customer_of

# The number of rows on a page.
PAGE = 30
Response = Any


class Person(Client):
    """A browser and the account that it is signed in with."""

    account: Account

    @property
    def customer(self) -> int:
        """The id of the account's customer."""
        return customer_of(self.account)


def sign_in(username: str = "ann", role: Role = Role.CUSTOMER) -> Person:
    """Create an account, and sign in."""
    person = Person()
    person.account = Account.objects.create_user(username, role=role.value)
    person.force_login(person.account)
    return person


def form_of(response: Response) -> dict[str, str]:
    """Return the values of a page's form, as a browser would send them."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def buy(client: Client, product: int, quantity: Any = 1, **more: Any) -> Response:
    """Open a product's page, fill in its form and submit it."""
    form = form_of(client.get(f"/shop/products/{product}/"))
    return send(client, product, form | {"quantity": quantity} | more)


def send(client: Client, product: int, form: dict[str, Any]) -> Response:
    """Submit the form of a product."""
    return client.post(f"/shop/products/{product}/buy/", form)


def cancel(client: Client, order: int, **more: Any) -> Response:
    """Open the page that cancels an order, and confirm."""
    form = form_of(client.get(f"/shop/orders/{order}/cancel/"))
    return client.post(f"/shop/orders/{order}/cancel/", form | more)


def ordered() -> list[tuple[int, int, int, Decimal, str, str]]:
    """Return all order lines: customer, product, quantity, price, state, actor."""
    orders = Order.objects.in_bulk()
    return [
        (
            orders[line.order_id].customer_id,
            line.product_id,
            line.quantity,
            line.price,
            orders[line.order_id].state,
            orders[line.order_id].updated_by,
        )
        for line in OrderLine.objects.order_by("order_id", "number")
    ]


def all_rows() -> tuple[dict[str, list[Any]], list[Any]]:
    """Return every row of the shop, and the customers of accounts."""
    return everything(), list(Account.objects.order_by("pk").values_list("pk", "customer_id"))
