"""The pages' routes, and the rights that they require."""

from allauth.account import urls as allauth
from django.urls import URLPattern, include, path

from tradepost.access.rights import Right
from tradepost.access.routes import Access, allow
from tradepost.web.views import (
    account,
    keys,
    orders,
    overview,
    players,
    products,
    receipts,
    statements,
    trades,
)
from tradepost.web.views.common import View

READERS = allow(Right.READ, page=True)
TRADERS = allow(Right.TRADE, Right.TRADE, page=True)
ADMINS = allow(Right.ADMIN, Right.ADMIN, page=True)
EVERYBODY = allow(Right.ENTER, Right.ENTER, page=True)
# It redirects, and has no form.
START = allow(Right.ENTER, page=True)
# A button that starts an audit, which only reads.
AUDIT = allow(Right.READ, Right.READ, page=True)
VISITORS = allow(frozenset({Right.BUY, Right.READ}), page=True)
BUYERS = allow(frozenset({Right.BUY, Right.SHOP}), frozenset({Right.BUY, Right.SHOP}), page=True)
# Callers see only their own.
RECEIPTS = allow(frozenset({Right.BUY, Right.READ, Right.TRADE, Right.SHOP}), page=True)
# Never reached with our settings: a password is always asked for, and an email address need not
# be confirmed to sign in.
UNUSED = ("account_confirm_login_code", "account_email_verification_sent")


def _both(access: Access, route: str, view: View, name: str) -> list[URLPattern]:
    """Return the routes of a path with its last slash, by which it is named, and without."""
    return [access(path(route, view, name=name)), access(path(route.removesuffix("/"), view))]


urlpatterns = [
    START(path("", account.start, name="start")),
    *_both(READERS, "players/", players.listing, "player-list"),
    *_both(TRADERS, "players/create/", players.create, "player-create"),
    *_both(TRADERS, "players/bulk-create/", players.bulk_create, "player-bulk-create"),
    *_both(TRADERS, "players/delete-all/", players.delete_all, "player-delete-all"),
    *_both(READERS, "players/look-up/", players.look_up, "player-look-up"),
    *_both(TRADERS, "players/trade/", trades.trade, "player-trade"),
    *_both(READERS, "players/trade/preview/", trades.preview, "trade-preview"),
    *_both(READERS, "players/<int:pk>/", statements.detail, "player-detail"),
    *_both(TRADERS, "players/<int:pk>/update/", players.update, "player-update"),
    *_both(TRADERS, "players/<int:pk>/delete/", players.delete, "player-delete"),
    *_both(TRADERS, "players/<int:pk>/grant/", players.grant, "player-grant"),
    *_both(READERS, "players/<int:pk>/row/", players.row, "player-row"),
    READERS(path("players/<int:pk>/statement.csv", statements.download, name="player-statement")),
    *_both(READERS, "trades/<str:id>/", trades.detail, "trade-detail"),
    VISITORS(path("shop/", products.shop, name="shop")),
    VISITORS(path("shop/products/<int:id>/", products.product_detail, name="product-detail")),
    BUYERS(path("shop/products/<int:id>/buy/", products.product_buy, name="product-buy")),
    VISITORS(path("shop/orders/", orders.order_list, name="order-list")),
    VISITORS(path("shop/orders/<int:id>/", orders.order_detail, name="order-detail")),
    BUYERS(path("shop/orders/<int:id>/cancel/", orders.order_cancel, name="order-cancel")),
    READERS(path("overview/", overview.overview, name="overview")),
    READERS(path("overview/now/", overview.now, name="overview-now")),
    AUDIT(path("overview/audit/", overview.audit, name="overview-audit")),
    RECEIPTS(path("receipts/<path:key>/", receipts.detail, name="receipt-detail")),
    EVERYBODY(path("account/", account.account, name="account")),
    # The library itself asks for a login where a page needs one.
    EVERYBODY(
        path("account/", include([one for one in allauth.urlpatterns if one.name not in UNUSED]))
    ),
    EVERYBODY(path("account/2fa/", include("allauth.mfa.urls"))),
    ADMINS(path("keys/", keys.listing, name="key-list")),
    ADMINS(path("keys/create/", keys.create, name="key-create")),
    ADMINS(path("keys/<int:id>/revoke/", keys.revoke, name="key-revoke")),
]
