"""Delete old receipts."""

import datetime as dt
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tradepost import txn
from tradepost.cli import schema


class Command(BaseCommand):
    help = "Delete receipts that are older than a number of days; their keys may be used again."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=float, required=True, help="1 or more")

    def handle(self, *_args: Any, **options: Any) -> None:
        schema.require(migrate=False)
        try:
            age = dt.timedelta(days=options["days"])
            count = txn.prune_receipts(older_than=age, now=timezone.now())
        except (ValueError, OverflowError) as error:
            raise CommandError(f"--days {options['days']:g}: {error}.") from error
        self.stdout.write(f"{count:,} receipts deleted.")
