"""Customers through the services: registered, edited, deleted, and told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.shop.actors import ACTOR, breaches, buy, key, refused, register, stock_up
from tradepost.shop import customers, queries
from tradepost.shop.errors import CustomerExists, CustomerNotFound, NothingToChange
from tradepost.shop.models import Customer
from tradepost.shop.rules import Buyer, digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
KEY = key("k")


def known(customer: int) -> tuple[str, str | None, int | None]:
    """Return a customer's name, username and number, once its digest was compared."""
    name, username, digested, uid = Customer.objects.values_list(
        "name", "username", "username_digest", "uid"
    ).get(pk=customer)
    assert digested == (None if username is None else digest(username))
    return name, username, uid


@pytest.mark.parametrize(
    "named", [{}, {"username": "ann"}, {"uid": 7}, {"username": "ann", "uid": 2**63 - 1}]
)
def test_a_customer_is_registered(named: dict[str, Any]) -> None:
    """With as much as is known."""
    answer = customers.register("Ann", **named, actor=ACTOR).answer

    username, uid = named.get("username"), named.get("uid")
    assert known(answer.id) == ("Ann", username, uid)
    told = {name: getattr(answer, name) for name in ("name", "username", "uid")}
    assert told == {"name": "Ann", "username": username, "uid": uid}
    assert Customer.objects.values_list("updated_by", "deleted_at").get() == (ACTOR, None)


def test_names_need_not_be_unique() -> None:
    """Two are two."""
    first, second = register("Ann"), register("Ann")

    assert (second, Customer.objects.count()) == (first + 1, 2)


@pytest.mark.parametrize(
    ("named", "identifier", "value"),
    [
        ({"username": "ann"}, "username", "ann"),
        ({"uid": 7}, "uid", 7),
        ({"username": "ann", "uid": 7}, "username", "ann"),
        ({"username": "ann", "uid": 8}, "username", "ann"),
        ({"username": "bob", "uid": 7}, "uid", 7),
        ({"username": "ann", "uid": 9}, "uid", 9),
    ],
    ids=["username", "uid", "both", "another's uid", "another's username", "two customers'"],
)
def test_what_is_another_customer_s_cannot_be_registered(
    named: dict[str, Any], identifier: str, value: object
) -> None:
    """Nothing of it is stored."""
    register(username="ann", uid=7)
    register(uid=9)

    with refused(CustomerExists, identifier=identifier, value=value):
        customers.register("New", **named, actor=ACTOR, key=KEY)


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ({"name": "Anna"}, ("Anna", "ann", 7)),
        ({"username": "anna"}, ("Ann", "anna", 7)),
        ({"uid": 8}, ("Ann", "ann", 8)),
        ({"name": "Anna", "username": "anna", "uid": 8}, ("Anna", "anna", 8)),
        ({"username": "ann", "uid": 7}, ("Ann", "ann", 7)),
    ],
)
def test_what_is_given_of_a_customer_is_edited(
    given: dict[str, Any], after: tuple[str, str, int]
) -> None:
    """And nothing else; one's own names are no one else's."""
    customer = register(username="ann", uid=7)

    answer = customers.edit(customer, **given, actor="another").answer

    assert known(customer) == after
    assert (answer.name, answer.username, answer.uid) == after
    assert Customer.objects.values_list("updated_by", flat=True).get() == "another"


@pytest.mark.parametrize(
    ("given", "identifier", "value"),
    [
        ({"username": "bob"}, "username", "bob"),
        ({"uid": 8}, "uid", 8),
        ({"name": "New", "username": "new", "uid": 8}, "uid", 8),
    ],
)
def test_what_is_another_customer_s_cannot_be_taken(
    given: dict[str, Any], identifier: str, value: object
) -> None:
    """Not with what could be taken either."""
    customer = register(username="ann", uid=7)
    register("Bob", username="bob", uid=8)

    with refused(CustomerExists, identifier=identifier, value=value):
        customers.edit(customer, **given, actor=ACTOR, key=KEY)


def test_a_username_given_up_is_free() -> None:
    """For the next, who is another customer."""
    first = register(username="ann")
    customers.edit(first, username="anna", actor=ACTOR)

    second = register("Second", username="ann")

    assert (known(first), known(second)) == (("Ann", "anna", None), ("Second", "ann", None))


def test_an_edit_of_nothing_is_refused() -> None:
    """Nothing is given."""
    customer = register()

    with refused(NothingToChange):
        customers.edit(customer, actor=ACTOR, key=KEY)


def test_a_deleted_customer_gives_username_and_number_up() -> None:
    """The row and the orders stay; the username is kept to be read, and finds nobody."""
    customer = register(username="ann", uid=7)
    product = stock_up(10)
    order = buy(customer, product).answer.id

    customers.delete(customer, actor="another")

    gone = Customer.objects.get(pk=customer)
    assert (gone.username, gone.username_digest, gone.uid) == ("ann", None, None)
    assert (gone.deleted_at is not None, gone.updated_by) == (True, "another")
    assert queries.get_order(order).customer_id == customer
    again = register("Second", username="ann", uid=7)
    assert (again, breaches()) == (customer + 1, [])
    bought = buy(Buyer(username="ann"), product).answer.customer_id
    assert bought == again


def test_the_orders_of_a_deleted_customer_stand_no_more() -> None:
    """They are in the books, and not among those that stand."""
    customer = register(username="ann")
    order = buy(customer, stock_up(10)).answer.id
    assert [one.pk for one in queries.list_open_orders(limit=9)] == [order]

    customers.delete(customer, actor=ACTOR)

    assert queries.list_open_orders(limit=9) == []
    assert [one.pk for one in queries.list_orders(limit=9, customer_id=customer)] == [order]


ACTS: list[Callable[[int], object]] = [
    lambda customer: customers.edit(customer, name="New", actor=ACTOR, key=KEY),
    lambda customer: customers.delete(customer, actor=ACTOR, key=KEY),
    lambda customer: buy(customer, 1, key="k"),
]


@pytest.mark.parametrize("act", ACTS, ids=["edit", "delete", "buy"])
@pytest.mark.parametrize("nobody", [10**9, 2**63, 0, -1])
def test_acts_of_no_customer_change_nothing(act: Callable[[int], object], nobody: int) -> None:
    """The id of no one, also one that no column holds."""
    register()
    stock_up(10)

    with refused(CustomerNotFound, customer=nobody):
        act(nobody)


@pytest.mark.parametrize("act", ACTS, ids=["edit", "delete", "buy"])
def test_acts_of_a_deleted_customer_change_nothing(act: Callable[[int], object]) -> None:
    """Who is gone edits and buys nothing, and is deleted once."""
    customer = register(username="ann")
    stock_up(10)
    customers.delete(customer, actor=ACTOR)

    with refused(CustomerNotFound, customer=customer):
        act(customer)
