"""Sample products, customers and orders, the same every time."""

import random
from collections.abc import Iterator
from decimal import Decimal

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
# Articles of each material, with approximate prices in cents.
ARTICLES = (
    ("desk lamp", 5900), ("tray", 2450), ("candle holder", 1890), ("cushion", 3200),
    ("coat hook", 990), ("clock", 7450), ("vase", 4100), ("notebook", 1275),
)  # fmt: skip
GIFT_CARD = ("Gift card", Decimal("25.00"), None)
# Some stocks are so small that the orders nearly sell them out, as in a real shop.
STOCKS = (18, 22, 26, 30, 45, 60, 120, 300)
REGISTERED_SHARE, PRODUCTS_MAX, QUANTITY_MAX = 0.8, 4, 3


def products(count: int) -> list[tuple[str, Decimal, int | None]]:
    """Return the names, prices and stocks of products; a stock of None is not tracked."""
    rng = _rng("goods")
    found: list[tuple[str, Decimal, int | None]] = [GIFT_CARD]
    for place in range(count - 1):
        material = MATERIALS[place % len(MATERIALS)]
        article, cents = ARTICLES[place // len(MATERIALS) % len(ARTICLES)]
        series = place // (len(MATERIALS) * len(ARTICLES))
        name = f"{material} {article}" + (f" No. {series + 1}" if series else "")
        price = Decimal(cents + 50 * rng.randrange(-8, 20)).scaleb(-2)
        found.append((name, price, rng.choice(STOCKS)))
    return found[:count]


def customer(place: int) -> tuple[str, str]:
    """Return the name and the username of a customer."""
    first = FIRST_NAMES[place % len(FIRST_NAMES)]
    last = LAST_NAMES[place // len(FIRST_NAMES) % len(LAST_NAMES)]
    return f"{first} {last}", f"{first.lower()}-{place + 1}"


def orders(
    count: int, *, customer_count: int, product_ids: list[int]
) -> Iterator[tuple[Buyer, list[LineRequest]]]:
    """Yield orders to place, most by registered customers and some by guests."""
    rng = _rng("wishes")
    for _ in range(count):
        is_registered = rng.random() < REGISTERED_SHARE
        place = rng.randrange(customer_count)
        name = customer(place)[1] if is_registered else f"guest-{place + 1}"
        chosen = rng.sample(product_ids, min(len(product_ids), rng.randint(1, PRODUCTS_MAX)))
        lines = [LineRequest(product, rng.randint(1, QUANTITY_MAX)) for product in chosen]
        yield Buyer(username=name), lines


def _rng(name: str) -> random.Random:
    """Return a random generator; its name fixes the sample data."""
    return random.Random(f"tradepost {name}")  # noqa: S311 - the same every time
