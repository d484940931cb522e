"""Links between the back office's pages, and marks in its lists."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost.backoffice import columns


def to(model: str, number: object, text: object) -> SafeString:
    """Return the link to an object's page.

    Args:
        model: Such as ``shop_product``.
    """
    return format_html(
        '<a href="{}">{}</a>', reverse(f"admin:{model}_change", args=(number,)), text
    )


def listed(model: str, text: object, **query: object) -> SafeString:
    """Return the link to a list of what a query finds."""
    url = reverse(f"admin:{model}_changelist", query=query)
    return format_html('<a href="{}">{}</a>', url, text)


def actor_url(actor: str) -> str | None:
    """Return where whoever did something is to be found, if that is a page."""
    kind, _, name = actor.partition(":")
    model = {"user": "access_account", "key": "access_apikey"}.get(kind)
    if model is None or not name:
        return None
    return reverse(f"admin:{model}_changelist", query={"q": name})


def mark(text: str, kind: str = "") -> SafeString:
    """Return a word in a coloured frame.

    Args:
        kind: Of ``good``, ``bad``, ``warn``, or none.
    """
    return format_html('<span class="bo-mark {}">{}</span>', f"bo-{kind}" if kind else "", text)


# Who did something, of a row that says it.
ACTOR = columns.of("actor", "Who did it", link=lambda row: actor_url(row.actor), for_admins=True)
UPDATER = columns.of(
    "updated_by", "Who did it", link=lambda row: actor_url(row.updated_by), for_admins=True
)
