"""A mixed load: four reads to a trade, in random order."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from bench.load.answers import Answer
from bench.load.mixes import POOL
from bench.load.pages import some
from bench.load.plan import Plan
from bench.load.requests import Request, Wrong, json_of, reading

READS = 0.8

Check = Callable[[Answer], int]


def stirred(
    plan: Plan, trades: Sequence[Request], reads: Sequence[Sequence[Request]]
) -> list[Request]:
    """Return requests at random: trades in their order, and as many reads of each kind."""
    dice = random.Random(plan.seed)  # noqa: S311 - load, not a secret
    ordered = iter(trades)
    return [
        dice.choice(dice.choice(reads)) if dice.random() < READS else next(ordered)
        for _ in range(min(POOL, len(trades)))
    ]


def reads(plan: Plan) -> list[list[Request]]:
    """The list of players, one player, the list of products, a player's statement."""
    return [
        [reading(plan, "/api/v1/players", page_check())],
        [reading(plan, f"/api/v1/players/{one}", _one_check(str(one))) for one in some(plan)],
        [reading(plan, "/api/v1/products", page_check())],
        statements(plan),
    ]


def tutorial_reads(plan: Plan) -> list[list[Request]]:
    """The same reads of the reference; having no ledger, it counts products instead."""
    return [
        [reading(plan, "/player/list/", page_check())],
        [reading(plan, f"/player/{one}/", _one_check(one)) for one in some(plan)],
        [reading(plan, "/product/list/", page_check())],
        [reading(plan, "/product/count/", _count_check)],
    ]


def statements(plan: Plan) -> list[Request]:
    """The first page of a player's statement."""
    path = "/api/v1/players/{}/entries"
    return [reading(plan, path.format(one), page_check(str(one))) for one in some(plan)]


def page_check(player: str | None = None) -> Check:
    """Return a check for a page that is not empty, with rows of this player alone."""

    def check(answer: Answer) -> int:
        items = _told(answer).get("items")
        if not items or any(player and item.get("player") != player for item in items):
            raise Wrong("200, another page")
        return 1

    return check


def _one_check(player: Any) -> Check:
    def check(answer: Answer) -> int:
        if _told(answer).get("id") != player:
            raise Wrong("200, another player")
        return 1

    return check


def _count_check(answer: Answer) -> int:
    if not _told(answer).get("count"):
        raise Wrong("200, no count")
    return 1


def _told(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise Wrong(str(answer.status))
    told = json_of(answer)
    return told if isinstance(told, dict) else {}
