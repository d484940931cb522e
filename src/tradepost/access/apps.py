"""The app of accounts and API keys."""

from django.apps import AppConfig
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Accounts and keys."""

    name = "tradepost.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep Django from filling its permission tables: rights follow from an account's role.

        Content types are created when the back office first logs a change to one.
        """
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        post_migrate.disconnect(create_contenttypes)
