"""Every place of the shop's document routes that takes a value; see `slots`."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.commands import Cast
from tests.api.slot import Slot
from tradepost.limits import ID_MAX
from tradepost.shop.models import NAME_MAX_LENGTH, USERNAME_MAX_LENGTH

# What null is answered where it is not a value that is missing.
AS_ABSENT = {"DELETE": 404, "GET": 200, "PATCH": 404}
ORDER = {"method": "POST", "path": "/order/"}
CHANGE = {"method": "PATCH", "path": "/order/"}
NEW_PRODUCT = {"method": "POST", "path": "/product/"}
OLD_PRODUCT = {"method": "PUT", "path": "/product/<p>/"}


def only(name: str, otherwise: int = 404) -> Callable[[int, Cast], int]:
    """Return what is answered who names the one that is there, or another."""
    return lambda number, cast: 200 if number == getattr(cast, name) else otherwise


AMOUNTS = (
    Slot(**ORDER, raw='{"username": "eve", "price": @}', field="price"),
    Slot(**ORDER, raw='{"uid": 7, "subtotal": @, "products": [{"id": <p>}]}', field="subtotal"),
    Slot(**CHANGE, raw='{"oid": <o>, "price": @}', field="price"),
    Slot(method="PATCH", path="/order/<o>", raw='{"subtotal": @}', field="subtotal"),
    Slot(**NEW_PRODUCT, raw='{"name": "a", "price": @}', field="price"),
    Slot(**OLD_PRODUCT, raw='{"name": "a", "price": @}', field="price"),
)
_ID = {"least": 1, "most": ID_MAX}
WHOLE = (
    Slot(**ORDER, **_ID, raw='{"uid": @, "price": 1}', field="uid"),
    Slot(
        **ORDER,
        **_ID,
        raw='{"customer": {"id": @, "name": null}, "price": 1}',
        field="id of customer",
        good=only("customer"),
    ),
    Slot(
        **ORDER,
        **_ID,
        raw='{"username": "ann", "price": 1, "products": [{"id": <p>}, {"id": @}]}',
        field="id of product 1 of products",
        good=only("product"),
    ),
    Slot(**CHANGE, **_ID, raw='{"oid": @, "price": 1}', field="oid", good=only("order")),
    Slot(method="DELETE", path="/order/", **_ID, raw='{"oid": @}', field="oid", good=only("order")),
    Slot(method="GET", path="/order", **_ID, raw='{"oid": @}', field="oid"),
)
# `id`, which names nothing: any whole number that does not name another one.
UNASKED = (
    Slot(**ORDER, raw='{"id": @, "uid": 7, "price": 1}', field="id"),
    Slot(method="POST", path="/customer/", raw='{"id": @, "name": "a"}', field="id"),
    Slot(**NEW_PRODUCT, raw='{"id": @, "name": "a", "price": 1}', field="id"),
    Slot(method="GET", path="/order/", raw='{"id": @}', field="id"),
    Slot(method="GET", path="/customer/", raw='{"id": @}', field="id"),
    Slot(method="GET", path="/product/", raw='{"id": @}', field="id"),
)
AGREEING = (
    Slot(**CHANGE, raw='{"id": @, "oid": <o>, "price": 1}', field="id", good=only("order", 400)),
    Slot(method="PATCH", path="/order/<o>", raw='{"id": @, "price": 1}', field="id",
         good=only("order", 400)),
    Slot(method="PATCH", path="/order/<o>", raw='{"oid": @, "price": 1}', field="oid",
         good=only("order", 400)),
    Slot(method="DELETE", path="/order/<o>/", raw='{"oid": @}', field="oid",
         good=only("order", 400)),
    Slot(method="GET", path="/order/<o>/", raw='{"oid": @}', field="oid", good=only("order", 400)),
    Slot(method="PUT", path="/customer/<c>", raw='{"id": @, "name": "a"}', field="id",
         good=only("customer", 400)),
    Slot(method="DELETE", path="/customer/<c>", raw='{"id": @}', field="id",
         good=only("customer", 400)),
    Slot(method="GET", path="/customer/<c>", raw='{"id": @}', field="id",
         good=only("customer", 400)),
    Slot(method="PUT", path="/product/<p>", raw='{"id": @, "name": "a"}', field="id",
         good=only("product", 400)),
    Slot(method="DELETE", path="/product/<p>", raw='{"id": @}', field="id",
         good=only("product", 400)),
    Slot(method="GET", path="/product/<p>", raw='{"id": @}', field="id",
         good=only("product", 400)),
)  # fmt: skip
_NAME = {"field": "name", "least": 1, "most": NAME_MAX_LENGTH}
TEXTS = (
    Slot(**ORDER, raw='{"username": @, "price": 1}', field="username", least=1,
         most=USERNAME_MAX_LENGTH),
    Slot(method="POST", path="/customer/", raw='{"name": @}', **_NAME),
    Slot(method="PUT", path="/customer/<c>", raw='{"name": @}', **_NAME),
    Slot(**NEW_PRODUCT, raw='{"name": @, "price": 1}', **_NAME),
    Slot(**OLD_PRODUCT, raw='{"name": @}', **_NAME),
)  # fmt: skip
# In a request that is good otherwise.
PATH_IDS = tuple(
    Slot(method=method, path=f"/{kind}/@{slash}", raw=raw, field=kind)
    for kind, raws in {
        "customer": {"GET": "", "PUT": '{"name": "a"}', "DELETE": ""},
        "product": {"GET": "", "PUT": '{"name": "a"}', "DELETE": ""},
        "order": {"GET": "", "PATCH": '{"price": 1}', "DELETE": ""},
    }.items()
    for method, raw in raws.items()
    for slash in ("", "/")
)
# Every request with a body, what may be left out of it, and what is read of it.
BODIES = (
    Slot(**ORDER, raw='{"uid": 7, "price": 1, "products": []}', field="products"),
    Slot(**CHANGE, raw='{"oid": <o>, "price": 1}', field=""),
    Slot(method="DELETE", path="/order/", raw='{"oid": <o>}', field="oid"),
    Slot(method="GET", path="/order/", raw='{"oid": <o>}', field="oid"),
    Slot(method="POST", path="/customer/", raw='{"name": "a"}', field=""),
    Slot(method="PUT", path="/customer/<c>", raw='{"name": "a"}', field=""),
    Slot(method="DELETE", path="/customer/<c>", raw='{"id": 0}', field="id"),
    Slot(method="GET", path="/customer/<c>", raw='{"id": 0}', field="id"),
    Slot(**NEW_PRODUCT, raw='{"name": "a", "price": 1}', field=""),
    Slot(**OLD_PRODUCT, raw='{"name": "a", "price": 1}', field="name price"),
)
# Every route, and the methods that it takes.
ROUTES = {
    f"{path}{slash}": methods
    for path, methods in {
        "/ping": "GET, HEAD",
        "/order": "DELETE, GET, HEAD, PATCH, POST",
        "/order/<o>": "DELETE, GET, HEAD, PATCH",
        "/customer": "DELETE, GET, HEAD, POST, PUT",
        "/customer/<c>": "DELETE, GET, HEAD, PUT",
        "/product": "DELETE, GET, HEAD, POST, PUT",
        "/product/<p>": "DELETE, GET, HEAD, PUT",
    }.items()
    for slash in ("", "/")
}
