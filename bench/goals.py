"""A goal: a figure of the results, and the bound that it has to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.cases import Case
from bench.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal.

    Attributes:
        text: What is compared with what.
        bound: The figure has to be at least this, or at most.
        unit: Follows the figure.
        needs: The cases that it is made of.
    """

    text: str
    bound: float
    figure: Callable[[Results], float]
    needs: tuple[Case, ...]
    at_least: bool = True
    unit: str = " x"

    @property
    def told(self) -> str:
        """The bound, as the table shows it."""
        if self.bound == 0:
            return f"none{self.unit}"
        return f"{'>=' if self.at_least else '<='} {self.bound:g}{self.unit}"

    def verdict(self, results: Results) -> Verdict:
        """Compare; nothing is met where a case gave no trade to measure."""
        value = self.figure(results)
        known = all(any(one.tally.trades for one in results.of(case)) for case in self.needs)
        kept = value >= self.bound if self.at_least else value <= self.bound
        return Verdict(self, value if known else None, known and kept)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a goal.

    Attributes:
        value: The figure; None where nothing could be measured.
    """

    goal: Goal
    value: float | None
    is_met: bool

    @property
    def told(self) -> str:
        """The figure, as the table shows it."""
        if self.value is None:
            return "no figure"
        digits = 0 if self.value >= 100 or self.value == 0 else 2 if self.value < 10 else 1
        return f"{self.value:,.{digits}f}{self.goal.unit}"


def faster(text: str, bound: float, case: Case, *than: Case) -> Goal:
    """Trades per second, relative to another system or to the best of several."""
    return Goal(
        text=text,
        bound=bound,
        figure=lambda results: min(results.ratio(case, one, "rate") for one in than),
        needs=(case, *than),
    )


def cheaper(text: str, bound: float, case: Case, than: Case) -> Goal:
    """Processor time for a trade: how often it fits into another's."""
    return _ratio(text, bound, than, case, "cpu_us")


def sooner(text: str, bound: float, case: Case, than: Case) -> Goal:
    """The 99th percentile: how often it fits into another's."""
    return _ratio(text, bound, than, case, "p99_ms")


def no_later(text: str, bound: float, case: Case, than: Case) -> Goal:
    """The median latency, at most so many times another's."""
    return _ratio(text, bound, case, than, "p50_ms", at_least=False)


def writes_no_later(text: str, bound: float, case: Case, than: Case) -> Goal:
    """The 99th percentile of writes, at most a multiple of another system's."""
    return _ratio(text, bound, case, than, "writes_p99_ms", at_least=False)


def within(text: str, bound: float, unit: str, case: Case, figure: str) -> Goal:
    """A figure with an upper limit."""
    return Goal(
        text=text,
        bound=bound,
        figure=lambda results: results.median(case, figure),
        needs=(case,),
        at_least=False,
        unit=f" {unit}",
    )


def flawless(text: str, *cases: Case) -> Goal:
    """No wrong answer."""
    return Goal(
        text=text,
        bound=0,
        figure=lambda results: results.failed(*cases),
        needs=cases,
        at_least=False,
        unit="",
    )


def _ratio(
    text: str, bound: float, above: Case, below: Case, figure: str, *, at_least: bool = True
) -> Goal:
    return Goal(
        text=text,
        bound=bound,
        figure=lambda results: results.ratio(above, below, figure),
        needs=(above, below),
        at_least=at_least,
    )
