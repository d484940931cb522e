"""Every act of the product can be shown: over HTTP, and on the page of a request's status."""

from __future__ import annotations

import pytest
from django.test import Client

from tradepost import txn
from tradepost.access import accounts
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.api import app
from tradepost.api.presenters import presenters
from tradepost.web.views.receipts import sentences

pytestmark = pytest.mark.once


def missing(functions: txn.ByAct[object]) -> list[str]:
    """Name the acts without a function; those that only tests declare do not count."""
    return [act.name for act in functions.missing() if act.terms.__module__.startswith("tradepost")]


@pytest.mark.parametrize("functions", [presenters, sentences], ids=["presenters", "sentences"])
def test_no_act_is_without(functions: txn.ByAct[object]) -> None:
    """Routes are imported with all that they present."""
    assert app.api.urls
    assert missing(functions) == []


def test_one_that_is_missing_is_named() -> None:
    """The test above can fail."""
    presenters_of_none: txn.ByAct[object] = txn.ByAct()

    assert {"trade", "purchase", "change account"} <= set(missing(presenters_of_none))


@pytest.mark.django_db
def test_a_changed_account_is_shown(client: Client) -> None:
    """The one act of no domain."""
    admin, other = (Account.objects.create_user(name, password="x") for name in ("boss", "ann"))
    Account.objects.filter(pk=admin.pk).update(role=Role.ADMIN)
    key = txn.Key("local", "k-1", "back office")

    accounts.change(
        other.pk, role=Role.OPERATOR, is_active=False, by=admin.pk, actor="local", key=key
    )

    assert client.get("/api/v1/receipts/k-1").json()["outcome"] == {
        "id": str(other.pk),
        "username": "ann",
        "role": "operator",
        "is_active": False,
    }
    assert "The account ann was changed." in client.get("/receipts/k-1/").content.decode()


def test_an_act_is_shown_in_one_way() -> None:
    """A second function would silently replace the first."""
    with pytest.raises(ValueError, match="'trade' has a function already"):
        presenters.add(txn.act_named("trade"), dict)
