"""Every input of the routes of the tutorials that are about the shop."""

from __future__ import annotations

from tests.api.commands import Cast, Command
from tests.api.inputs import Input, Request, Status, object_of, post, send
from tradepost.limits import ID_MAX
from tradepost.shop.models import NAME_MAX_LENGTH, USERNAME_MAX_LENGTH

# The status of null where it counts as a value that is left out.
STATUS_OF_NULL = {"DELETE": 404, "GET": 200, "PATCH": 404}


def order(**tokens: object) -> Request:
    return post("/order/", object_of(**{"price": 1} | tokens))


def order_with_subtotal(cast: Cast, subtotal: str) -> Request:
    products = f"[{object_of(id=cast.product)}]"
    return post("/order/", object_of(uid=7, subtotal=subtotal, products=products))


def change_order(**tokens: object) -> Request:
    return send("PATCH", "/order/", object_of(**{"price": 1} | tokens))


def create_customer(**tokens: object) -> Request:
    return post("/customer/", object_of(**tokens))


def create_product(**tokens: object) -> Request:
    return post("/product/", object_of(**{"name": '"a"', "price": 1} | tokens))


def only(name: str, otherwise: int = 404) -> Status:
    """Return the rule that answers 200 to the id in the cast and refuses all others."""
    return lambda number, cast: 200 if number == getattr(cast, name) else otherwise


AMOUNTS = (
    Input(request=lambda value, _: order(username='"eve"', price=value), field="price"),
    Input(request=lambda value, cast: order_with_subtotal(cast, value), field="subtotal"),
    Input(request=lambda value, cast: change_order(oid=cast.order, price=value), field="price"),
    Input(
        request=lambda value, cast: send(
            "PATCH", f"/order/{cast.order}", object_of(subtotal=value)
        ),
        field="subtotal",
    ),
    Input(request=lambda value, _: create_product(price=value), field="price"),
    Input(
        request=lambda value, cast: send(
            "PUT", f"/product/{cast.product}/", object_of(name='"a"', price=value)
        ),
        field="price",
    ),
)
IDS = (
    Input(request=lambda value, _: order(uid=value), field="uid", least=1, most=ID_MAX),
    Input(
        request=lambda value, _: order(customer=object_of(id=value, name="null")),
        field="id of customer",
        least=1,
        most=ID_MAX,
        good=only("customer"),
    ),
    Input(
        request=lambda value, cast: order(
            username='"ann"', products=f"[{object_of(id=cast.product)}, {object_of(id=value)}]"
        ),
        field="id of product 1 of products",
        least=1,
        most=ID_MAX,
        good=only("product"),
    ),
    Input(
        request=lambda value, _: change_order(oid=value),
        field="oid",
        least=1,
        most=ID_MAX,
        good=only("order"),
    ),
    Input(
        request=lambda value, _: send("DELETE", "/order/", object_of(oid=value)),
        field="oid",
        least=1,
        most=ID_MAX,
        good=only("order"),
    ),
    Input(
        request=lambda value, _: send("GET", "/order", object_of(oid=value)),
        field="oid",
        least=1,
        most=ID_MAX,
    ),
)
# `id` where it has no meaning: any whole number will do.
IGNORED_IDS = (
    Input(request=lambda value, _: order(uid=7, id=value), field="id"),
    Input(request=lambda value, _: create_customer(id=value, name='"a"'), field="id"),
    Input(request=lambda value, _: create_product(id=value), field="id"),
    Input(request=lambda value, _: send("GET", "/order/", object_of(id=value)), field="id"),
    Input(request=lambda value, _: send("GET", "/customer/", object_of(id=value)), field="id"),
    Input(request=lambda value, _: send("GET", "/product/", object_of(id=value)), field="id"),
)


def _beside_path(
    kind: str, method: str, slash: str = "", *, field: str = "id", **more: str
) -> Input:
    """Return the input of a body's id where the path has an id as well."""

    def request(value: str, cast: Cast) -> Request:
        path = f"/{kind}/{getattr(cast, kind)}{slash}"
        return send(method, path, object_of(**{field: value}, **more))

    return Input(request=request, field=field, good=only(kind, 400))


# Ids in a body that have to be those of the path.
REPEATED_IDS = (
    Input(
        request=lambda value, cast: change_order(id=value, oid=cast.order),
        field="id",
        good=only("order", 400),
    ),
    _beside_path("order", "PATCH", price="1"),
    _beside_path("order", "PATCH", field="oid", price="1"),
    _beside_path("order", "DELETE", "/", field="oid"),
    _beside_path("order", "GET", "/", field="oid"),
    _beside_path("customer", "PUT", name='"a"'),
    _beside_path("customer", "DELETE"),
    _beside_path("customer", "GET"),
    _beside_path("product", "PUT", name='"a"'),
    _beside_path("product", "DELETE"),
    _beside_path("product", "GET"),
)
TEXTS = (
    Input(
        request=lambda value, _: order(username=value),
        field="username",
        least=1,
        most=USERNAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, _: create_customer(name=value),
        field="name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, cast: send(
            "PUT", f"/customer/{cast.customer}", object_of(name=value)
        ),
        field="name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, _: create_product(name=value),
        field="name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Input(
        request=lambda value, cast: send("PUT", f"/product/{cast.product}/", object_of(name=value)),
        field="name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
)


def _in_path(kind: str, method: str, raw: str, slash: str) -> Input:
    return Input(request=lambda value, _: send(method, f"/{kind}/{value}{slash}", raw), field=kind)


# Ids in paths, in a request that is good otherwise.
PATH_IDS = tuple(
    _in_path(kind, method, raw, slash)
    for kind, method, raw in (
        ("customer", "GET", ""),
        ("customer", "PUT", '{"name": "a"}'),
        ("customer", "DELETE", ""),
        ("product", "GET", ""),
        ("product", "PUT", '{"name": "a"}'),
        ("product", "DELETE", ""),
        ("order", "GET", ""),
        ("order", "PATCH", '{"price": 1}'),
        ("order", "DELETE", ""),
    )
    for slash in ("", "/")
)
# Every request with a body.
BODIES = (
    Command(
        method="POST",
        path="/order/",
        raw='{{"uid": 7, "price": 1, "products": []}}',
        optional=frozenset({"products"}),
    ),
    Command(method="PATCH", path="/order/", raw='{{"oid": {order}, "price": 1}}'),
    Command(method="DELETE", path="/order/", raw='{{"oid": {order}}}'),
    Command(method="GET", path="/order/", raw='{{"oid": {order}}}'),
    Command(method="POST", path="/customer/", raw='{{"name": "a"}}'),
    Command(method="PUT", path="/customer/{customer}", raw='{{"name": "a"}}'),
    Command(method="DELETE", path="/customer/{customer}", raw='{{"id": 0}}'),
    Command(method="GET", path="/customer/{customer}", raw='{{"id": 0}}'),
    Command(method="POST", path="/product/", raw='{{"name": "a", "price": 1}}'),
    Command(
        method="PUT",
        path="/product/{product}/",
        raw='{{"name": "a", "price": 1}}',
        optional=frozenset({"name", "price"}),
    ),
)
