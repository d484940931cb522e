"""Every place of the shop's routes that takes a value."""

from __future__ import annotations

from tests.api.commands import V1, Cast
from tests.api.slot import Slot, adjusted, created
from tradepost.api.cursors import PAGE_MAX
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, USERNAME_MAX_LENGTH

# Of 20 lamps, 2 are ordered.
STOCK = 18


def _ordered(number: int, _cast: Cast) -> int:
    return 201 if number <= STOCK else 409


def _changed(number: int, _cast: Cast) -> int:
    return 200 if number <= STOCK + 2 else 409


_PRODUCT = {"method": "POST", "path": f"{V1}/products", "good": created(201)}
_CUSTOMER = {"method": "POST", "path": f"{V1}/customers", "good": created(201)}
_DELIVERY = {"method": "POST", "path": f"{V1}/products/<p>/deliveries"}
_CORRECTION = {"method": "POST", "path": f"{V1}/products/<p>/adjustments"}
_ORDER = {"method": "POST", "path": f"{V1}/orders"}
_PURCHASE = {"method": "POST", "path": f"{V1}/purchases"}
_LINES = '"lines": [{"product": "<p>", "quantity": %s}]}'
_WISH = '{"customer": "<c>", "product": "<p>", "quantity": %s}'
# Whole numbers in JSON bodies.
JSON_INTEGERS = (
    Slot(
        **_PRODUCT,
        raw='{"name": "a", "price": "1", "stock": @}',
        field="/stock",
        most=STOCK_MAX,
        nullable=True,
    ),
    Slot(
        **_DELIVERY,
        raw='{"quantity": @}',
        field="/quantity",
        least=1,
        most=STOCK_MAX,
        good=adjusted(STOCK),
    ),
    Slot(
        **_CORRECTION,
        raw='{"quantity": @, "reason": "a"}',
        field="/quantity",
        least=-STOCK_MAX,
        most=STOCK_MAX,
        good=adjusted(STOCK),
    ),
    Slot(
        **_ORDER,
        raw='{"customer": "<c>", ' + _LINES % "@",
        field="/lines/0/quantity",
        least=1,
        most=STOCK_MAX,
        good=_ordered,
    ),
    Slot(
        method="PATCH",
        path=f"{V1}/orders/<o>",
        raw="{" + _LINES % "@",
        field="/lines/0/quantity",
        least=1,
        most=STOCK_MAX,
        good=_changed,
    ),
    Slot(**_PURCHASE, raw=_WISH % "@", field="/quantity", least=1, most=STOCK_MAX, good=_ordered),
)
# Sizes of pages.
LIMITS = tuple(
    Slot(method="GET", path=f"{V1}/{path}?limit=@", field="query limit", least=1, most=PAGE_MAX)
    for path in ("customers", "products", "products/<p>/entries", "orders")
)
# Texts in JSON bodies; least and most are their lengths.
TEXTS = (
    Slot(**_CUSTOMER, raw='{"name": @}', field="/name", least=1, most=NAME_MAX_LENGTH),
    Slot(
        **_CUSTOMER,
        raw='{"name": "a", "username": @}',
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        nullable=True,
    ),
    Slot(
        method="PATCH",
        path=f"{V1}/customers/<c>",
        raw='{"name": @}',
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Slot(
        method="PATCH",
        path=f"{V1}/customers/<c>",
        raw='{"username": @}',
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
    ),
    Slot(**_PRODUCT, raw='{"name": @, "price": "1"}', field="/name", least=1, most=NAME_MAX_LENGTH),
    Slot(
        method="PATCH",
        path=f"{V1}/products/<p>",
        raw='{"name": @}',
        field="/name",
        least=1,
        most=NAME_MAX_LENGTH,
    ),
    Slot(
        **_DELIVERY,
        raw='{"quantity": 1, "reason": @}',
        field="/reason",
        most=200,
        good=created(201),
    ),
    Slot(
        **_CORRECTION,
        raw='{"quantity": 1, "reason": @}',
        field="/reason",
        least=1,
        most=200,
        good=created(201),
    ),
    Slot(
        **_ORDER,
        raw='{"username": @, ' + _LINES % 1,
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        good=created(201),
    ),
    Slot(
        **_PURCHASE,
        raw='{"username": @, "product": "<p>"}',
        field="/username",
        least=1,
        most=USERNAME_MAX_LENGTH,
        good=created(201),
    ),
)
# Amounts of money in JSON bodies; a good one is answered as a product's price.
AMOUNTS = (
    Slot(**_PRODUCT, raw='{"name": "a", "price": @}', field="/price"),
    Slot(method="PATCH", path=f"{V1}/products/<p>", raw='{"price": @}', field="/price"),
)
# The same, where another price is refused; null expects none.
EXPECTED_AMOUNTS = (
    Slot(
        **_ORDER,
        raw='{"customer": "<c>", ' + (_LINES % 1).replace("}]", ', "expected_price": @}]'),
        field="/lines/0/expected_price",
        good=created(201),
    ),
    Slot(
        method="PATCH",
        path=f"{V1}/orders/<o>",
        raw="{" + (_LINES % 1).replace("}]", ', "expected_price": @}]'),
        field="/lines/0/expected_price",
    ),
    Slot(
        **_PURCHASE,
        raw=(_WISH % 1).replace("}", ', "expected_price": @}'),
        field="/expected_price",
        good=created(201),
    ),
)
# Numbers of another system in JSON bodies.
UIDS = (
    Slot(**_CUSTOMER, raw='{"name": "a", "uid": @}', field="/uid", nullable=True),
    Slot(method="PATCH", path=f"{V1}/customers/<c>", raw='{"uid": @}', field="/uid"),
    Slot(**_ORDER, raw='{"uid": @, ' + _LINES % 1, field="/uid", good=created(201)),
    Slot(**_PURCHASE, raw='{"uid": @, "product": "<p>"}', field="/uid", good=created(201)),
)
# Ids in JSON bodies.
IDS = (
    Slot(**_ORDER, raw='{"customer": @, ' + _LINES % 1, field="/customer"),
    Slot(
        **_ORDER,
        raw='{"customer": "<c>", ' + (_LINES % 1).replace('"<p>"', "@"),
        field="/lines/0/product",
    ),
    Slot(
        method="PATCH",
        path=f"{V1}/orders/<o>",
        raw="{" + (_LINES % 1).replace('"<p>"', "@"),
        field="/lines/0/product",
    ),
    Slot(**_PURCHASE, raw='{"customer": @, "product": "<p>"}', field="/customer"),
    Slot(**_PURCHASE, raw='{"customer": "<c>", "product": @}', field="/product"),
)
# Ids in paths, in a request that is good otherwise.
PATH_IDS = tuple(
    Slot(method=method, path=f"{V1}/{path}", raw=raw, field=field)
    for method, path, raw, field in (
        ("GET", "customers/@", "", "customer"),
        ("PATCH", "customers/@", '{"name": "a"}', "customer"),
        ("DELETE", "customers/@", "", "customer"),
        ("GET", "products/@", "", "product"),
        ("PATCH", "products/@", '{"name": "a"}', "product"),
        ("DELETE", "products/@", "", "product"),
        ("POST", "products/@/deliveries", '{"quantity": 1}', "product"),
        ("POST", "products/@/adjustments", '{"quantity": 1, "reason": "a"}', "product"),
        ("GET", "products/@/entries", "", "product"),
        ("GET", "orders/@", "", "order"),
        ("PATCH", "orders/@", "{" + _LINES % 1, "order"),
        ("POST", "orders/@/cancel", "", "order"),
    )
)
LISTS = (
    f"{V1}/customers?limit=5&username=ann&uid=7",
    f"{V1}/products?limit=5&name_prefix=l&price_min=1&price_max=20.00&in_stock=true",
    f"{V1}/products/<p>/entries?limit=5",
    f"{V1}/orders?limit=5&customer=<c>&state=placed",
)
ROUTES = {
    f"{V1}/customers": "GET, HEAD, POST",
    f"{V1}/customers/<c>": "DELETE, GET, HEAD, PATCH",
    f"{V1}/products": "GET, HEAD, POST",
    f"{V1}/products/<p>": "DELETE, GET, HEAD, PATCH",
    f"{V1}/products/<p>/deliveries": "POST",
    f"{V1}/products/<p>/adjustments": "POST",
    f"{V1}/products/<p>/entries": "GET, HEAD",
    f"{V1}/orders": "GET, HEAD, POST",
    f"{V1}/orders/<o>": "GET, HEAD, PATCH",
    f"{V1}/orders/<o>/cancel": "POST",
    f"{V1}/purchases": "POST",
}
