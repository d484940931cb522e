"""Who trades with whom: the same pairs in the same order for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

# So many trades are drawn before the load begins, and sent round and round.
POOL = 16_384
GOODS_MAX = 3
COINS_MAX = 9


class Trade(NamedTuple):
    """A trade to ask for."""

    seller: int
    buyer: int
    goods: int
    coins: int


def draw(mix: str, *, players: int, seed: int, count: int = POOL) -> list[Trade]:
    """Draw trades.

    Args:
        mix: `uniform`: two players at random; `hot`: players 1 and 2, either sells; `hot1`: player
            1 always sells to player 2.

    Raises:
        ValueError: There is no such mix.
    """
    if mix not in MIXES:
        raise ValueError(f"no mix {mix!r}; there are {', '.join(MIXES)}")
    dice = random.Random(seed)  # noqa: S311 - load, not a secret
    pair = MIXES[mix]
    return [
        Trade(*pair(dice, players), dice.randint(1, GOODS_MAX), dice.randint(1, COINS_MAX))
        for _ in range(count)
    ]


class Purchase(NamedTuple):
    """A purchase to ask for."""

    customer: int
    product: int
    quantity: int


def draw_purchases(
    mix: str, *, customers: int, products: int, seed: int, count: int = POOL
) -> list[Purchase]:
    """Draw purchases by customers at random.

    Args:
        mix: `flash`: all of product 1; `many`: of products at random.

    Raises:
        ValueError: There is no such mix.
    """
    if mix not in ("flash", "many"):
        raise ValueError(f"no mix {mix!r}; there are flash, many")
    dice = random.Random(seed)  # noqa: S311 - load, not a secret
    return [
        Purchase(
            dice.randint(1, customers),
            1 if mix == "flash" else dice.randint(1, products),
            dice.randint(1, GOODS_MAX),
        )
        for _ in range(count)
    ]


def _uniform(dice: random.Random, players: int) -> tuple[int, int]:
    seller = dice.randrange(players)
    buyer = (seller + dice.randrange(1, players)) % players
    return seller + 1, buyer + 1


def _hot(dice: random.Random, _players: int) -> tuple[int, int]:
    return (1, 2) if dice.random() < 0.5 else (2, 1)


def _hot1(_dice: random.Random, _players: int) -> tuple[int, int]:
    return 1, 2


MIXES: dict[str, Callable[[random.Random, int], tuple[int, int]]] = {
    "uniform": _uniform,
    "hot": _hot,
    "hot1": _hot1,
}
