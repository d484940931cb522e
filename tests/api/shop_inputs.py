"""Every input of the shop's routes in v1."""

from __future__ import annotations

from tests.api.commands import V1, Cast
from tests.api.inputs import (
    Input,
    Request,
    adjusted,
    always,
    get,
    object_of,
    post,
    quoted,
    send,
    up_to,
)
from tradepost.api.cursors import PAGE_MAX
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, USERNAME_MAX_LENGTH

CUSTOMERS = f"{V1}/customers"
PRODUCTS = f"{V1}/products"
ORDERS = f"{V1}/orders"
# Of 20 lamps, 2 are ordered.
STOCK, ORDERED = 18, 2


def create_customer(**tokens: object) -> Request:
    return post(CUSTOMERS, object_of(**tokens))


def change_customer(customer: object, **tokens: object) -> Request:
    return send("PATCH", f"{CUSTOMERS}/{customer}", object_of(**tokens))


def create_product(**tokens: object) -> Request:
    return post(PRODUCTS, object_of(**{"name": '"a"', "price": '"1"'} | tokens))


def change_product(product: object, **tokens: object) -> Request:
    return send("PATCH", f"{PRODUCTS}/{product}", object_of(**tokens))


def deliver(product: object, **tokens: object) -> Request:
    return post(f"{PRODUCTS}/{product}/deliveries", object_of(**{"quantity": 1} | tokens))


def adjust(product: object, **tokens: object) -> Request:
    good = {"quantity": 1, "reason": '"a"'}
    return post(f"{PRODUCTS}/{product}/adjustments", object_of(**good | tokens))


def lines_of(cast: Cast, **tokens: object) -> str:
    return f"[{object_of(**{'product': quoted(cast.product), 'quantity': 1} | tokens)}]"


def order(lines: str, **tokens: object) -> Request:
    return post(ORDERS, object_of(**tokens, lines=lines))


def order_for_ann(cast: Cast, **line: object) -> Request:
    return order(lines_of(cast, **line), customer=quoted(cast.customer))


def change_order(order_id: object, lines: str) -> Request:
    return send("PATCH", f"{ORDERS}/{order_id}", object_of(lines=lines))


def purchase(cast: Cast, **tokens: object) -> Request:
    return post(f"{V1}/purchases", object_of(**{"product": quoted(cast.product)} | tokens))


def purchase_for_ann(cast: Cast, **tokens: object) -> Request:
    good = {"customer": quoted(cast.customer), "quantity": 1}
    return purchase(cast, **good | tokens)


# Whole numbers in JSON bodies.
JSON_INTEGERS = (
    Input(
        request=lambda value, _: create_product(stock=value),
        field="/stock",
        most=STOCK_MAX,
        nullable=True,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: deliver(cast.product, quantity=value),
        field="/quantity",
        least=1,
        most=STOCK_MAX,
        good=adjusted(STOCK),
    ),
    Input(
        request=lambda value, cast: adjust(cast.product, quantity=value),
        field="/quantity",
        least=-STOCK_MAX,
        most=STOCK_MAX,
        good=adjusted(STOCK),
    ),
    Input(
        request=lambda value, cast: order_for_ann(cast, quantity=value),
        field="/lines/0/quantity",
        least=1,
        most=STOCK_MAX,
        good=up_to(STOCK, 201),
    ),
    Input(
        request=lambda value, cast: change_order(cast.order, lines_of(cast, quantity=value)),
        field="/lines/0/quantity",
        least=1,
        most=STOCK_MAX,
        good=up_to(STOCK + ORDERED, 200),
    ),
    Input(
        request=lambda value, cast: purchase_for_ann(cast, quantity=value),
        field="/quantity",
        least=1,
        most=STOCK_MAX,
        good=up_to(STOCK, 201),
    ),
)


def _page(path: str) -> Input:
    return Input(
        request=lambda value, cast: get(f"{path.format(**cast._asdict())}?limit={value}"),
        field="query limit",
        least=1,
        most=PAGE_MAX,
    )


# Sizes of pages.
LIMITS = (
    _page(CUSTOMERS),
    _page(PRODUCTS),
    _page(f"{PRODUCTS}/{{product}}/entries"),
    _page(ORDERS),
)
# Texts in JSON bodies.
TEXTS = (
    Input(
        request=lambda value, _: create_customer(name=value),
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
        good=always(201),
    ),
    Input(
        request=lambda value, _: create_customer(name='"a"', username=value),
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        nullable=True,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: change_customer(cast.customer, name=value),
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, cast: change_customer(cast.customer, username=value),
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, _: create_product(name=value),
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: change_product(cast.product, name=value),
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, cast: deliver(cast.product, reason=value),
        field="/reason",
        most=200,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: adjust(cast.product, reason=value),
        field="/reason",
        least=1,
        most=200,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: order(lines_of(cast), username=value),
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        good=always(201),
    ),
    Input(
        request=lambda value, cast: purchase(cast, username=value),
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        good=always(201),
    ),
)
# Amounts of money in JSON bodies; the answer shows a good one as the product's price.
AMOUNTS = (
    Input(request=lambda value, _: create_product(price=value), field="/price", good=always(201)),
    Input(request=lambda value, cast: change_product(cast.product, price=value), field="/price"),
)
# Amounts that have to be the product's price.
EXPECTED_AMOUNTS = (
    Input(
        request=lambda value, cast: order_for_ann(cast, expected_price=value),
        field="/lines/0/expected_price",
        good=always(201),
    ),
    Input(
        request=lambda value, cast: change_order(cast.order, lines_of(cast, expected_price=value)),
        field="/lines/0/expected_price",
    ),
    Input(
        request=lambda value, cast: purchase_for_ann(cast, expected_price=value),
        field="/expected_price",
        good=always(201),
    ),
)
# Ids of another system in JSON bodies.
UIDS = (
    Input(
        request=lambda value, _: create_customer(name='"a"', uid=value),
        field="/uid",
        nullable=True,
        good=always(201),
    ),
    Input(request=lambda value, cast: change_customer(cast.customer, uid=value), field="/uid"),
    Input(
        request=lambda value, cast: order(lines_of(cast), uid=value),
        field="/uid",
        good=always(201),
    ),
    Input(request=lambda value, cast: purchase(cast, uid=value), field="/uid", good=always(201)),
)
# Ids in JSON bodies.
IDS = (
    Input(
        request=lambda value, cast: order(lines_of(cast), customer=value),
        field="/customer",
    ),
    Input(
        request=lambda value, cast: order_for_ann(cast, product=value),
        field="/lines/0/product",
    ),
    Input(
        request=lambda value, cast: change_order(cast.order, lines_of(cast, product=value)),
        field="/lines/0/product",
    ),
    Input(request=lambda value, cast: purchase(cast, customer=value), field="/customer"),
    Input(request=lambda value, cast: purchase_for_ann(cast, product=value), field="/product"),
)
# Ids in paths, in a request that is good otherwise.
PATH_IDS = (
    Input(request=lambda value, _: get(f"{CUSTOMERS}/{value}"), field="customer"),
    Input(request=lambda value, _: change_customer(value, name='"a"'), field="customer"),
    Input(request=lambda value, _: send("DELETE", f"{CUSTOMERS}/{value}"), field="customer"),
    Input(request=lambda value, _: get(f"{PRODUCTS}/{value}"), field="product"),
    Input(request=lambda value, _: change_product(value, name='"a"'), field="product"),
    Input(request=lambda value, _: send("DELETE", f"{PRODUCTS}/{value}"), field="product"),
    Input(request=lambda value, _: deliver(value), field="product"),
    Input(request=lambda value, _: adjust(value), field="product"),
    Input(request=lambda value, _: get(f"{PRODUCTS}/{value}/entries"), field="product"),
    Input(request=lambda value, _: get(f"{ORDERS}/{value}"), field="order"),
    Input(request=lambda value, cast: change_order(value, lines_of(cast)), field="order"),
    Input(request=lambda value, _: send("POST", f"{ORDERS}/{value}/cancel"), field="order"),
)
