"""Lists of a hundred rows: as JSON, and as the pages that people look at."""

from __future__ import annotations

import re

from bench.load.answers import Answer
from bench.load.mixes import POOL, draw
from bench.load.plan import Plan
from bench.load.requests import Request, Wrong, json_of, reading

ROWS = 100
ROW = re.compile(rb"<tr[ >]")


def lists(plan: Plan) -> list[Request]:
    """The first hundred players, as JSON."""
    return [reading(plan, f"/api/v1/players?limit={ROWS}", _listed)]


def pages(plan: Plan) -> list[Request]:
    """The first hundred players, as a page."""
    return [reading(plan, "/players/", _shown)]


def entries(plan: Plan) -> list[Request]:
    """A statement's first hundred entries, as JSON."""
    path = "/api/v1/players/{}/entries?limit={}"
    return [reading(plan, path.format(one, ROWS), _listed) for one in some(plan)]


def statements(plan: Plan) -> list[Request]:
    """A player's page, with a statement of a hundred entries."""
    return [reading(plan, f"/players/{one}/", _shown) for one in some(plan)]


def some(plan: Plan) -> list[int]:
    """Return players at random."""
    drawn = draw(plan.mix, players=plan.players, seed=plan.seed, count=POOL // 8)
    return [trade.seller for trade in drawn]


def _listed(answer: Answer) -> int:
    if answer.status != 200:
        raise Wrong(str(answer.status))
    told = json_of(answer)
    if not isinstance(told, dict) or len(told.get("items", ())) != ROWS:
        raise Wrong(f"200, not {ROWS} items")
    return 1


def _shown(answer: Answer) -> int:
    if answer.status != 200:
        raise Wrong(str(answer.status))
    # The head of the table is a row, too.
    if len(ROW.findall(answer.body)) != ROWS + 1:
        raise Wrong(f"200, not {ROWS} rows")
    return 1
