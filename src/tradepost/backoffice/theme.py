"""What the theme asks for: colours, styles, and what is in the bar at the side."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tradepost.access.models import Account

Items = list[dict[str, Any]]
# Title, name of the list's URL, icon, and the right that is needed to see it.
PLACES = (
    (
        "Trading",
        (("Players", "trading_player", "group", "trading.view_player"),),
    ),
    (
        "Shop",
        (
            ("Products", "shop_product", "inventory_2", "shop.view_product"),
            ("Customers", "shop_customer", "person", "shop.view_customer"),
            ("Orders", "shop_order", "receipt_long", "shop.view_order"),
        ),
    ),
    (
        "Records",
        (
            ("Receipts", "txn_receipt", "task_alt", "txn.view_receipt"),
            ("Log", "admin_logentry", "history", "admin.view_logentry"),
        ),
    ),
    (
        "Who gets in",
        (
            ("Accounts", "access_account", "badge", "access.view_account"),
            ("API keys", "access_apikey", "key", "access.view_apikey"),
        ),
    ),
)


def stylesheet(request: HttpRequest) -> str:
    """Return where our own styles are."""
    return static("backoffice/backoffice.css")


def icon(request: HttpRequest) -> str:
    """Return where the icon is."""
    return static("web/mark.svg")


def navigation(request: HttpRequest) -> Items:
    """Return what the bar at the side leads to, as far as the caller may go there."""
    user: Account | AnonymousUser = request.user
    groups: Items = [
        {
            "items": [
                {"title": "Start", "link": reverse("admin:index"), "icon": "home"},
                {"title": "Back to the site", "link": "/", "icon": "arrow_back", "active": False},
            ]
        }
    ]
    for title, places in PLACES:
        items = [
            {"title": name, "link": reverse(f"admin:{where}_changelist"), "icon": picture}
            for name, where, picture, needed in places
            if user.has_perm(needed)
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True})
    return groups
