"""Every bad value for the shop's tutorial routes: the answer is one line, nothing changes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.api import bad_amounts
from tests.api import bad_values as values
from tests.api import tutorial_inputs as inputs
from tests.api.bad_values import UNREADABLE, Bad
from tests.api.commands import Cast, Command
from tests.api.conftest import Api
from tests.api.inputs import Input
from tests.api.sender import Sender
from tradepost.shop.models import Product
from tradepost.shop.orders import LINES_MAX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

# JSON numbers, and the amounts as the API writes them.
NUMBERS = {
    "0": "0.00",
    "-0": "0.00",
    "-0.0": "0.00",
    "1": "1.00",
    "1.0": "1.00",
    "1e2": "100.00",
    "1E+2": "100.00",
    "100e-2": "1.00",
    "1e-2": "0.01",
    "0.1": "0.10",
    "0.2": "0.20",
    "3.1": "3.10",
    "3.12": "3.12",
    "312": "312.00",
    "123.400": "123.40",
    "9007199254740993": "9007199254740993.00",
    "9999999999999998.99": "9999999999999998.99",
    "9999999999999999.99": "9999999999999999.99",
}
NO_AMOUNTS = (
    *("-1", "-0.01", "0.001", "1.005", "3.123", "10000000000000000", "1e16", "1e39", "1e-400"),
    # Read as floats, or with 28 digits, these would be amounts.
    *("0.99999999999999999999", "9999999999999999.990000001", f"1.00{'9' * 36}"),
    *("true", "false", "[]", "{}", "[1]", '{"amount": 1}'),
)
BROKEN_TOKENS = [token for token, number in values.INTEGERS.items() if number is UNREADABLE]
AMOUNT_LIMITS = "is not an amount from 0.00 to 9999999999999999.99 with at most 2 places"


def each(table: Iterable[Input]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("given", table, ids=lambda given: given.name)


each_body = pytest.mark.parametrize("command", inputs.BODIES, ids=lambda command: command.name)


@pytest.fixture
def sender(api: Api, cast: Cast) -> Sender:
    return Sender(api, cast)


@each(inputs.AMOUNTS)
def test_amounts(sender: Sender, given: Input) -> None:
    """Numbers and texts with too many places or outside the limits, and other values."""

    def send(token: str, status: int, *names: str) -> None:
        sender.expect(token, given.request(token, sender.cast), status, names=names)

    wrong = (400, f"{given.field} {AMOUNT_LIMITS}")
    for token in NUMBERS:
        send(token, 200)
    for token in NO_AMOUNTS:
        send(token, *wrong)
    for token in BROKEN_TOKENS:
        send(token, 400)
    for text, amount in bad_amounts.AMOUNTS.items():
        send(json.dumps(text), *(wrong if isinstance(amount, Bad) else (200,)))
    for token in values.LONE_SURROGATES:
        send(token, *wrong)
    assert sender.wrong == []


@pytest.mark.engine
@pytest.mark.parametrize("name", ["price", "subtotal"])
@pytest.mark.parametrize(
    ("token", "shown"),
    [
        *NUMBERS.items(),
        *(
            (json.dumps(text), one)
            for text, one in bad_amounts.AMOUNTS.items()
            if isinstance(one, str)
        ),
    ],
)
def test_amounts_are_kept_to_the_cent(api: Api, name: str, token: str, shown: str) -> None:
    """Numbers are written as Python writes a float, but are never converted to one."""
    api.post("/product/", raw=f'{{"name": "a", "price": {token}}}')
    api.post("/order/", raw=f'{{"uid": 1, "{name}": {token}}}')

    [product], orders = api.get("/product/").json(), api.get("/order/").content.decode()

    assert product["price"] == shown
    assert f'"subtotal": "{shown}", ' in orders
    number = shown.removesuffix("0")
    assert orders.endswith(f', "price": {number}}}]')
    if len(number) <= 16:
        assert number == repr(float(shown))


@each(inputs.IDS)
def test_ids_and_numbers(sender: Sender, given: Input) -> None:
    """Whole numbers from 1 to the limit of a bigint column are accepted."""
    for token, number in values.INTEGERS.items():
        status, names = 400, [given.field]
        if number is UNREADABLE:
            names = []
        elif token == "null":
            status = inputs.STATUS_OF_NULL.get(given.method, 400)
            names = [] if given.field == "uid" or status != 400 else names
        elif isinstance(number, int) and given.least <= number <= given.most:
            status, names = given.good(number, sender.cast), []
        elif isinstance(number, int):
            names = [given.field, str(given.least), str(given.most)]
        sender.expect(token, given.request(token, sender.cast), status, names=names)
    assert sender.wrong == []


@each((*inputs.IGNORED_IDS, *inputs.REPEATED_IDS))
def test_an_id_that_nobody_asked_for(sender: Sender, given: Input) -> None:
    """It may be 0, null or any whole number that is not the id of something else."""
    names_one = given in inputs.REPEATED_IDS and given.field == "oid"
    for token, number in values.INTEGERS.items():
        status = 400
        if token == "null" or (number == 0 and not names_one):
            status = 200
        elif isinstance(number, int):
            status = given.good(number, sender.cast)
        names = [] if number is UNREADABLE or status == 200 else [given.field]
        sender.expect(token, given.request(token, sender.cast), status, names=names)
    assert sender.wrong == []


@each(inputs.TEXTS)
def test_texts(sender: Sender, given: Input) -> None:
    """Texts that are too long, too short or have control characters, and other types."""

    def send(text: str, status: int, *names: str, raw: bool = False) -> None:
        token = text if raw else json.dumps(text)
        sender.expect(token, given.request(token, sender.cast), status, names=names)

    length = f"characters; 1 to {given.most} are allowed"
    for text in (*values.GOOD_TEXTS, *(one * given.most for one in ("a", "\u00e9", "\U0001f600"))):
        send(text, 200)
    for text in ("", *("a" * size for size in (given.most + 1, 10**6)), "\U0001f600" * 251):
        send(text, 400, given.field, length)
    for text in values.BAD_TEXTS:
        send(text, 400, given.field, "no control characters")
    for token in values.LONE_SURROGATES:
        send(token, 400, given.field, "surrogate", raw=True)
    for token in set(values.NO_TEXTS) - {"null"}:
        send(token, 400, f"{given.field} is not a text of 1 to {given.most} characters", raw=True)
    if given.field == "username":
        missing = "Name the customer"
    elif given.method == "PUT" and given.path.startswith("/product/"):
        missing = "Nothing is to be changed"
    else:
        missing = f"{given.field} is missing"
    send("null", 400, missing, raw=True)
    assert sender.wrong == []


@pytest.mark.engine
@pytest.mark.parametrize("text", [*values.GOOD_TEXTS, "\U0001f600" * 150], ids=ascii)
def test_good_texts_are_kept_as_they_are(api: Api, text: str) -> None:
    """They are not trimmed, normalised or truncated; similar usernames are different ones."""
    api.post("/customer/", {"name": text})
    api.post("/product/", {"name": text, "price": 1})
    api.post("/order/", {"username": text, "price": 1})
    api.post("/order/", {"username": f"{text}~"[-150:], "price": 1})
    api.post("/order/", {"username": text, "price": 1})

    assert api.get("/customer/").json()[0]["name"] == text
    assert api.get("/product/").json()[0]["name"] == text
    [first, other, again] = api.get("/order/").json()
    assert first["username"] == again["username"] == text
    assert first["customer_id"] == again["customer_id"] != other["customer_id"]


@pytest.mark.engine
@each(inputs.PATH_IDS)
def test_ids_in_paths(sender: Sender, given: Input) -> None:
    """Anything that is not an id is not found."""
    for token in values.NO_PATH_IDS:
        request = given.request(token, sender.cast)
        # An encoded slash makes it another route.
        status = 200 if given.method == "GET" and "2f" not in token else 404
        answer = sender.expect(token, request, status)
        if status == 200 and answer.content != b"[]":
            sender.note(f"{token}: {answer.content!r}")
    assert sender.wrong == []


@each_body
def test_bodies(sender: Sender, command: Command) -> None:
    """Bodies that are not JSON, are ambiguous JSON, or have another shape."""
    request = command.request(sender.cast)
    good = json.loads(request["raw"])
    for what, raw in values.NO_JSON.items():
        status = 400
        if raw == b"" and command.method in ("GET", "DELETE"):
            # An empty body is allowed here.
            status = 404 if command.path == "/order/" and command.method == "DELETE" else 200
        sender.expect(what, request | {"raw": raw}, status)
    for raw in (*values.NO_SHAPE, json.dumps([good]).encode()):
        sender.expect(repr(raw), request | {"raw": raw}, 400)
    known = {"id", "price", "subtotal"}
    for name in set(values.UNKNOWN_FIELDS) - known | {"quantity", "customer_id", "Price"}:
        for value in (1, "", [], False):
            raw = json.dumps(good | {name: value}).encode()
            sender.expect(name, request | {"raw": raw}, 400, names=[f"unknown field '{name}'"])
        # Clients may send fields that they know and we do not, as long as they are null.
        raw = json.dumps(good | {name: None}).encode()
        sender.expect(f"{name} of null", request | {"raw": raw}, 200)
    if command.method not in ("GET", "DELETE"):
        for name in good.keys() - command.optional:
            for without in ({one: good[one] for one in good if one != name}, good | {name: None}):
                raw = json.dumps(without).encode()
                status = 404 if name == "oid" else 400
                sender.expect(f"no {name}", request | {"raw": raw}, status)
    assert sender.wrong == []


@each_body
def test_sizes_and_types(sender: Sender, command: Command) -> None:
    """Wrong lengths and incomplete bodies are refused; the type is ignored."""
    request = command.request(sender.cast)
    for length in ("104857600", "4194305", "9" * 30):
        sender.expect(length, request | {"CONTENT_LENGTH": length}, 413, names=["4194304"])
    for length in ("abc", "-1", "1.0", "\u0665"):
        sender.expect(length, request | {"CONTENT_LENGTH": length}, 400, names=["Content-Length"])
    for kind in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ";"):
        sender.expect(kind, request | {"kind": kind}, 200)
    whole = request["raw"].encode()
    for end in range(len(whole)):
        cut = {"CONTENT_LENGTH": str(len(whole)), "wsgi.input": io.BytesIO(whole[:end])}
        sender.expect(f"the first {end} bytes", request | cut, 400)
    assert sender.wrong == []


NO_ORDERS: list[tuple[dict[str, Any], int, str]] = [
    ({}, 400, "Name the customer"),
    ({"customer": None, "uid": None}, 400, "Name the customer"),
    ({"customer": {"id": 1}, "username": "ann"}, 400, "Name the customer"),
    ({"customer": {"id": 1}, "uid": 7}, 400, "Name the customer"),
    ({"customer": 1}, 400, "customer is not an object"),
    ({"customer": [1]}, 400, "customer is not an object"),
    ({"customer": {}}, 400, "id of customer is missing"),
    ({"customer": {"name": "ann"}}, 400, "id of customer is missing"),
    ({"uid": 7, "products": {}}, 400, "products is not a list"),
    ({"uid": 7, "products": "1"}, 400, "products is not a list"),
    ({"uid": 7, "products": [1]}, 400, "product 0 of products is not an object"),
    ({"uid": 7, "products": [None]}, 400, "product 0 of products is not an object"),
    ({"uid": 7, "products": [{"name": "a"}]}, 400, "id of product 0 of products is missing"),
    ({"uid": 7, "products": [{"id": 1}] * (LINES_MAX + 1)}, 400, "1000 are the limit"),
    ({"uid": 7, "subtotal": "1"}, 400, "price and subtotal are the same thing"),
    ({"uid": 7, "price": None}, 400, "price is missing"),
]


@pytest.mark.parametrize(("body", "status", "told"), NO_ORDERS)
def test_orders_that_make_no_sense(
    sender: Sender, body: dict[str, Any], status: int, told: str
) -> None:
    raw = json.dumps({"price": 1} | body)

    sender.expect(raw, {"method": "POST", "path": "/order/", "raw": raw}, status, names=[told])

    assert sender.wrong == []


def test_a_thousand_of_one_product_are_one_line(api: Api, cast: Cast) -> None:
    """The stock of this product is not tracked, so any quantity is available."""
    Product.objects.filter(pk=cast.product).update(stock=None)
    body = {"uid": 7, "price": 1, "products": [{"id": cast.product}] * LINES_MAX}

    answer = api.post("/order/", body)

    assert answer.status_code == 200
    assert api.get("/order/").json()[-1]["products"][0]["quantity"] == LINES_MAX
