"""The app's name, and what its accounts make needless."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Accounts and keys."""

    name = "tradepost.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill no table with permissions: what somebody may do follows from their role.

        Content types are made when the back office first logs something about one.
        """
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        post_migrate.disconnect(create_contenttypes)
