"""Every route of the API and the methods it takes, and every list with a query it takes."""

from __future__ import annotations

from tests.api.commands import V1

_V1 = {
    "players": "GET, HEAD, POST",
    "players/batch": "POST",
    "players/{seller}": "DELETE, GET, HEAD, PATCH",
    "players/{seller}/adjustments": "POST",
    "players/{seller}/entries": "GET, HEAD",
    "trades": "GET, HEAD, POST",
    "trades/batch": "POST",
    "trades/1-1": "GET, HEAD",
    "receipts/key": "GET, HEAD",
    "customers": "GET, HEAD, POST",
    "customers/{customer}": "DELETE, GET, HEAD, PATCH",
    "products": "GET, HEAD, POST",
    "products/{product}": "DELETE, GET, HEAD, PATCH",
    "products/{product}/deliveries": "POST",
    "products/{product}/adjustments": "POST",
    "products/{product}/entries": "GET, HEAD",
    "orders": "GET, HEAD, POST",
    "orders/{order}": "GET, HEAD, PATCH",
    "orders/{order}/cancel": "POST",
    "purchases": "POST",
}
# The tutorials' routes are there with and without a slash at the end.
_TUTORIALS = {
    "/player": "POST",
    "/player/{seller}": "GET, HEAD",
    "/player/limit/3": "GET, HEAD",
    "/player/count": "GET, HEAD",
    "/player/page": "GET, HEAD",
    "/player/trade": "POST",
    "/ping": "GET, HEAD",
    "/order": "DELETE, GET, HEAD, PATCH, POST",
    "/order/{order}": "DELETE, GET, HEAD, PATCH",
    "/customer": "DELETE, GET, HEAD, POST, PUT",
    "/customer/{customer}": "DELETE, GET, HEAD, PUT",
    "/product": "DELETE, GET, HEAD, POST, PUT",
    "/product/{product}": "DELETE, GET, HEAD, PUT",
}
_OTHERS = {
    "/livez": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/api/docs": "GET, HEAD",
    "/api/openapi.json": "GET, HEAD",
}
ROUTES = {
    **{f"{V1}/{path}": methods for path, methods in _V1.items()},
    **_TUTORIALS,
    **{f"{path}/": methods for path, methods in _TUTORIALS.items()},
    **_OTHERS,
}
LISTS = tuple(
    f"{V1}/{query}"
    for query in (
        "players?limit=5",
        "players/{seller}/entries?limit=5",
        "trades?limit=5&player={seller}",
        "customers?limit=5&username=ann&uid=7",
        "products?limit=5&name_prefix=l&price_min=1&price_max=20.00&in_stock=true",
        "products/{product}/entries?limit=5",
        "orders?limit=5&customer={customer}&state=placed",
    )
)
