"""Create sample players, products, customers and orders."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.core.management import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from tradepost.cli import schema, seed_data
from tradepost.errors import Refusal
from tradepost.shop import customers, orders, products
from tradepost.shop.acts import id_of
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer

ACTOR = "seed"
COUNTS = {"players": 1000, "products": 40, "customers": 60, "orders": 200}
BATCH = 1000
T = TypeVar("T")
# Every twelfth order is cancelled.
CANCEL_EVERY = 12


class Command(BaseCommand):
    help = "Create players and a shop to try things with, through the services as everybody else."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        for name, count in COUNTS.items():
            parser.add_argument(f"--{name}", type=int, default=count, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        schema.require(migrate=False)
        counts = {name: options[name] for name in COUNTS}
        for name, count in counts.items():
            if count < 0:
                raise CommandError(f"--{name} {count}: none, or more.")
        if counts["orders"] and not (counts["products"] and counts["customers"]):
            raise CommandError("--orders: they need --products and --customers.")
        _create_players(counts["players"])
        refused = _create_shop(counts["products"], counts["customers"], counts["orders"])
        self.stdout.write(
            f"{counts['players']:,} players, {counts['products']:,} products, "
            f"{counts['customers']:,} customers and {counts['orders'] - refused:,} orders "
            f"created; {refused:,} orders found too little in stock."
        )


def _create_players(count: int) -> None:
    starts = range(0, count, BATCH)
    for start in _tracked(starts, "players"):
        places = range(start, min(start + BATCH, count))
        players.create([_player(place) for place in places], actor=ACTOR)


def _create_shop(product_count: int, customer_count: int, order_count: int) -> int:
    """Create products, customers and orders; return how many orders were refused."""
    ids = []
    for name, price, stock in _tracked(seed_data.products(product_count), "products"):
        added = products.add(name, price, stock=stock, actor=ACTOR)
        ids.append(id_of(added.answer))
    for place in _tracked(range(customer_count), "customers"):
        name, username = seed_data.customer(place)
        try:
            customers.register(name, username=username, actor=ACTOR)
        except Refusal:
            # The customer exists from an earlier seed.
            continue
    refused = 0
    to_place = list(seed_data.orders(order_count, customer_count=customer_count, product_ids=ids))
    for place, (buyer, lines) in enumerate(_tracked(to_place, "orders"), start=1):
        try:
            placed = orders.place(buyer, lines, actor=ACTOR)
        except Refusal:
            refused += 1
            continue
        if place % CANCEL_EVERY == 0:
            orders.cancel(id_of(placed.answer), actor=ACTOR)
    return refused


def _tracked(things: Sequence[T], what: str) -> Iterable[T]:
    console = Console()
    return track(things, what, console=console, transient=True, disable=not console.is_terminal)


def _player(place: int) -> NewPlayer:
    name = seed_data.FIRST_NAMES[place % len(seed_data.FIRST_NAMES)]
    return NewPlayer(
        name=f"{name} {place // len(seed_data.FIRST_NAMES) + 1}",
        coins=100 + place * 37 % 900,
        goods=1 + place * 11 % 50,
    )
