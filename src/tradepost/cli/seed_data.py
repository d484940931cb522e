"""A shop to try things with: its goods, its customers and what they order, always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tradepost.shop.rules import Buyer, LineRequest

FIRST_NAMES = (
    "Ada", "Bo", "Cleo", "Dag", "Edda", "Finn", "Gita", "Hugo", "Ines", "Jon", "Kaya", "Leif",
    "Mina", "Nils", "Olga", "Pia", "Quin", "Rosa", "Sven", "Tara", "Udo", "Vera", "Wim", "Yara",
)  # fmt: skip
LAST_NAMES = (
    "Abel", "Berg", "Castro", "Dahl", "Eklund", "Fischer", "García", "Hansen", "Ito", "Jansen",
    "Kowalski", "Lindqvist", "Moreau", "Novák", "Okafor", "Petrov", "Rossi", "Sørensen",
)  # fmt: skip
MATERIALS = ("Oak", "Walnut", "Brass", "Linen", "Wool", "Slate", "Cork", "Enamel")
# What there is of each material, and what it costs about, in cents.
ARTICLES = (
    ("desk lamp", 5900), ("tray", 2450), ("candle holder", 1890), ("cushion", 3200),
    ("coat hook", 990), ("clock", 7450), ("vase", 4100), ("notebook", 1275),
)  # fmt: skip
GIFT_CARD = ("Gift card", Decimal("25.00"), None)
# So few of some that the orders leave none, or nearly none: a shop has those.
STOCKS = (18, 22, 26, 30, 45, 60, 120, 300)
MEMBERS_SHARE, PRODUCTS_MAX, QUANTITY_MAX = 0.8, 4, 3


class Goods(NamedTuple):
    """A product to add.

    Attributes:
        stock: None where nobody counts it.
    """

    name: str
    price: Decimal
    stock: int | None


class Member(NamedTuple):
    """A customer to register."""

    name: str
    username: str


def goods(count: int) -> list[Goods]:
    """Return so many products."""
    dice = _dice("goods")
    found = [Goods(*GIFT_CARD)]
    for place in range(count - 1):
        material = MATERIALS[place % len(MATERIALS)]
        article, cents = ARTICLES[place // len(MATERIALS) % len(ARTICLES)]
        series = place // (len(MATERIALS) * len(ARTICLES))
        name = f"{material} {article}" + (f" No. {series + 1}" if series else "")
        price = Decimal(cents + 50 * dice.randrange(-8, 20)).scaleb(-2)
        found.append(Goods(name, price, dice.choice(STOCKS)))
    return found[:count]


def members(count: int) -> list[Member]:
    """Return so many customers who have registered."""
    return [_member(place) for place in range(count)]


def requested(
    count: int, *, customers: int, products: list[int]
) -> Iterator[tuple[Buyer, list[LineRequest]]]:
    """Yield so many orders: most of members, some of people who have not registered yet.

    Args:
        products: Ids of what there is to order.
    """
    dice = _dice("wishes")
    for _ in range(count):
        is_member = dice.random() < MEMBERS_SHARE
        place = dice.randrange(customers)
        # The same people come again.
        name = _member(place).username if is_member else f"guest-{place + 1}"
        chosen = dice.sample(products, min(len(products), dice.randint(1, PRODUCTS_MAX)))
        lines = [LineRequest(product, dice.randint(1, QUANTITY_MAX)) for product in chosen]
        yield Buyer(username=name), lines


def _member(place: int) -> Member:
    first = FIRST_NAMES[place % len(FIRST_NAMES)]
    last = LAST_NAMES[place // len(FIRST_NAMES) % len(LAST_NAMES)]
    return Member(f"{first} {last}", f"{first.lower()}-{place + 1}")


def _dice(what: str) -> random.Random:
    return random.Random(f"tradepost {what}")  # noqa: S311 - the same every time
