"""Bad values for inputs that only the shop has: amounts of money, uids, filters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import pytest

from tests.api import bad_amounts as amounts
from tests.api import bad_values as values
from tests.api import shop_inputs
from tests.api.bad_values import OUTSIDE, Bad
from tests.api.commands import V1, Cast
from tests.api.conftest import Api, state
from tests.api.inputs import Input, get
from tests.api.sender import Sender
from tradepost.shop.models import STOCK_MAX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

NO_AMOUNT = 'An amount of money is a string, such as "12.50"'
LIMITS = "is not an amount from 0.00 to 9999999999999999.99 with at most 2 places"
PRICE = "12.50"


@pytest.fixture
def sender(api: Api, cast: Cast) -> Sender:
    return Sender(api, cast)


def each(inputs: Iterable[Input]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("given", inputs, ids=lambda given: given.name)


def refused(given: Input, token: str, amount: str | Bad) -> tuple[int, tuple[str, ...]] | None:
    """Return the status and texts of the refusal, or None if the text is an amount."""
    if not isinstance(amount, Bad):
        return None
    status, told = (422, LIMITS) if amount is OUTSIDE else (400, NO_AMOUNT)
    return status, (f"{given.field}: ", told)


@each(shop_inputs.AMOUNTS)
def test_amounts(sender: Sender, given: Input) -> None:
    """A text with at most two places is accepted, and the answer has two places."""
    for text, amount in amounts.AMOUNTS.items():
        request = given.request(json.dumps(text), sender.cast)
        status, names = refused(given, text, amount) or (given.good(0, sender.cast), ())
        answer = sender.expect(repr(text), request, status, names=names)
        if not names and answer.json()["price"] != amount:
            sender.note(f"{text}: answered as {answer.json()['price']}")
    for token in (*amounts.NO_AMOUNTS, "null"):
        request = given.request(token, sender.cast)
        sender.expect(token, request, 400, names=(given.field,))

    assert sender.wrong == []


@each(shop_inputs.EXPECTED_AMOUNTS)
def test_expected_amounts(sender: Sender, given: Input) -> None:
    """Only the current price is accepted, in any notation."""
    good = given.good(0, sender.cast)
    for text, amount in amounts.AMOUNTS.items():
        if amount == PRICE:
            continue
        other = (409, () if isinstance(amount, Bad) else (PRICE, amount))
        status, names = refused(given, text, amount) or other
        sender.expect(repr(text), given.request(json.dumps(text), sender.cast), status, names=names)
    for token in amounts.NO_AMOUNTS:
        sender.expect(token, given.request(token, sender.cast), 400, names=(given.field, NO_AMOUNT))
    sender.expect("null", given.request("null", sender.cast), 400, names=(given.field,))
    for token in ('"12.5"', '"12.50"'):
        sender.expect(token, given.request(token, sender.cast), good)

    assert sender.wrong == []


@pytest.mark.engine
@each(shop_inputs.UIDS)
def test_uids(sender: Sender, given: Input) -> None:
    """A string of digits is accepted, if a bigint column can hold it."""
    good = given.good(0, sender.cast)
    for token in values.NO_IDS:
        if token == "null" and given.nullable:
            sender.expect(token, given.request(token, sender.cast), good)
        else:
            sender.expect(token, given.request(token, sender.cast), 400, names=[given.field])
    for uid in (1, 2**53 + 1, 2**63 - 1):
        answer = sender.expect(str(uid), given.request(f'"{uid}"', sender.cast), good)
        if answer.json().get("uid", str(uid)) != str(uid):
            sender.note(f"{uid}: answered as {answer.json()['uid']}")
    for uid in (2**63, 10**19 - 1):
        told = (given.field, f"less than or equal to {2**63 - 1}")
        sender.expect(str(uid), given.request(f'"{uid}"', sender.cast), 422, names=told)

    assert sender.wrong == []


@pytest.mark.parametrize("name", ["price_min", "price_max"])
def test_amounts_in_queries(sender: Sender, name: str) -> None:
    given = Input(
        request=lambda value, _: get(f"{V1}/products?{name}={value}"), field=f"query {name}"
    )
    for text, amount in amounts.AMOUNTS.items():
        status, names = refused(given, text, amount) or (200, ())
        sender.expect(repr(text), given.request(quote(text), sender.cast), status, names=names)

    assert sender.wrong == []


@pytest.mark.engine
@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("customers?uid=0", 400, "query uid"),
        ("customers?uid=abc", 400, "query uid"),
        ("customers?uid=9223372036854775808", 422, "query uid"),
        ("customers?uid=9223372036854775807", 200, ""),
        ("customers?username=", 422, "query username"),
        ("customers?username=%00", 400, "query username"),
        ("customers?username=" + "a" * 151, 422, "query username"),
        ("customers?username=" + "%F0%9F%98%80" * 150, 200, ""),
        ("products?name_prefix=", 422, "query name_prefix"),
        ("products?name_prefix=a%0Ab", 400, "query name_prefix"),
        ("products?name_prefix=" + "a" * 251, 422, "query name_prefix"),
        ("products?name_prefix=" + "%C3%9F" * 250, 200, ""),
        ("products?name_prefix=%25_%5C%27%3B--", 200, ""),
        ("products?in_stock=", 400, "query in_stock"),
        ("products?in_stock=True", 400, "query in_stock"),
        ("products?in_stock=1", 400, "query in_stock"),
        ("orders?customer=", 400, "query customer"),
        ("orders?customer=01", 400, "query customer"),
        ("orders?customer=-1", 400, "query customer"),
        ("orders?customer=9223372036854775807", 200, ""),
        ("orders?customer=9999999999999999999", 200, ""),
        ("orders?customer=10000000000000000000", 400, "query customer"),
        ("orders?state=", 400, "query state"),
        ("orders?state=Placed", 400, "query state"),
        ("orders?state=paid", 400, "query state"),
    ],
)
def test_filters(api: Api, cast: Cast, query: str, status: int, told: str) -> None:
    answer = api.get(f"{V1}/{query}")

    assert answer.status_code == status
    if told:
        assert answer.json()["errors"][0]["pointer"] == told
    else:
        assert answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("customers", {"uid": "8"}, 400, "malformed"),
        ("purchases", {}, 422, "nobody_named"),
        ("purchases", {"customer": None, "username": "ann"}, 400, "malformed"),
        ("purchases", {"customer": "<c>", "username": "ann"}, 422, "nobody_named"),
        ("purchases", {"customer": "<c>", "uid": "7"}, 422, "nobody_named"),
        ("orders", {"customer": "<c>", "lines": []}, 422, "out_of_range"),
        ("orders", {"customer": "<c>", "lines": [1]}, 400, "malformed"),
        ("orders", {"customer": "<c>", "lines": None}, 400, "malformed"),
        ("orders", {"customer": "<c>", "lines": {"product": "<p>"}}, 400, "malformed"),
    ],
)
def test_orders_of_nobody_and_of_nothing(
    api: Api, cast: Cast, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    if path == "purchases":
        body = {"product": "<p>"} | body
    raw = json.dumps(body).replace("<c>", str(cast.customer)).replace("<p>", str(cast.product))
    before = state()

    answer = api.post(f"{V1}/{path}", raw=raw)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert state() == before


def test_orders_of_many_lines(api: Api, cast: Cast) -> None:
    """1,000 lines are accepted, one more is not; lines of one product are added up."""
    before, path = state(), f"{V1}/orders"

    def lines(count: int, quantity: int) -> dict[str, Any]:
        line = {"product": str(cast.product), "quantity": quantity}
        return {"customer": str(cast.customer), "lines": [line] * count}

    too_many = api.post(path, lines(1001, 1))
    together = api.post(path, lines(1000, 1))
    too_large = api.post(path, lines(2, STOCK_MAX))

    assert (too_many.status_code, too_many.json()["code"]) == (422, "out_of_range")
    assert too_many.json()["errors"][0]["pointer"] == "/lines"
    assert together.status_code == 409
    assert (together.json()["required"], together.json()["available"]) == (1000, 18)
    told = too_large.json()
    assert (too_large.status_code, told["code"]) == (422, "quantity_out_of_range")
    assert (told["quantity"], told["least"], told["limit"]) == (2 * STOCK_MAX, 1, STOCK_MAX)
    assert state() == before


@pytest.mark.engine
@pytest.mark.parametrize("text", [*values.GOOD_TEXTS, "😀" * 150], ids=ascii)
def test_good_texts_are_kept_as_they_are(api: Api, cast: Cast, text: str) -> None:
    """They are not trimmed, normalised or truncated; usernames are compared bytewise."""
    customer = api.post(f"{V1}/customers", {"name": text, "username": text})
    product = api.post(f"{V1}/products", {"name": text, "price": "1"})
    delivery = {"quantity": 1, "reason": text}
    api.post(f"{product.headers['Location']}/deliveries", delivery)

    found = api.get(f"{V1}/customers?username={quote(text)}").json()["items"]
    assert found == [customer.json()]
    assert (found[0]["name"], found[0]["username"]) == (text, text)
    assert api.get(product.headers["Location"]).json()["name"] == text
    entries = api.get(f"{product.headers['Location']}/entries").json()["items"]
    assert entries[0]["reason"] == text
