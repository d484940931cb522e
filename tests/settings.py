"""The settings of the tests: the product's own, a database of their own, and toy apps."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before the product's settings are read: the tests make no secret key and read no data folder.
os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("TRADEPOST_DATA", str(Path(tempfile.gettempdir()) / "tradepost-tests"))

from tradepost.config.settings import *  # noqa: F403
from tradepost.config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy", "tests.ledger"]
# Every request of every test fails that loads one by one what could be loaded together.
MIDDLEWARE = [*MIDDLEWARE, "tests.repeats.detector"]

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Threads share a file; they would not share Django's in-memory test database.
    _database["TEST"] = {"NAME": f"{_database['NAME']}.test"}
# The product's hasher is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
