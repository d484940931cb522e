"""Create players to try things with."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from tradepost.cli import schema
from tradepost.trading import players
from tradepost.trading.players import NewPlayer

ACTOR = "seed"
BATCH = 1000
NAMES = (
    "Ada", "Bo", "Cleo", "Dag", "Edda", "Finn", "Gita", "Hugo", "Ines", "Jon", "Kaya", "Leif",
    "Mina", "Nils", "Olga", "Pia", "Quin", "Rosa", "Sven", "Tara", "Udo", "Vera", "Wim", "Yara",
)  # fmt: skip


class Command(BaseCommand):
    """The command."""

    help = "Create players to try things with, through the ledger as everybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--players", type=int, default=1000, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create them in batches."""
        schema.require(migrate=False)
        count = options["players"]
        if count < 1:
            raise CommandError(f"--players {count}: at least one player.")
        with Progress(console=Console(), transient=True) as progress:
            bar = progress.add_task("players", total=count)
            for start in range(0, count, BATCH):
                size = min(BATCH, count - start)
                players.create([_player(start + place) for place in range(size)], actor=ACTOR)
                progress.advance(bar, size)
        self.stdout.write(f"{count:,} players created.")


def _player(place: int) -> NewPlayer:
    name = NAMES[place % len(NAMES)]
    return NewPlayer(
        name=f"{name} {place // len(NAMES) + 1}",
        coins=100 + place * 37 % 900,
        goods=1 + place * 11 % 50,
    )
