"""Check what the database promises."""

import sys
from typing import Any

from django.core.management import BaseCommand

from tradepost.audit.doctor import Level, examine
from tradepost.cli.messages import database_name


class Command(BaseCommand):
    help = "Check what the database promises. Exit status 1: coins may be lost as it is set up."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(database_name())
        found = examine()
        width = max(len(one.name) for one in found)
        for one in found:
            self.stdout.write(f"{one.level.value:<7} {one.name:<{width}}  {one.found}")
            if one.advice:
                self.stdout.write(f"{'':<{width + 9}} -> {one.advice}")
        if any(one.level is Level.BROKEN for one in found):
            sys.exit(1)
