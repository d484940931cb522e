"""Check that migrations match the models: Tradepost's, and those we replaced of other libraries."""

from __future__ import annotations

import os
import sys
import tempfile

# Set before Django's settings are read: no database and no data folder of the user's is touched.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
    "DATABASE_URL": "sqlite:///:memory:",
    "TRADEPOST_DATA": tempfile.gettempdir(),
    "SECRET_KEY": "only for this check",
}

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command


def main() -> int:
    """Return 1 when an app's models have changes that its migrations lack."""
    django.setup()
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("tradepost.")}
    with_models = {app.label for app in apps.get_app_configs() if app.models}
    labels = sorted((ours & with_models) | set(settings.MIGRATION_MODULES))
    print("Checking the migrations of", ", ".join(labels))
    try:
        call_command("makemigrations", *labels, check_changes=True, verbosity=1)
    except SystemExit:
        print("These models have changes without a migration.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
