"""What customers are told apart by, made again from their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tradepost.audit.paging import pages
from tradepost.shop import rules
from tradepost.shop.models import Customer

PAGE = 1000


def broken_digests() -> Iterator[dict[str, Any]]:
    """Yield customers whose digest is not their username's, and deleted ones who keep theirs."""
    columns = ("username", "username_digest", "uid", "deleted_at")
    for page in pages(Customer.objects.only(*columns), PAGE):
        for customer in page:
            gone = customer.deleted_at is not None
            known = None if gone or customer.username is None else rules.digest(customer.username)
            if customer.username_digest != known or (gone and customer.uid is not None):
                yield {
                    "customer_id": customer.pk,
                    "username": customer.username,
                    "username_digest": customer.username_digest,
                    "uid": customer.uid,
                    "deleted_at": customer.deleted_at,
                }
