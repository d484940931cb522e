"""Charts as SVG without a fixed width: bars stretch, letters keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.goals import Verdict

# Heights in pixels: a bar with its line of text above, the text's base, and the bar itself.
STEP, BASE, BAR = 44, 15, 14
BAR_TOP = BASE + 7
# How many times the goal a bullet reaches.
BULLET_REACH = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar.

    Attributes:
        parts: Values one after another, each with its class of colour.
        told: The value in words.
        rounds: The same value in each round, shown as dots.
    """

    label: str
    parts: Sequence[tuple[float, str]]
    told: str
    rounds: Sequence[float] = ()

    @property
    def total(self) -> float:
        """Its length."""
        return sum(value for value, _ in self.parts)


def bars(title: str, given: Sequence[Bar]) -> str:
    """Return a chart of bars that share a scale from zero."""
    longest = max([bar.total for bar in given] + [one for bar in given for one in bar.rounds])
    drawn = [_bar(bar, place, longest or 1.0) for place, bar in enumerate(given)]
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg width="100%" '
        f'height="{len(given) * STEP}" role="img" aria-label="{escape(title)}">'
        f"{''.join(drawn)}</svg></figure>"
    )


def bullet(verdict: Verdict) -> str:
    """Return how far a goal is reached: the mark is the goal, right of it is better."""
    share = min(_reached(verdict), BULLET_REACH) / BULLET_REACH
    kind = "met" if verdict.is_met else "missed"
    mark = 100 / BULLET_REACH
    return (
        '<svg class="bullet" width="100%" height="12" aria-hidden="true">'
        '<rect class="track" y="3" width="100%" height="6" rx="3"/>'
        f'<rect class="{kind}" y="3" width="{share:.1%}" height="6" rx="3"/>'
        f'<rect class="goal" x="{mark:.0f}%" y="0" width="2" height="12"/></svg>'
    )


def _reached(verdict: Verdict) -> float:
    """Return the part of the goal that is reached; 1 is just so."""
    goal, value = verdict.goal, verdict.value
    if value is None:
        return 0.0
    if goal.bound == 0:
        return BULLET_REACH if verdict.is_met else 0.0
    if goal.at_least:
        return value / goal.bound
    return goal.bound / value if value else BULLET_REACH


def _bar(bar: Bar, place: int, longest: float) -> str:
    top = place * STEP
    y = top + BAR_TOP
    drawn = [
        f'<text class="label" x="0" y="{top + BASE}">{escape(bar.label)}</text>',
        f'<text class="value" x="100%" y="{top + BASE}">{escape(bar.told)}</text>',
        f'<rect class="track" y="{y}" width="100%" height="{BAR}" rx="2"/>',
    ]
    x = 0.0
    for value, kind in bar.parts:
        width = value / longest * 100
        drawn.append(
            f'<rect class="{kind}" x="{x:.2f}%" y="{y}" width="{width:.2f}%"'
            f' height="{BAR}" rx="2"/>'
        )
        x += width
    drawn += [
        f'<circle class="round" cx="{one / longest:.2%}" cy="{y + BAR / 2}" r="2.5"/>'
        for one in bar.rounds
    ]
    return "".join(drawn)
