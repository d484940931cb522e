"""Two customers in two browsers, and one unit left."""

from __future__ import annotations

from functools import partial

import pytest

from tests.races.shops import Together
from tests.shop.actors import breaches, stock_of, stock_up
from tests.web.conftest import errors_of, text_of
from tests.web.shops import form_of, ordered, send, sign_in
from tradepost.shop.models import Customer

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("known", [True, False])
def test_of_two_who_buy_the_last_one_sees_that_it_is_sold_out(
    committed: None, together: Together, known: bool
) -> None:
    """Even if both are new customers."""
    people, tea = [sign_in("ann"), sign_in("bob")], stock_up(1)
    if known:
        assert all(person.customer for person in people)
    forms = [form_of(person.get(f"/shop/products/{tea}/")) for person in people]

    answers = together(
        [partial(send, person, tea, form) for person, form in zip(people, forms, strict=True)]
    )

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    late = next(answer for answer in answers if answer.status_code == 200)
    first = people[answers.index(next(one for one in answers if one.status_code == 302))]
    expected = "Someone was faster: it is sold out, and you asked for 1."
    assert errors_of(late) == {"quantity": [expected]}
    assert "sold out" in text_of(late)
    assert [line[:3] for line in ordered()] == [(first.customer, tea, 1)]
    assert (stock_of(tea), breaches()) == (0, [])


def test_a_double_click_at_the_same_moment_is_one_order(
    committed: None, together: Together
) -> None:
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/"))

    answers = together([partial(send, ann, tea, form)] * 2)

    places = {answer.get("Location") for answer in answers if answer.status_code == 302}
    assert len(places) == 1
    assert [answer.status_code for answer in answers if answer.status_code != 302] in ([], [503])
    assert (len(ordered()), stock_of(tea), breaches()) == (1, 9, [])


def test_the_first_look_at_ones_orders_makes_one_customer(
    committed: None, together: Together
) -> None:
    """However many requests come at once."""
    ann = sign_in()

    answers = together([partial(ann.get, "/shop/orders/")] * 4)

    assert [answer.status_code for answer in answers] == [200] * 4
    ann.account.refresh_from_db()
    assert list(Customer.objects.values_list("pk", flat=True)) == [ann.account.customer_id]
