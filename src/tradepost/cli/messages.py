"""Sentences for the person at the terminal."""

from __future__ import annotations

from django.db import connection

from tradepost.engines import engine_of


def database_name() -> str:
    """Return what the database in use is called, without its password."""
    settings, title = connection.settings_dict, engine_of(connection).title
    if not settings.get("HOST"):
        return f"{title} at {settings['NAME']}"
    return f"{title} at {settings['HOST']}:{settings['PORT']}, database {settings['NAME']}"


def database_sentence(error: Exception) -> str:
    """Return one sentence for a database that cannot be used."""
    lines = str(error.args[-1] if error.args else error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return f"The database cannot be used: {reason} ({database_name()})"
