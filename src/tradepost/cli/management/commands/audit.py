"""Check that no coin or item was lost, duplicated or created by mistake."""

import json
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.db import connection

from tradepost.audit.report import Finding, audit
from tradepost.cli import schema
from tradepost.engines import allow_long_queries


class Command(BaseCommand):
    help = "Check every invariant over the tables. Exit status 1: one does not hold."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        allow_long_queries(connection)
        schema.require(migrate=False)
        report = audit()
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            totals = [
                f"{count:,} {name.replace('_', ' ')}" for name, count in report.totals.items()
            ]
            self.stdout.write(", ".join(totals))
            for finding in report.findings:
                self._print(finding)
            self.stdout.write("Everything holds." if report.holds else "SOMETHING IS BROKEN.")
        if not report.holds:
            sys.exit(1)

    def _print(self, finding: Finding) -> None:
        self.stdout.write(f"{'ok    ' if finding.holds else 'BROKEN'} {finding.claim}")
        for breach in finding.breaches:
            values = ", ".join(f"{name} {value}" for name, value in breach.items())
            self.stdout.write(f"         {values}")
