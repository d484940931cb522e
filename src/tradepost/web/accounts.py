"""How people's accounts are made and kept, as far as the library asks."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError

from tradepost.access import customers


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Answers what the library asks about accounts."""

    def clean_username(self, username: str, shallow: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Refuse a username that is taken, also by somebody who only ordered under it."""
        cleaned = super().clean_username(username, shallow)
        if not shallow and customers.has_customer(cleaned):
            raise ValidationError("This username is taken.")
        return cleaned
