"""The shop's customer of an account."""

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest

from tradepost import txn
from tradepost.access.caller import caller_of, for_account
from tradepost.access.models import Account
from tradepost.shop import customers, queries
from tradepost.shop.acts import CustomerAnswer
from tradepost.shop.errors import CustomerExists

# What a read raises if the database is unavailable.
DATABASE_UNAVAILABLE = (OperationalError, InterfaceError)


def own_customer(request: HttpRequest) -> int | None:
    """Return the customer whose orders the caller may see; None may see all."""
    caller = caller_of(request)
    if not caller.buys_for_themself:
        return None
    if caller.account is None:
        raise Http404
    return customer_of(caller.account)


def customer_of(account: Account) -> int:
    """Return the id of an account's customer, who is registered at the first call.

    An idempotency key of the account ensures that concurrent calls register one customer. A program
    can order for any username, so another customer may have this one. They keep it, and the
    account's customer has none: signing up with a username gives no access to earlier orders.
    """
    if account.customer_id is None:
        actor = for_account(account).actor
        try:
            outcome = _register(account, actor, username=account.username)
        except CustomerExists:
            outcome = _register(account, actor, username=None)
        Account.objects.filter(pk=account.pk, customer_id__isnull=True).update(
            customer_id=outcome.answer.id
        )
        account.refresh_from_db(fields=["customer_id"])
    return int(account.customer_id or 0)


def has_customer(username: str) -> bool:
    """Return whether a customer has this username, so that an account cannot get it."""
    return bool(queries.list_customers(limit=1, username=username))


def _register(account: Account, actor: str, *, username: str | None) -> txn.Outcome[CustomerAnswer]:
    named = "" if username else "-unnamed"
    key = txn.Key(actor, f"customer-of-account-{account.pk}{named}")
    return customers.register(account.username, username=username, actor=actor, key=key)
