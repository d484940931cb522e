"""Sentences for the person at the terminal."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def database_name(settings: dict[str, Any] | None = None) -> str:
    """Return what the database in use is called, without its password."""
    found = settings or connections[DEFAULT_DB_ALIAS].settings_dict
    from tradepost.engines import ENGINES

    title = next(engine.title for engine in ENGINES if engine.backend == found["ENGINE"])
    if not found.get("HOST"):
        return f"{title} at {found['NAME']}"
    return f"{title} at {found['HOST']}:{found['PORT']}, database {found['NAME']}"


def database_sentence(error: Exception) -> str:
    """Return one sentence for a database that cannot be used."""
    reason = " ".join(str(part) for part in error.args[-1:]) or type(error).__name__
    first_line = reason.strip().splitlines()[0] if reason.strip() else reason
    return f"The database cannot be used: {first_line} ({database_name()})"
