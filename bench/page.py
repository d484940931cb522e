"""The results as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bench.cases import SHORT, TITLES, Case
from bench.charts import Bar, bars, bullet
from bench.goals import Verdict
from bench.report import MET, MISSED
from bench.results import Results
from bench.row import Row

STYLE = Path(__file__).with_name("page.css")
COLUMNS = (
    "system", "load", "trades/s", "p50 ms", "p99 ms", "app us", "database us", "client us",
    "memory MiB", "failed", "rounds",
)  # fmt: skip
LEGEND = (
    '<p class="legend"><span class="key R0"></span>R0 <span class="key R1"></span>R1 '
    '<span class="key direct"></span>one transaction per trade '
    '<span class="key driver"></span>bare driver <span class="key nakama"></span>Nakama '
    '<span class="key ours"></span>Tradepost '
    '<span class="key dot"></span>a round</p>'
)


def page(
    rows: Sequence[Row], results: Results, about: Mapping[str, Any], not_run: Mapping[str, str]
) -> str:
    """Return the page."""
    measured = [row for row in rows if row.id not in not_run]
    verdicts = [(row, [goal.verdict(results) for goal in row.goals]) for row in measured]
    met = sum(one.is_met for _, found in verdicts for one in found)
    count = sum(len(found) for _, found in verdicts)
    left_out = [f"<p>{escape(name)}: not run, {escape(why)}.</p>" for name, why in not_run.items()]
    sections = [_section(row, found, results) for row, found in verdicts]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Tradepost benchmark</title><style>{STYLE.read_text()}</style></head><body><main>"
        f"<h1>Tradepost benchmark</h1><p class=lead>{met} of {count} goals met. "
        f"{escape(str(about['begun']))}; medians over the rounds, of which there were "
        f"{about['rounds']}.</p>"
        f"{_summary(verdicts)}{''.join(left_out)}{LEGEND}{''.join(sections)}"
        f"<h2>Measured on</h2>{_about(about)}</main></body></html>\n"
    )


def _summary(verdicts: Sequence[tuple[Row, Sequence[Verdict]]]) -> str:
    groups = []
    for row, found in verdicts:
        groups.append(f'<tr><th colspan="5">{_link(row)}</th></tr>')
        groups += [
            f"<tr><td>{_badge(one)}</td><td>{escape(one.goal.text)}</td>"
            f'<td class="figure">{escape(one.told)}</td>'
            f'<td class="figure">{_bound(one)}</td><td>{bullet(one)}</td></tr>'
            for one in found
        ]
    head = "".join(f"<th>{name}</th>" for name in ("", "", "measured", "goal", ""))
    return (
        '<div class="scroll"><table class="goals"><thead><tr>'
        f"{head}</tr></thead><tbody>{''.join(groups)}</tbody></table></div>"
    )


def _section(row: Row, verdicts: Sequence[Verdict], results: Results) -> str:
    charts = [_rates(row, results)]
    if row.name in ("latency", "sqlite", "scale", "mixed"):
        charts = [_latencies(row.cases, results), *charts]
    if row.name == "cpu":
        charts = [_cpu(row.cases, results)]
    goals = "".join(
        f"<li>{_badge(one)} {escape(one.goal.text)}: {escape(one.told)}, goal {_bound(one)}</li>"
        for one in verdicts
    )
    return (
        f'<section id="{_id(row)}"><h2>{escape(row.name)} <small>{escape(row.engine)}</small></h2>'
        f"<p>{escape(row.title)}</p><ul>{goals}</ul>{''.join(charts)}"
        f"<details><summary>Figures</summary>{_figures(row.cases, results)}</details></section>"
    )


def _rates(row: Row, results: Results) -> str:
    unit = "pages or trades" if row.name in ("scale", "mixed") else "trades"
    return bars(
        f"{unit} in a second",
        [
            Bar(
                label=_label(case),
                parts=[(results.median(case, "rate"), case.system)],
                told=f"{results.median(case, 'rate'):,.0f}",
                rounds=[one.rate for one in results.of(case)],
            )
            for case in row.cases
        ],
    )


def _latencies(cases: Sequence[Case], results: Results) -> str:
    charts = []
    groups: dict[int, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.clients, []).append(case)
    for clients, group in groups.items():
        given = []
        for case in group:
            p50, p99 = results.median(case, "p50_ms"), results.median(case, "p99_ms")
            given.append(
                Bar(
                    label=_label(case),
                    parts=[(p50, case.system), (max(p99 - p50, 0), f"{case.system} faint")],
                    told=f"{p50:,.2f} / {p99:,.2f} ms",
                )
            )
        plural = "" if clients == 1 else "s"
        charts.append(bars(f"latency with {clients} client{plural}, p50 / p99", given))
    return "".join(charts)


def _cpu(cases: Sequence[Case], results: Results) -> str:
    given = []
    for case in cases:
        app, database = (results.median(case, f"{part}_cpu_us") for part in ("app", "database"))
        given.append(
            Bar(
                label=_label(case),
                parts=[(app, case.system), (database, f"{case.system} faint")],
                told=f"{app:,.0f} + {database:,.0f} us",
            )
        )
    return bars("processor time for a trade, application + database", given)


def _figures(cases: Sequence[Case], results: Results) -> str:
    lines = []
    for case in cases:
        taken = results.of(case)
        memory = f"{taken[0].rss_mib[0]:.0f} to {taken[-1].rss_mib[1]:.0f}" if taken else ""
        cells = [
            f"{results.median(case, 'rate'):,.0f}",
            f"{results.median(case, 'p50_ms'):,.2f}",
            f"{results.median(case, 'p99_ms'):,.2f}",
            f"{results.median(case, 'app_cpu_us'):,.0f}",
            f"{results.median(case, 'database_cpu_us'):,.0f}",
            f"{results.median(case, 'client_cpu_us'):,.0f}",
            memory,
            f"{results.failed(case):,}",
            ", ".join(f"{one.rate:,.0f}" for one in taken),
        ]
        figures = "".join(f'<td class="figure">{cell}</td>' for cell in cells)
        lines.append(
            f"<tr><td>{escape(TITLES[case.system])}</td><td>{escape(case.load)}</td>{figures}</tr>"
        )
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _about(about: Mapping[str, Any]) -> str:
    pairs = (f"<dt>{escape(name)}</dt><dd>{escape(str(said))}</dd>" for name, said in about.items())
    return f"<dl>{''.join(pairs)}</dl>"


def _bound(verdict: Verdict) -> str:
    return escape(verdict.goal.told).replace("&gt;=", "&ge;").replace("&lt;=", "&le;")


def _badge(verdict: Verdict) -> str:
    kind, word = ("met", MET) if verdict.is_met else ("missed", MISSED.lower())
    return f'<span class="badge {kind}">{word}</span>'


def _label(case: Case) -> str:
    return f"{SHORT[case.system]}: {case.load}"


def _link(row: Row) -> str:
    return f'<a href="#{_id(row)}">{escape(row.name)}</a> <small>{escape(row.engine)}</small>'


def _id(row: Row) -> str:
    return f"{row.name}-{row.engine}"
