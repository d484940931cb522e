"""Django's development server, which listens on the loopback interface only."""

from typing import Any

from django.contrib.staticfiles.management.commands.runserver import Command as RunServer
from django.core.management import CommandError

from tradepost.cli import deployment


class Command(RunServer):
    def handle(self, *args: Any, **options: Any) -> str | None:
        """Refuse an address that others can reach, and serve."""
        host, colon, _port = (options["addrport"] or "").rpartition(":")
        if colon and not deployment.is_loopback(host):
            raise CommandError(
                f"The development server does not listen on {host}: use `tradepost serve`."
            )
        return super().handle(*args, **options)
