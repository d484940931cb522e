"""The hot purchase answers what its view answers; see `test_same_answers`.

In bodies, ``<s>`` and ``<b>`` are the cast's customer and product: ann, and a lamp of which 18 are
left at 12.50.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.api import bad_values as values
from tests.api.commands import Cast
from tests.api.hot_requests import Hot, keyed
from tests.api.same import Ways
from tests.api.ways import Loop
from tests.execution import execute_alone

pytestmark = [
    # The ids of orders are made alike, which takes a statement of its own on each engine.
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "quiet", "still"),
]
NO_ID = "9223372036854775807"


def purchase(**changed: Any) -> Hot:
    """Return a purchase by the customer, with other fields; None leaves one out."""
    fields = {"customer": "<s>", "product": "<b>", "quantity": 2} | changed
    body = {name: value for name, value in fields.items() if value is not None}
    return Hot(path="/api/v1/purchases", body=json.dumps(body).encode())


PLAIN = purchase()
KEYED = replace(PLAIN, headers=keyed("again"))
GUEST = purchase(customer=None, username="bob")
ANSWERED = {
    "plain": PLAIN,
    "one by default": purchase(quantity=None),
    "all that is left": purchase(quantity=18),
    "the price expected": purchase(expected_price="12.50"),
    "the same price in other words": purchase(expected_price="12.5"),
    "second": replace(PLAIN, before=(PLAIN,)),
    "a known username": purchase(customer=None, username="ann"),
    "a known number": purchase(customer=None, uid="7"),
    "both": purchase(customer=None, username="ann", uid="7"),
    "a guest": GUEST,
    "a guest who comes again": replace(GUEST, before=(GUEST,)),
    "a guest with a number": purchase(customer=None, username="bob", uid="9"),
    "two customers": replace(purchase(customer=None, username="bob", uid="7"), before=(GUEST,)),
    "a name beyond ASCII": purchase(customer=None, username="Łucja 🛒"),
    "more than is left": purchase(quantity=19),
    "far more than is left": purchase(quantity=2**53 - 1),
    "nothing left": replace(PLAIN, before=(purchase(quantity=18),)),
    "another price": purchase(expected_price="12.49"),
    "nobody": purchase(customer=None),
    "somebody twice": purchase(username="ann"),
    "no customer": purchase(customer=NO_ID),
    "no product": purchase(product=NO_ID),
    "key": KEYED,
    "replay": replace(KEYED, before=(KEYED,)),
    "key reused": replace(KEYED, body=purchase(quantity=3).body, before=(KEYED,)),
    "key of a refusal": replace(KEYED, before=(replace(KEYED, body=purchase(quantity=19).body),)),
}
LEFT_TO_DJANGO = {
    "no product at all": purchase(product=None),
    "null": replace(PLAIN, body=PLAIN.body[:-1] + b', "username": null, "uid": null}'),
    "unknown field": purchase(price="1.00"),
    "a price as a number": purchase(expected_price=12.5),
    "a price of three places": purchase(expected_price="12.505"),
    "empty name": purchase(customer=None, username=""),
    "name with a break": purchase(customer=None, username="a\nb"),
    **{
        f"quantity {token[:20]}": replace(
            PLAIN, body=b'{"customer": "<s>", "product": "<b>", "quantity": %s}' % token.encode()
        )
        for token, number in values.INTEGERS.items()
        if not (isinstance(number, int) and 1 <= number <= 2**53 - 1)
    },
    **{
        f"JSON {place}": replace(PLAIN, body=raw)
        for place, raw in enumerate(values.NO_JSON.values())
    },
    "dry run": replace(PLAIN, query="dry_run=true"),
    "patience": replace(PLAIN, headers=(("prefer", "wait=1"),)),
    "get": replace(PLAIN, method="GET"),
}


def _count_again() -> None:
    """Let the next order have the id that the one had which is gone."""
    with connection.cursor() as cursor:
        for table in ("shop_order", "customer"):
            cursor.execute(
                f"UPDATE sqlite_sequence SET seq = (SELECT MAX(id) FROM {table}) WHERE name = %s",
                [table],
            )


@pytest.fixture
def ways(committed: None, loop: Loop, cast: Cast) -> Iterator[Ways]:
    with Ways(loop, (cast.customer, cast.product), _count_again).counting() as found:
        yield found


@pytest.mark.parametrize("execution", ["group", "alone"])
def test_what_is_done_or_refused_by_the_business(
    ways: Ways, monkeypatch: pytest.MonkeyPatch, execution: str
) -> None:
    if execution == "alone":
        execute_alone(monkeypatch)

    assert ways.compare(ANSWERED) == []


def test_what_is_left_to_django(ways: Ways) -> None:
    odd = {name: replace(one, is_hot=False) for name, one in LEFT_TO_DJANGO.items()}

    assert ways.compare(odd) == []


def test_another_order_id_is_found(ways: Ways) -> None:
    """The comparison looks at ids, too."""
    ways.restored = lambda: None

    assert len(ways.compare({"plain": PLAIN})) == 1
