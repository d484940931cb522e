"""The last audit's result and recent totals, shared by all processes."""

import datetime as dt
import time
from typing import Any, TypedDict

from django.core.cache import cache
from django.utils import timezone

from tradepost.audit import report

RESULT, TOTALS, RUNNING = "overview:result", "overview:totals", "overview:audit-running"
# Totals are sums over whole tables, so they are read at most once a minute.
TOTALS_S = 60
# A lock of a process that died during an audit expires after this.
RUNNING_S = 15 * 60
# The totals of an audit that are numbers of rows.
ROW_COUNTS = ("players", "entries", "customers", "products", "orders", "stock_entries")


class AuditResult(TypedDict):
    """The result of an audit.

    Attributes:
        claims: How many claims were checked.
        broken: The claims that do not hold: name, claim and breaches.
    """

    at: dt.datetime
    took_s: float
    rows: int
    claims: int
    broken: list[dict[str, Any]]


def latest() -> tuple[AuditResult | None, dict[str, Any]]:
    """Return the last audit's result, if any, and totals that are at most a minute old."""
    cached = cache.get_many([RESULT, TOTALS])
    totals = cached.get(TOTALS)
    if totals is None:
        totals = report.totals() | {"at": timezone.now()}
        cache.set(TOTALS, totals, TOTALS_S)
    return cached.get(RESULT), totals


def run() -> AuditResult | None:
    """Run an audit and keep its result; None if another audit is running."""
    if not cache.add(RUNNING, "yes", RUNNING_S):
        return None
    try:
        at, began = timezone.now(), time.perf_counter()
        found = report.audit()
        result: AuditResult = {
            "at": at,
            "took_s": round(time.perf_counter() - began, 1),
            "rows": sum(found.totals[name] for name in ROW_COUNTS),
            "claims": len(found.findings),
            "broken": [
                {"name": one["name"], "claim": one["claim"], "breaches": one["breaches"]}
                for one in found.as_dict()["invariants"]
                if not one["holds"]
            ],
        }
        cache.set(RESULT, result, None)
        return result
    finally:
        cache.delete(RUNNING)
