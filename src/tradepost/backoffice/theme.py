"""Settings of the theme: style sheet, icon and navigation."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tradepost.access.models import Account

Items = list[dict[str, Any]]
# Groups of links: the title, app, model and icon of each. A link is shown to those who may view
# the model.
LINKS = {
    "Trading": [("Players", "trading", "player", "group")],
    "Shop": [
        ("Products", "shop", "product", "inventory_2"),
        ("Customers", "shop", "customer", "person"),
        ("Orders", "shop", "order", "receipt_long"),
    ],
    "Records": [
        ("Receipts", "txn", "receipt", "task_alt"),
        ("Log", "admin", "logentry", "history"),
    ],
    "Who gets in": [
        ("Accounts", "access", "account", "badge"),
        ("API keys", "access", "apikey", "key"),
    ],
}


def stylesheet(request: HttpRequest) -> str:
    return static("backoffice/backoffice.css")


def icon(request: HttpRequest) -> str:
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
    for title, links in LINKS.items():
        items = [
            {"title": name, "link": reverse(f"admin:{app}_{model}_changelist"), "icon": icon_name}
            for name, app, model, icon_name in links
            if user.has_perm(f"{app}.view_{model}")
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True})
    return groups
