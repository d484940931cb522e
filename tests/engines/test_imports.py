"""What importing the engines brings along: no driver of a database that is not in use."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

PROGRAM = """
import sys
import django
from django.conf import settings
from pathlib import Path
from tradepost.engines import database_settings

settings.configure(
    DATABASES={"default": database_settings({}, default_file=Path("/nowhere"))},
    INSTALLED_APPS=[],
)
django.setup()
from django.db import connection
from tradepost import txn
from tradepost.engines import engine_of

engine_of(connection).speak(connection)
drivers = {"psycopg", "psycopg2", "pymysql", "MySQLdb", "django_tidb", "django_cockroachdb"}
print(sorted(drivers & {name.partition(".")[0] for name in sys.modules}))
print("sqlite3" in sys.modules)
"""


def test_no_driver_is_imported_but_that_of_the_engine_in_use() -> None:
    """Control: SQLite's own is."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )

    assert (said.stdout.split("\n")[:2], said.stderr) == (["[]", "True"], "")
