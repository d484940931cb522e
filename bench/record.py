"""What is written down: a line for each measurement, the table, and the page."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.page import page
from bench.processes import ROOT
from bench.report import line, table
from bench.results import Measurement
from bench.row import Row
from bench.runner import Runner
from bench.session import Timing

FOLDER = ROOT / "build" / "bench"
PACKAGES = ("tradepost", "django", "granian", "psycopg", "pymysql", "mysqlclient")


class Record:
    """Writes down a run as it goes."""

    def __init__(self, rows: Sequence[Row], rounds: int, timing: Timing) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.rows = rows
        self.begun = dt.datetime.now(dt.UTC)
        self.lines = FOLDER / f"{self.begun:%Y%m%dT%H%M%SZ}.jsonl"
        self.about: dict[str, Any] = {
            "begun": f"{self.begun:%Y-%m-%d %H:%M} UTC",
            "rounds": rounds,
            "seconds": timing.seconds,
            "warmup": timing.warmup,
            **machine.described(),
            "fdatasync": f"{machine.fdatasync_us():.0f} us",
            "python": platform.python_version(),
            **{name: _version(name) for name in PACKAGES},
        }
        self._write({"kind": "run", **self.about})
        self._print(f"Measurements: {_told(self.lines)}\n")

    def take(self, measurement: Measurement) -> None:
        """Write a measurement down."""
        self._write({"kind": "measurement", **measurement.as_dict()})
        self._print(line(measurement))

    def void(self, reason: str) -> None:
        """Say that nothing counts."""
        self._write({"kind": "void", "reason": reason})
        self._print(f"\nVOID: {reason}")

    def finish(self, runner: Runner) -> Path:
        """Print the table, and write the page; return where it is."""
        took = dt.datetime.now(dt.UTC) - self.begun
        about = self.about | runner.versions
        about["took"] = f"{took.total_seconds() / 60:.1f} min"
        about["other processes"] = f"up to {runner.results.other:.0%} of the processors' time"
        verdicts = [
            {"row": row.name, "engine": row.engine, "goal": goal.text, "bound": goal.told,
             "measured": verdict.value, "met": verdict.is_met}
            for row in self.rows
            for goal in row.goals
            for verdict in [goal.verdict(runner.results)]
        ]  # fmt: skip
        self._write({"kind": "end", **about, "goals": verdicts, "not_run": runner.not_run})
        self._print(table(self.rows, runner.results, about, runner.not_run))
        file = self.lines.with_suffix(".html")
        file.write_text(page(self.rows, runner.results, about, runner.not_run))
        self._print(f"\nPage: {_told(file)}")
        return file

    def _write(self, values: dict[str, Any]) -> None:
        with self.lines.open("a") as file:
            file.write(json.dumps(values) + "\n")

    def _print(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _told(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
