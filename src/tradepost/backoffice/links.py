"""Links between the back office's pages, and badges in its lists."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost.backoffice import columns


def object_link(model: str, number: object, text: object) -> SafeString:
    """Return the link to an object's page.

    Args:
        model: Such as ``shop_product``.
    """
    return format_html(
        '<a href="{}">{}</a>', reverse(f"admin:{model}_change", args=(number,)), text
    )


def list_link(model: str, text: object, **query: object) -> SafeString:
    """Return the link to a model's list, filtered by a query."""
    url = reverse(f"admin:{model}_changelist", query=query)
    return format_html('<a href="{}">{}</a>', url, text)


def actor_url(actor: str) -> str | None:
    """Return the address of an actor's account or API key, or None for other actors."""
    kind, _, name = actor.partition(":")
    model = {"user": "access_account", "key": "access_apikey"}.get(kind)
    if model is None or not name:
        return None
    return reverse(f"admin:{model}_changelist", query={"q": name})


def badge(text: str, kind: str = "") -> SafeString:
    """Return a badge.

    Args:
        kind: ``good``, ``bad``, ``warn``, or nothing.
    """
    return format_html('<span class="bo-mark {}">{}</span>', f"bo-{kind}" if kind else "", text)


ACTOR = columns.column(
    "actor", "Who did it", link=lambda row: actor_url(row.actor), for_admins=True
)
UPDATER = columns.column(
    "updated_by", "Who did it", link=lambda row: actor_url(row.updated_by), for_admins=True
)
