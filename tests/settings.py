"""The settings of the tests: the product's, with a separate database and a toy app."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Set before the product's settings are imported: the tests use no secret key and no data folder
# of the user's.
os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("TRADEPOST_DATA", str(Path(tempfile.gettempdir()) / "tradepost-tests"))

from tradepost.config.settings import *  # noqa: F403
from tradepost.config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy", "tests.ledger"]
# Fails any request of any test that loads rows one by one.
MIDDLEWARE = [*MIDDLEWARE, "tests.repeats.detector"]

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Threads cannot share Django's in-memory test database.
    _database["TEST"] = {"NAME": f"{_database['NAME']}.test"}
# The product's password hasher is slow by design.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
