"""Cancelling orders on a page: once, as it was shown, and only the caller's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.shop.actors import breaches, buy, change, head, ledger, register, stock_of, stock_up
from tests.shop.actors import cancel as cancel_elsewhere
from tests.web.conftest import errors_of, messages_of, text_of
from tests.web.shops import all_rows, cancel, form_of, sign_in
from tradepost import txn
from tradepost.access.rights import Role
from tradepost.shop import orders, queries

pytestmark = pytest.mark.django_db


def test_a_customer_cancels_an_order_of_their_own() -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id

    answer = cancel(ann, order)

    assert (answer.status_code, answer["Location"]) == (302, f"/shop/orders/{order}/")
    page = ann.get(answer["Location"])
    assert messages_of(page) == [f"Order {order} is cancelled; what it took is in stock again."]
    assert "Cancel this order" not in text_of(page)
    assert head(order)[:4:3] == ("cancelled", 2)
    assert ledger(tea)[-1] == (3, "returned", 3, 10, order)
    assert breaches() == []


def test_the_same_form_cancels_once() -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(ann.get(path))
    first = ann.post(path, form)
    after = all_rows()

    again = ann.post(path, form)

    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert messages_of(ann.get(again["Location"]))[-1] == f"Order {order} was cancelled already."
    assert all_rows() == after


def test_anothers_order_cannot_be_cancelled() -> None:
    """With any version and any forged field."""
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up(10)
    order = buy(bob.customer, tea, 3).answer.id
    assert ann.customer
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(bob.get(path))
    before = all_rows()

    for forged in (
        {},
        {"username": "bob"},
        {"customer": bob.customer, "customer_id": bob.customer},
        {"version": "7"},
        {"version": "x"},
    ):
        assert ann.post(path, form | forged).status_code == 404

    assert all_rows() == before
    assert bob.post(path, form).status_code == 302


def test_who_may_only_look_cancels_nothing() -> None:
    vera, tea = sign_in("vera", Role.VIEWER), stock_up(10)
    order = buy(register(), tea).answer.id
    before = all_rows()

    page = vera.get(f"/shop/orders/{order}/")
    answers = [
        vera.get(f"/shop/orders/{order}/cancel/"),
        vera.post(f"/shop/orders/{order}/cancel/", {"version": 1}),
    ]

    assert "Cancel this order" not in text_of(page)
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all_rows() == before


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_staff_cancel_anybodys_order(role: Role | None) -> None:
    staff, tea = sign_in("olga", role) if role else Client(), stock_up(10)
    order = buy(register(), tea, 3).answer.id

    assert cancel(staff, order).status_code == 302
    assert (head(order)[0], stock_of(tea)) == ("cancelled", 10)


def test_an_order_that_was_changed_meanwhile_is_looked_at_again() -> None:
    """The current order is shown, and can be cancelled."""
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(ann.get(path))
    change(order, (tea, 2))
    before = all_rows()

    refused = ann.post(path, form)

    assert refused.status_code == 200
    assert errors_of(refused) == {"__all__": ["This order was changed meanwhile; look again."]}
    assert "tea 2.50 2 5.00 Total 5.00" in text_of(refused)
    assert form_of(refused) == form | {"version": "2"}
    assert all_rows() == before
    assert ann.post(path, form_of(refused)).status_code == 302
    assert (head(order)[0], stock_of(tea)) == ("cancelled", 10)


def test_an_order_that_was_cancelled_meanwhile_is_shown_so() -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(ann.get(path))
    cancel_elsewhere(order)
    before = all_rows()

    seen_before = ann.post(path, form)
    seen_now = ann.post(path, form | {"version": "2"})
    asked = ann.get(path)

    for refused, expected in (
        (seen_before, "This order was changed meanwhile; look again."),
        (seen_now, "This order is cancelled already."),
    ):
        assert (refused.status_code, errors_of(refused)) == (200, {"__all__": [expected]})
        assert f"Order {order} is cancelled" in text_of(refused)
        assert "Cancel the order" not in text_of(refused)
    assert (asked.status_code, asked["Location"]) == (302, f"/shop/orders/{order}/")
    assert messages_of(ann.get(asked["Location"])) == [f"Order {order} is cancelled already."]
    assert all_rows() == before


@pytest.mark.parametrize(
    "version",
    ["", "x", "-1", "1.0", "9" * 20, "9" * 5000, "\N{ARABIC-INDIC DIGIT ONE}", "\x00", "7"],
)
def test_a_version_that_cannot_be_cancels_nothing(version: str) -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    before = all_rows()

    refused = cancel(ann, order, version=version)

    assert (refused.status_code, list(errors_of(refused))) == (200, ["__all__"])
    assert form_of(refused)["version"] == "1"
    assert all_rows() == before
    path = f"/shop/orders/{order}/cancel/"
    assert ann.post(path, form_of(refused)).status_code == 302


@pytest.mark.parametrize("happened", [True, False])
def test_a_lost_answer_is_reported_and_sending_again_cancels_once(
    happened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(ann.get(path))
    inner = orders.cancel

    def lost(*args: Any, **options: Any) -> txn.Outcome:
        if happened:
            inner(*args, **options)
        raise txn.OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(orders, "cancel", lost)
        unknown = ann.post(path, form)

    assert unknown.status_code == 503
    assert "nobody knows yet" in text_of(unknown)
    assert f'href="/receipts/{form["key"]}/"' in unknown.content.decode()
    assert form_of(unknown) == form
    assert "Cancel the order" in text_of(unknown)
    assert ann.post(path, form_of(unknown)).status_code == 302
    assert (head(order)[:4:3], stock_of(tea), len(ledger(tea))) == (("cancelled", 2), 10, 3)


def test_without_a_database_the_form_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    ann, tea = sign_in(), stock_up(10)
    order = buy(ann.customer, tea, 3).answer.id
    path = f"/shop/orders/{order}/cancel/"
    form = form_of(ann.get(path))
    before = all_rows()

    def unread(*_: Any, **__: Any) -> Any:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "get_order", unread)
        refused = ann.post(path, form)

    assert (refused.status_code, form_of(refused)) == (503, form)
    assert f"Cancel order {order}?" in text_of(refused)
    assert all_rows() == before
    assert ann.post(path, form_of(refused)).status_code == 302
