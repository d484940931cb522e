"""The results as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.cases import MIXED, TITLES
from bench.results import Measurement, Results
from bench.row import Row

MET, MISSED = "met", "MISSED"


def line(one: Measurement) -> str:
    """Return a measurement in one line."""
    failures = ", ".join(f"{count} x {kind}" for kind, count in one.tally.failures.items())
    notes = [f"failed: {failures}" if failures else "", "discarded" if one.discarded else ""]
    return (
        f"round {one.round}  {one.case.name:<44} {one.rate:>9,.0f}/s"
        f"  p50 {one.p50_ms:>7.2f}  p99 {one.p99_ms:>8.2f} ms"
        f"  cpu {one.app_cpu_us:>6,.0f} + {one.database_cpu_us:>6,.0f} us"
        f"  client {one.client_cpu_us:>4.0f} us  rss {one.rss_mib[1]:>4.0f} MiB"
        f"  steal {one.stolen:>4.1%}  other {one.other:>5.1%}  sync {one.fdatasync_us:>3.0f} us"
        + "".join(f"  {note}" for note in notes if note)
    )


def table(
    rows: Sequence[Row], results: Results, about: Mapping[str, Any], not_run: Mapping[str, str]
) -> str:
    """Return the medians of each row, and its goals."""
    parts = [", ".join(f"{name} {value}" for name, value in about.items())]
    for row in rows:
        parts += ["", f"{row.id}: {row.title}"]
        if row.id in not_run:
            parts.append(f"  not run: {not_run[row.id]}")
            continue
        for case in row.cases:
            measured = results.of(case)
            memory = f"{measured[0].rss_mib[0]:.0f} -> {measured[-1].rss_mib[1]:.0f}"
            parts.append(
                f"  {TITLES[case.system]:<38} {case.load:<34}"
                f" {results.median(case, 'rate'):>9,.0f}/s"
                f"  p50 {results.median(case, 'p50_ms'):>7.2f}"
                f"  p99 {results.median(case, 'p99_ms'):>8.2f} ms"
                f"  cpu {results.median(case, 'app_cpu_us'):>6,.0f}"
                f" + {results.median(case, 'database_cpu_us'):>6,.0f} us"
                f"  rss {memory} MiB  failed {results.failed(case)}"
            )
            if case.read == MIXED:
                parts.append(
                    f"    the trades alone: p99 {results.median(case, 'writes_p99_ms'):,.2f} ms,"
                    f" {results.median(case, 'writes_at_once'):.1f} at once"
                )
        for goal in row.goals:
            verdict = goal.verdict(results)
            word = MET if verdict.is_met else MISSED
            parts.append(f"  {word:<6}  {goal.text:<52} {goal.told:>10}  ->  {verdict.told}")
    return "\n".join(parts)
