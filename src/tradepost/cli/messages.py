"""Texts for the terminal."""

from django.db import connection

from tradepost.engines import engine_of


def database_name() -> str:
    """Return the name of the database in use, without its password."""
    settings, title = connection.settings_dict, engine_of(connection).title
    if not settings.get("HOST"):
        return f"{title} at {settings['NAME']}"
    return f"{title} at {settings['HOST']}:{settings['PORT']}, database {settings['NAME']}"


def database_error(error: Exception) -> str:
    """Describe a database that cannot be used, in one sentence."""
    lines = str(error.args[-1] if error.args else error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return f"The database cannot be used: {reason} ({database_name()})"
