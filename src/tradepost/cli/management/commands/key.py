"""Make, list and revoke API keys."""

import datetime as dt
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from tradepost.access import keys
from tradepost.access.caller import LOCAL_ACTOR
from tradepost.access.models import KEY_NAME_MAX_LENGTH, ApiKey
from tradepost.access.rights import SCOPES, Right
from tradepost.cli import schema

DAYS_MAX = 3650
LIMIT_MAX = 1_000_000


class Command(BaseCommand):
    help = "Make, list and revoke the API keys that programs call with."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        make = subcommands.add_parser("make", help="make a key, and print its secret, once")
        make.add_argument("name", help="who acts with it, on the entries: unique, for ever")
        make.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=[scope.value for scope in SCOPES],
            help="what it may do; give it once for each",
        )
        make.add_argument("--days", type=int, help="how long it is good; for ever, if not given")
        make.add_argument("--limit", type=int, help="how many requests a minute")
        subcommands.add_parser("list", help="list the keys")
        revoke = subcommands.add_parser("revoke", help="refuse a key from now on")
        revoke.add_argument("name")

    def handle(self, *_args: Any, **options: Any) -> None:
        schema.require(migrate=False)
        act = options["act"]
        if act == "make":
            self._make(options["name"], options["scope"], options["days"], options["limit"])
        elif act == "list":
            self._list()
        else:
            self._revoke(options["name"])

    def _make(self, name: str, scopes: list[str], days: int | None, limit: int | None) -> None:
        name = name.strip()
        if not (name.isprintable() and 1 <= len(name) <= KEY_NAME_MAX_LENGTH):
            raise CommandError(f"A key's name has 1 to {KEY_NAME_MAX_LENGTH} printable characters.")
        if days is not None and not 1 <= days <= DAYS_MAX:
            raise CommandError(f"--days {days} is not from 1 to {DAYS_MAX}.")
        if limit is not None and not 1 <= limit <= LIMIT_MAX:
            raise CommandError(f"--limit {limit} is not from 1 to {LIMIT_MAX}.")
        expires_at = timezone.now() + dt.timedelta(days=days) if days else None
        rights = [Right(scope) for scope in scopes]
        try:
            made = keys.make(
                name, rights, by=LOCAL_ACTOR, expires_at=expires_at, limit_per_minute=limit
            )
        except IntegrityError as error:
            raise CommandError(f"There is, or was, a key {name!r}: take another name.") from error
        self.stdout.write(made.secret)
        self.stderr.write(f"This is the key {name!r}. It is not shown again: keep it secret.")

    def _list(self) -> None:
        for key in ApiKey.objects.order_by("name"):
            self.stdout.write(
                f"{key.name}: {key.prefix}…, {key.scopes}, {keys.state_of(key, timezone.now())}"
            )

    def _revoke(self, name: str) -> None:
        key = ApiKey.objects.filter(name=name).first()
        if key is None:
            raise CommandError(f"There is no key {name!r}: see `tradepost key list`.")
        was_good = keys.revoke(key.pk)
        self.stdout.write(f"The key {name!r} {'is' if was_good else 'was already'} revoked.")
