"""The rounds: each case once in each, reference and ours in turn, disturbed ones again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

from bench import nakama
from bench.cases import NAKAMA, Case, Data
from bench.results import Measurement, Results
from bench.row import ENGINES, Row, cases_of
from bench.session import Session, Timing
from tools.servers.folders import temporary_folder

# More than this share of stolen time, and a measurement is taken again, at most so many times.
STOLEN_MAX = 0.04
REPEATS_MAX = 2
# What all repeats together may cost, so that the run ends in time on a busy host.
REPEATS_S = 90.0


class Settings(NamedTuple):
    """How the run is made."""

    rounds: int
    timing: Timing


class Runner:
    """Measures rows.

    Args:
        tell: Called with each measurement as it is taken, those discarded too.
    """

    def __init__(
        self, rows: Sequence[Row], settings: Settings, tell: Callable[[Measurement], None]
    ) -> None:
        self.rows = rows
        self.settings = settings
        self.tell = tell
        self.results = Results()
        self.versions: dict[str, str] = {}
        self.not_run: dict[str, str] = {}
        self.repeats_left_s = REPEATS_S

    def run(self) -> Results:
        """Measure everything.

        Raises:
            Void: An invariant is broken.
            Failed, ServerError: Something did not run.
        """
        rows = []
        for row in self.rows:
            if reason := row.unavailable:
                self.not_run[row.id] = reason
            else:
                rows.append(row)
        if any(row.has_peer for row in rows):
            self.versions[NAKAMA] = nakama.VERSION
        for engine in ENGINES:
            if cases := cases_of(rows, engine):
                self._engine(engine, cases)
        return self.results

    def _engine(self, engine: str, cases: Sequence[Case]) -> None:
        with ExitStack() as stack:
            sessions: dict[Data, Session] = {}
            for data in dict.fromkeys(case.data for case in cases):
                folder = stack.enter_context(temporary_folder())
                sessions[data] = Session(stack, engine, data, folder, self.settings.timing)
                self.versions[engine] = sessions[data].database.version
            for round_number in range(1, self.settings.rounds + 1):
                for case in cases:
                    self._take(sessions[case.data], case, round_number)
            for session in sessions.values():
                session.finish()

    def _take(self, session: Session, case: Case, round_number: int) -> None:
        """Measure a case, again while too much time is stolen from it."""
        for repeat in range(REPEATS_MAX + 1):
            begun = monotonic()
            taken = session.take(case, round_number)
            if repeat:
                self.repeats_left_s -= monotonic() - begun
            again = repeat < REPEATS_MAX and self.repeats_left_s > 0
            discarded = taken.stolen > STOLEN_MAX and again
            taken = replace(taken, discarded=discarded)
            self.results.add(taken)
            self.tell(taken)
            if not discarded:
                return
