"""A project of two apps: the transaction core, and the theatre that uses it."""

import os
from pathlib import Path

from tradepost.engines import database_settings

INSTALLED_APPS = ["tradepost.txn", "theatre"]
# The database that DATABASE_URL names, or a file in the current folder.
DATABASES = {"default": database_settings(os.environ, default_file=Path("seats.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
