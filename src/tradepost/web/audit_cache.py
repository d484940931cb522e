"""What the audit said last, and what was counted lately: kept where all processes look."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from tradepost.audit import report

VERDICT, TOTALS, UNDER_WAY = "overview:verdict", "overview:totals", "overview:audit-under-way"
# So long totals are good for: they are sums over whole tables.
TOTALS_S = 60
# A process that dies in an audit is forgotten after this.
UNDER_WAY_S = 15 * 60
# Totals of the audit that are counts of rows.
COUNTED = ("players", "entries", "customers", "products", "orders", "stock_entries")

Kept = dict[str, Any]


def last() -> tuple[Kept | None, Kept]:
    """Return the last verdict, if there ever was one, and totals of at most a minute ago."""
    kept = cache.get_many([VERDICT, TOTALS])
    totals = kept.get(TOTALS)
    if totals is None:
        totals = report.totals() | {"at": timezone.now()}
        cache.set(TOTALS, totals, TOTALS_S)
    return kept.get(VERDICT), totals


def run() -> Kept | None:
    """Audit everything, and keep the verdict; None where an audit is under way."""
    if not cache.add(UNDER_WAY, "yes", UNDER_WAY_S):
        return None
    try:
        at, began = timezone.now(), time.perf_counter()
        found = report.audit()
        verdict = {
            "at": at,
            "took_s": round(time.perf_counter() - began, 1),
            "rows": sum(found.totals[name] for name in COUNTED),
            "claims": len(found.findings),
            "broken": [
                {"name": one["name"], "claim": one["claim"], "breaches": one["breaches"]}
                for one in found.as_dict()["invariants"]
                if not one["holds"]
            ],
        }
        cache.set(VERDICT, verdict, None)
        return verdict
    finally:
        cache.delete(UNDER_WAY)
