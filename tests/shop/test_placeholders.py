"""Customers who order before they register: a placeholder by username, by number, or by both."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    everything,
    place,
    refused,
    register,
    stock_up,
)
from tradepost.shop import customers, queries
from tradepost.shop.errors import CustomerExists, NobodyNamed, OutOfStockError, ProductNotFound
from tradepost.shop.models import Customer
from tradepost.shop.rules import Buyer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
ANN, SEVEN, BOTH = Buyer(username="ann"), Buyer(uid=7), Buyer(username="ann", uid=7)
# Alike to a collation, and not the same.
ALIKE = [
    "ann",
    "Ann",
    unicodedata.normalize("NFC", "ánn"),
    unicodedata.normalize("NFD", "ánn"),
    "ann ",
    "ANN",
    "\u00e6nn",
    "aenn",
]


def people() -> list[tuple[Any, ...]]:
    """Return all customers: name, username, number."""
    return list(Customer.objects.order_by("pk").values_list("name", "username", "uid"))


def buyer_of(buyer: Buyer, product: int) -> int:
    return int(buy(buyer, product).answer.customer_id)


@pytest.mark.parametrize(
    ("buyer", "row"), [(ANN, ("", "ann", None)), (SEVEN, ("", None, 7)), (BOTH, ("", "ann", 7))]
)
def test_a_first_use_makes_a_placeholder_and_the_second_finds_it(
    buyer: Buyer, row: tuple[Any, ...]
) -> None:
    """One customer, without a name yet; both orders are theirs."""
    product = stock_up(10)

    first, second = buyer_of(buyer, product), buyer_of(buyer, product)

    assert (people(), first) == ([row], second)
    assert [order.customer_id for order in queries.list_orders(limit=9)] == [first] * 2
    assert breaches() == []


@pytest.mark.parametrize("first", [ANN, SEVEN])
def test_a_later_use_completes_a_placeholder(first: Buyer) -> None:
    """What it did not say of itself so far; then it is found by either."""
    product = stock_up(10)

    made = [buyer_of(buyer, product) for buyer in (first, BOTH, ANN, SEVEN)]

    assert (people(), set(made)) == ([("", "ann", 7)], {made[0]})


def test_a_use_completes_a_registered_customer_too() -> None:
    """The name stays."""
    customer = register(username="ann")

    assert buyer_of(BOTH, stock_up(10)) == customer
    assert people() == [("Ann", "ann", 7)]


@pytest.mark.parametrize(
    "named", [{"username": "ann"}, {"uid": 7}, {"username": "ann", "uid": 7}]
)  # fmt: skip
def test_who_registers_is_the_placeholder(named: dict[str, Any]) -> None:
    """With the id that the orders have."""
    placeholder = buyer_of(BOTH, stock_up(10))

    assert register("Ann", **named) == placeholder
    assert people() == [("Ann", "ann", 7)]


@pytest.mark.parametrize("first", [ANN, SEVEN])
def test_who_registers_completes_the_placeholder(first: Buyer) -> None:
    """With the identifier that was missing."""
    placeholder = buyer_of(first, stock_up(10))

    assert register("Ann", username="ann", uid=7) == placeholder
    assert people() == [("Ann", "ann", 7)]


def test_the_second_who_registers_is_refused() -> None:
    """A placeholder is completed once."""
    buyer_of(ANN, stock_up(10))
    register(username="ann")

    with refused(CustomerExists, identifier="username", value="ann"):
        register("Another", username="ann")


@pytest.mark.parametrize(
    ("there", "buyer", "identifier", "value"),
    [
        ([ANN, SEVEN], BOTH, "uid", 7),
        ([BOTH], Buyer(username="ann", uid=8), "username", "ann"),
        ([BOTH], Buyer(username="bob", uid=7), "uid", 7),
    ],
    ids=["of two", "another number", "another username"],
)
def test_username_and_number_of_two_are_refused(
    there: list[Buyer], buyer: Buyer, identifier: str, value: object
) -> None:
    """Nobody is made, changed or merged, and nothing is sold."""
    product = stock_up(10)
    for one in there:
        buyer_of(one, product)

    with refused(CustomerExists, identifier=identifier, value=value):
        buy(buyer, product, key="k")


@pytest.mark.parametrize("buyer", [Buyer(), Buyer(id=1, username="ann"), Buyer(id=1, uid=1)])
def test_who_is_named_in_two_ways_or_none_is_refused(buyer: Buyer) -> None:
    """Before anything is looked at."""
    product = stock_up(10)
    register()

    with refused(NobodyNamed):
        buy(buyer, product, key="k")


def test_a_refused_order_makes_no_placeholder() -> None:
    """Nor does it complete one."""
    empty = stock_up(0)
    buyer_of(SEVEN, stock_up(10))

    for buyer in (ANN, BOTH):
        with refused(OutOfStockError):
            buy(buyer, empty, key="k")
    with refused(ProductNotFound):
        buy(ANN, 10**9, key="k")


def test_a_dry_run_makes_no_placeholder() -> None:
    """It tells that somebody would be made by telling no id."""
    product = stock_up(10)
    before = everything()

    assert buy(ANN, product, dry_run=True).answer.customer_id is None
    assert everything() == before


def test_an_order_of_nothing_makes_a_placeholder() -> None:
    """There is an order, and it has somebody."""
    answer = place(ANN).answer

    assert (answer.lines, str(answer.total)) == ((), "0.00")
    assert (people(), breaches()) == ([("", "ann", None)], [])


def test_usernames_alike_are_different_customers() -> None:
    """Case, accents, forms of Unicode, blanks: each is found again by its own bytes alone."""
    product = stock_up(100)

    made = [buyer_of(Buyer(username=name), product) for name in ALIKE]
    found = [buyer_of(Buyer(username=name), product) for name in ALIKE]

    assert len(set(made)) == len(ALIKE)
    assert found == made
    assert [username for _, username, _ in people()] == ALIKE
    for name, customer in zip(ALIKE, made, strict=True):
        assert [one.pk for one in queries.list_customers(limit=9, username=name)] == [customer]
        assert register("Named", username=name) == customer


@pytest.mark.parametrize("buyer", [ANN, SEVEN, BOTH])
def test_deletion_frees_the_names_of_a_placeholder(buyer: Buyer) -> None:
    """The next use is somebody else, who knows nothing of the first."""
    product = stock_up(10)
    first = buyer_of(buyer, product)
    customers.delete(first, actor=ACTOR)

    second = buyer_of(buyer, product)

    assert (second, breaches()) == (first + 1, [])
    assert [order.customer_id for order in queries.list_orders(limit=9)] == [second, first]
