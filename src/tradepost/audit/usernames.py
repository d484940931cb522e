"""Checks the digests that identify usernames, by computing them again."""

from collections.abc import Iterator
from typing import Any

from tradepost.audit.paging import pages
from tradepost.shop import rules
from tradepost.shop.models import Customer

PAGE = 1000


def broken_digests() -> Iterator[dict[str, Any]]:
    """Yield customers with a wrong digest, and deleted ones that still have a digest or uid."""
    columns = ("username", "username_digest", "uid", "deleted_at")
    for page in pages(Customer.objects.only(*columns), PAGE):
        for customer in page:
            deleted, username = customer.deleted_at is not None, customer.username
            digest = None if deleted or username is None else rules.digest(username)
            if customer.username_digest != digest or (deleted and customer.uid is not None):
                yield {
                    "customer_id": customer.pk,
                    "username": customer.username,
                    "username_digest": customer.username_digest,
                    "uid": customer.uid,
                    "deleted_at": customer.deleted_at,
                }
