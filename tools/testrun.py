"""Run the tests on every engine that is available, and report the results (`make test`)."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import FrameType

from tools import crdb_statements
from tools.pytests import Cancelled, Pytests
from tools.servers import ServerError, cockroach_standin
from tools.servers.folders import temporary_folder
from tools.servers.server import own_folder
from tools.testplan import NAMES, Engine, Place, Run, planned
from tools.testreport import Result, read_junit, render

# Servers need a core as well, so at most two runs are done at once, unless all are SQLite's.
_AT_ONCE = 2
_SQLITE_AT_ONCE = 3
# The longest runs start first, so that both cores are busy until the end.
_LONGEST = ("tidb", "sqlite-browser", "sqlite-http", "sqlite", "mariadb", "sqlite-served")
_NO_TESTS = 5


class Testrun:
    """Runs the tests on several engines, some at a time, and collects the results."""

    def __init__(self, engines: Sequence[Engine], arguments: Sequence[str]) -> None:
        """Take the engines to test and more arguments for pytest."""
        self._engines = engines
        self._names = [run.name for engine in engines for run in engine.runs]
        self._narrowed = bool(arguments)
        self._pytests = Pytests(arguments, stream=len(self._names) == 1)
        self._results: dict[str, Result] = {}
        self._demanding = os.environ.get("TRADEPOST_REQUIRE_ENGINES") == "1"

    def all(self) -> list[Result]:
        """Run everything; on Ctrl-C stop everything and raise KeyboardInterrupt."""
        engines = sorted(self._engines, key=_place_in_line)
        only_sqlite = all(name.startswith("sqlite") for name in self._names)
        at_once = _SQLITE_AT_ONCE if only_sqlite else _AT_ONCE
        with ThreadPoolExecutor(at_once) as pool:
            futures = [pool.submit(self._engine, engine) for engine in engines]
            try:
                for future in as_completed(futures):
                    future.result()
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                self._pytests.cancel()
                raise
        return [self._results[name] for name in self._names]

    def _engine(self, engine: Engine) -> None:
        """Run the tests with each driver of an engine, on one server."""
        runs = []
        for run in engine.runs:
            if reason := engine.why_not() or run.unavailable():
                self._results[run.name] = self._left_out(run, reason)
            else:
                runs.append(run)
        if not runs or self._pytests.cancelled:
            return
        try:
            with engine.place() as place:
                for run in runs:
                    self._results[run.name] = self._run(run, place)
        except ServerError as error:
            for run in runs:
                self._results.setdefault(run.name, Result(run.label, problems=(str(error),)))
        except Cancelled:
            return

    def _left_out(self, run: Run, reason: str) -> Result:
        required = self._demanding and run.name != "cockroachdb"
        problems = ("not run, and TRADEPOST_REQUIRE_ENGINES is set",) if required else ()
        return Result(run.label, not_run=reason, problems=problems)

    def _run(self, run: Run, place: Place) -> Result:
        """Run the tests once."""
        begun = time.monotonic()
        with temporary_folder() as folder:
            settings = {
                "DATABASE_URL": run.url(place.url),
                "TRADEPOST_DATA": str(own_folder(folder / "data", user=None)),
            }
            done = self._pytests.run(run.name, run.selection(), settings)
        seconds = time.monotonic() - begun
        problems = self._check_statements(place)
        counts = read_junit(done.report)
        explained = bool(counts.failed) or (done.status == _NO_TESTS and self._narrowed)
        if done.status and not explained:
            problems.append(f"pytest ended with status {done.status}")
        return Result(
            run.label,
            place.version,
            run.tests or "all",
            counts,
            round(seconds, 1),
            "",
            tuple(problems),
        )

    def _check_statements(self, place: Place) -> list[str]:
        """Return the statements sent to the stand-in that CockroachDB's own parser rejects."""
        server = place.server
        if server is None or server.name != cockroach_standin.NAME:
            return []
        if reason := crdb_statements.unavailable():
            print(f"the statements sent to the stand-in are not checked: {reason}", flush=True)
            return [reason] if self._demanding else []
        # Its log is complete only once it has stopped.
        server.stop()
        findings = crdb_statements.check(cockroach_standin.statement_logs(server))
        rejected = [
            f"CockroachDB's parser rejects: {rejection.statement}\n    {rejection.error}"
            for rejection in findings.rejected
        ]
        print(
            f"{server.name}: CockroachDB's parser accepts {findings.statements - len(rejected)} "
            f"of {findings.statements} different statements",
            flush=True,
        )
        if not findings.statements and not self._narrowed:
            return ["its log holds no statement to check"]
        return rejected


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--engine", default="", help="the runs to do, separated by commas")
    parser.add_argument("arguments", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    names = options.engine.split(",") if options.engine else NAMES
    if unknown := [name for name in names if name not in NAMES]:
        print(f"There is no engine {unknown[0]}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    engines = planned(names, complete=not options.arguments)
    for request_to_stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(request_to_stop, _interrupt)
    try:
        results = Testrun(engines, options.arguments).all()
    except KeyboardInterrupt:
        print("\nstopped; no server is left", flush=True)
        return 130
    print(f"\n{render(results)}")
    return 0 if all(result.ok for result in results) else 1


def _place_in_line(engine: Engine) -> int:
    name = engine.runs[0].name
    return _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
