"""Settings of the theme: style sheet, icon and navigation."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tradepost.access.models import Account

Items = list[dict[str, Any]]
# Group, and for each link: title, model, icon, and the permission that it requires.
LINKS = (
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
    """Return the address of the back office's style sheet."""
    return static("backoffice/backoffice.css")


def icon(request: HttpRequest) -> str:
    """Return the address of the icon."""
    return static("web/mark.svg")


def navigation(request: HttpRequest) -> Items:
    """Return the groups of links that the user may follow."""
    user: Account | AnonymousUser = request.user
    groups: Items = [
        {
            "items": [
                {"title": "Start", "link": reverse("admin:index"), "icon": "home"},
                {"title": "Back to the site", "link": "/", "icon": "arrow_back", "active": False},
            ]
        }
    ]
    for title, links in LINKS:
        items = [
            {"title": name, "link": reverse(f"admin:{model}_changelist"), "icon": icon_name}
            for name, model, icon_name, permission in links
            if user.has_perm(permission)
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True})
    return groups
