"""Every page by the name of its route: its path, and who visits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLResolver, get_resolver

from tradepost.access.routes import of_route

API = "api:"


class Page(NamedTuple):
    """A page to visit.

    Attributes:
        path: With names of the demo's ids in braces; see `demo`.
        who: The account that is signed in, if any.
        status: The expected status.
    """

    path: str
    who: str | None = "operator"
    status: int = 200

    def at(self, ids: dict[str, Any]) -> str:
        """Return the path, with ids."""
        return self.path.format(**ids)


PAGES = {
    "player-list": Page("/players/"),
    "player-create": Page("/players/create/"),
    "player-bulk-create": Page("/players/bulk-create/"),
    "player-delete-all": Page("/players/delete-all/"),
    "player-trade": Page("/players/trade/?buyer=2&seller=1&goods=4&coins=30"),
    "player-detail": Page("/players/{player}/"),
    "player-update": Page("/players/{player}/update/"),
    "player-grant": Page("/players/{player}/grant/"),
    "player-delete": Page("/players/{player}/delete/"),
    "trade-detail": Page("/trades/{trade}/"),
    "shop": Page("/shop/", "customer"),
    "product-detail": Page("/shop/products/{product}/", "customer"),
    "order-list": Page("/shop/orders/", "customer"),
    "order-detail": Page("/shop/orders/{order}/", "customer"),
    "order-cancel": Page("/shop/orders/{order}/cancel/", "customer"),
    "overview": Page("/overview/"),
    "receipt-detail": Page("/receipts/{receipt}/"),
    "key-list": Page("/keys/", "admin"),
    "key-create": Page("/keys/create/", "admin"),
    "key-revoke": Page("/keys/{key}/revoke/", "admin"),
    "account": Page("/account/", "customer"),
    "account_login": Page("/account/login/", None),
    "account_signup": Page("/account/signup/", None),
    "account_logout": Page("/account/logout/", "customer"),
    "account_inactive": Page("/account/inactive/", None),
    "account_reauthenticate": Page("/account/reauthenticate/", "customer"),
    "account_email": Page("/account/email/", "customer"),
    "account_confirm_email": Page("/account/confirm-email/{confirmation}/", "customer"),
    "account_change_password": Page("/account/password/change/", "customer"),
    "account_reset_password": Page("/account/password/reset/", None),
    "account_reset_password_done": Page("/account/password/reset/done/", None),
    "account_reset_password_from_key": Page("/account/password/reset/key/{reset}/", None),
    "account_reset_password_from_key_done": Page("/account/password/reset/key/done/", None),
    "mfa_index": Page("/account/2fa/", "viewer"),
    "mfa_activate_totp": Page("/account/2fa/totp/activate/", "customer"),
    "mfa_deactivate_totp": Page("/account/2fa/totp/deactivate/", "viewer"),
    "mfa_authenticate": Page("/account/2fa/authenticate/", "halfway"),
    "mfa_reauthenticate": Page("/account/2fa/reauthenticate/", "viewer"),
    "mfa_view_recovery_codes": Page("/account/2fa/recovery-codes/", "viewer"),
    "mfa_generate_recovery_codes": Page("/account/2fa/recovery-codes/generate/", "viewer"),
}
_OFFICE = "/backoffice"
BACK_OFFICE = {
    "admin:index": Page(f"{_OFFICE}/", "admin"),
    "admin:trading_player_changelist": Page(f"{_OFFICE}/trading/player/"),
    "admin:trading_player_add": Page(f"{_OFFICE}/trading/player/add/"),
    "admin:trading_player_change": Page(f"{_OFFICE}/trading/player/{{player}}/change/"),
    "admin:trading_player_entries": Page(f"{_OFFICE}/trading/player/{{player}}/entries/"),
    "admin:trading_player_grant": Page(f"{_OFFICE}/trading/player/{{player}}/grant/"),
    "admin:trading_player_history": Page(f"{_OFFICE}/trading/player/{{player}}/history/"),
    "admin:trading_player_remove": Page(f"{_OFFICE}/trading/player/{{player}}/delete/"),
    "admin:trading_player_rename": Page(f"{_OFFICE}/trading/player/{{player}}/rename/"),
    "admin:shop_product_changelist": Page(f"{_OFFICE}/shop/product/"),
    "admin:shop_product_add": Page(f"{_OFFICE}/shop/product/add/"),
    "admin:shop_product_change": Page(f"{_OFFICE}/shop/product/{{product}}/change/"),
    "admin:shop_product_edit": Page(f"{_OFFICE}/shop/product/{{product}}/edit/"),
    "admin:shop_product_entries": Page(f"{_OFFICE}/shop/product/{{product}}/entries/"),
    "admin:shop_product_prices": Page(f"{_OFFICE}/shop/product/{{product}}/prices/"),
    "admin:shop_product_receive": Page(f"{_OFFICE}/shop/product/{{product}}/receive/"),
    "admin:shop_product_adjust": Page(f"{_OFFICE}/shop/product/{{product}}/adjust/"),
    "admin:shop_product_history": Page(f"{_OFFICE}/shop/product/{{product}}/history/"),
    "admin:shop_product_remove": Page(f"{_OFFICE}/shop/product/{{product}}/delete/"),
    "admin:shop_product_import": Page(f"{_OFFICE}/shop/product/import/"),
    "admin:shop_customer_changelist": Page(f"{_OFFICE}/shop/customer/"),
    "admin:shop_customer_add": Page(f"{_OFFICE}/shop/customer/add/"),
    "admin:shop_customer_change": Page(f"{_OFFICE}/shop/customer/{{customer}}/change/"),
    "admin:shop_customer_edit": Page(f"{_OFFICE}/shop/customer/{{customer}}/edit/"),
    "admin:shop_customer_history": Page(f"{_OFFICE}/shop/customer/{{customer}}/history/"),
    "admin:shop_customer_remove": Page(f"{_OFFICE}/shop/customer/{{customer}}/delete/"),
    "admin:shop_order_changelist": Page(f"{_OFFICE}/shop/order/"),
    "admin:shop_order_change": Page(f"{_OFFICE}/shop/order/{{order}}/change/"),
    "admin:shop_order_cancel": Page(f"{_OFFICE}/shop/order/{{order}}/cancel/"),
    "admin:shop_order_history": Page(f"{_OFFICE}/shop/order/{{order}}/history/"),
    "admin:txn_receipt_changelist": Page(f"{_OFFICE}/txn/receipt/"),
    "admin:txn_receipt_change": Page(f"{_OFFICE}/txn/receipt/{{receipt_id}}/change/"),
    "admin:txn_receipt_history": Page(f"{_OFFICE}/txn/receipt/{{receipt_id}}/history/"),
    "admin:access_account_changelist": Page(f"{_OFFICE}/access/account/", "admin"),
    "admin:access_account_add": Page(f"{_OFFICE}/access/account/add/", "admin"),
    "admin:access_account_change": Page(f"{_OFFICE}/access/account/{{account}}/change/", "admin"),
    "admin:access_account_history": Page(f"{_OFFICE}/access/account/{{account}}/history/", "admin"),
    "admin:access_account_set_password": Page(
        f"{_OFFICE}/access/account/{{account}}/password/", "admin"
    ),
    "admin:access_apikey_changelist": Page(f"{_OFFICE}/access/apikey/", "admin"),
    "admin:access_apikey_add": Page(f"{_OFFICE}/access/apikey/add/", "admin"),
    "admin:access_apikey_change": Page(f"{_OFFICE}/access/apikey/{{key}}/change/", "admin"),
    "admin:access_apikey_history": Page(f"{_OFFICE}/access/apikey/{{key}}/history/", "admin"),
    "admin:access_apikey_revoke": Page(f"{_OFFICE}/access/apikey/{{key}}/revoke/", "admin"),
    "admin:admin_logentry_changelist": Page(f"{_OFFICE}/admin/logentry/", "admin"),
}
# Pages without a route of their own, or in another state than by default.
MORE = {
    "fault 403": Page("/keys/", "customer", 403),
    "fault 404": Page("/shop/products/123456789/", "customer", 404),
    "player gone": Page("/players/{deleted}/", status=404),
    "player found": Page("/players/?q=a&sort=coins"),
    "product for staff": Page("/shop/products/{product}/"),
    "product sold out": Page("/shop/products/{gone}/", "customer"),
    "shop for staff": Page("/shop/"),
    "orders for staff": Page("/shop/orders/"),
    "order cancelled": Page("/shop/orders/{cancelled}/", "customer"),
    "receipt of nothing": Page("/receipts/none/"),
}
EVERY = PAGES | BACK_OFFICE | MORE
# Routes that are not pages, and why.
NOT_SHOWN = {
    "start": "goes on to the players, or to the shop",
    "player-row": "a part of the list of players",
    "player-statement": "a file",
    "trade-preview": "a part of the page to trade",
    "player-look-up": "a part of the page to trade",
    "product-buy": "shows the product again, or goes on to the order",
    "overview-now": "a part of the overview",
    "overview-audit": "goes back to the overview",
    "account_set_password": "for accounts without a password, and there are none",
    "mfa_download_recovery_codes": "a file",
    "admin:login": "goes on to the sign-in",
    "admin:logout": "is sent, not shown",
    "admin:password_change": "goes on to the account's page",
    "admin:password_change_done": "goes on to the account's page",
    "admin:app_list": "shows a part of the index",
    "admin:autocomplete": "answers scripts",
    "admin:jsi18n": "a script",
    "admin:search": "answers scripts",
    "admin:view_on_site": "goes on to a page",
    "admin:shop_product_entries_export": "a file",
    "admin:shop_product_prices_export": "a file",
    "admin:trading_player_entries_export": "a file",
}
# Routes that Django's admin adds for every model, and that few models allow.
_MODELS = (
    "access_account", "access_apikey", "admin_logentry", "shop_customer", "shop_order",
    "shop_product", "trading_player", "txn_receipt",
)  # fmt: skip
NOT_SHOWN |= {f"admin:{model}_export": "goes back to the list" for model in _MODELS}
NOT_SHOWN |= {f"admin:{model}_delete": "not allowed, or the same as _remove" for model in _MODELS}
NOT_SHOWN |= {
    f"admin:{model}_add": "not allowed" for model in ("admin_logentry", "shop_order", "txn_receipt")
}
NOT_SHOWN |= {
    "admin:admin_logentry_change": "not allowed",
    "admin:admin_logentry_history": "not allowed",
}


def names() -> Iterator[str]:
    """Return the names of all routes of pages in the URLconf."""
    routes = list(_walked(get_resolver()))
    named = {path for name, path in routes if name}
    for name, path in routes:
        access = of_route(path)
        # Routes without a name are other spellings of a page, or redirects.
        is_other = not name and (f"{path}/" in named or path.startswith("backoffice/"))
        if access is not None and access.page and not name.startswith(API) and not is_other:
            yield name or path


def _walked(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            yield from _walked(one, route, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}" if one.name else "", route
