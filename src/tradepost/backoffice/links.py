"""Links between the back office's pages, and badges in its lists."""

from collections.abc import Callable
from typing import Any

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


def to_page(page: str, id_name: str) -> Callable[[Any], str | None]:
    """Return what returns the address of a page about the object whose id is in a row.

    Args:
        page: Such as ``shop_product_change``.
        id_name: The row's attribute; no id has no page.
    """

    def link(row: Any) -> str | None:
        number = getattr(row, id_name)
        return None if number is None else reverse(f"admin:{page}", args=(number,))

    return link


def actor_column(name: str) -> columns.Column:
    """Return the column of the actors in an attribute of the rows."""
    return columns.column(
        name, "Who did it", link=lambda row: _actor_url(getattr(row, name)), for_admins=True
    )


def _actor_url(actor: str) -> str | None:
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
