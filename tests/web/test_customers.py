"""The customer of an account: created once, and never another's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.access.conftest import account
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.shop import customers
from tradepost.shop.models import Customer
from tradepost.web.customers import customer_of, has_customer


@pytest.mark.django_db
def test_an_account_has_one_customer() -> None:
    ann = account("ann", Role.CUSTOMER)

    first = customer_of(ann)

    assert customer_of(ann) == customer_of(Account.objects.get()) == first
    customer = Customer.objects.get()
    assert (customer.pk, customer.username, customer.name) == (first, "ann", "ann")
    assert customer.updated_by == "user:ann"


@pytest.mark.django_db
def test_a_username_does_not_make_one_who_ordered_under_it() -> None:
    """A program may have ordered under the name; that customer keeps their orders."""
    there = customers.register("Ann", username="ann", actor="test").answer.id
    assert has_customer("ann")
    ann = account("ann", Role.CUSTOMER)

    own = customer_of(ann)

    assert own != there
    assert Customer.objects.get(pk=own).username is None
    assert customer_of(Account.objects.get()) == own
    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_a_customer_that_was_made_before_the_process_died_is_found_again() -> None:
    ann = account("ann", Role.CUSTOMER)
    own = customer_of(ann)
    Account.objects.update(customer_id=None)

    assert customer_of(Account.objects.get()) == own
    assert Customer.objects.count() == 1


@pytest.mark.engine
@pytest.mark.usefixtures("committed")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one(together: Callable[..., list[object]]) -> None:
    account("ann", Role.CUSTOMER)

    def ask() -> int:
        return customer_of(Account.objects.get(username="ann"))

    made = together([ask] * 4)

    assert len(set(made)) == 1
    assert list(Customer.objects.values_list("pk", flat=True)) == [made[0]]
