"""Checks that the database's schema matches this version."""

from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tradepost.cli.messages import database_name


def require(*, migrate: bool) -> None:
    """Check the schema, and migrate it if that is allowed.

    Args:
        migrate: Whether to apply missing migrations; otherwise they are an error.

    Raises:
        CommandError: The schema is older or newer than this version; the text says what to do.
    """
    executor = MigrationExecutor(connection)
    ours = {config.label for config in apps.get_app_configs()}
    known = executor.loader.graph.nodes.keys()
    newer = [
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app in ours and (app, name) not in known
    ]
    if newer:
        raise CommandError(
            f"{database_name()} has a newer schema than this program ({min(newer)}): "
            "run the version that made it, or a newer one."
        )
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing and not migrate:
        raise CommandError(
            f"{database_name()} lacks {len(missing)} migrations: run `tradepost migrate` first."
        )
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
