"""Run the tests on every engine there is, and tell what became of them (`make test`)."""

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
from tools.testplan import ENGINES, Engine, Place, Run
from tools.testreport import Result, read_junit, render

_AT_ONCE = 2
# Longest first, so that none is left for the end alone.
_ORDER = ("tidb", "sqlite", "mariadb", "cockroachdb-standin", "postgresql", "cockroachdb")
_NO_TESTS = 5
_NAMES = [run.name for engine in ENGINES for run in engine.runs]


class Testrun:
    """Runs engines, some at a time, and collects what became of them."""

    def __init__(self, names: Sequence[str], arguments: Sequence[str]) -> None:
        """Take the names of the runs wanted and what pytest is told besides."""
        self._names = names
        self._narrowed = bool(arguments)
        self._pytests = Pytests(arguments, stream=len(names) == 1)
        self._results: dict[str, Result] = {}
        self._demanding = os.environ.get("TRADEPOST_REQUIRE_ENGINES") == "1"

    def all(self) -> list[Result]:
        """Run everything; on Ctrl-C stop everything and raise KeyboardInterrupt."""
        engines = sorted(ENGINES, key=lambda engine: _ORDER.index(engine.runs[0].name))
        with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as pool:
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
            if run.name in self._names:
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
                "TRADEPOST_TEST_ENGINE": run.name,
            }
            done = self._pytests.run(run.name, settings)
        seconds = time.monotonic() - begun
        problems = self._check_statements(place)
        counts = read_junit(done.report)
        explained = bool(counts.failed) or (done.status == _NO_TESTS and self._narrowed)
        if done.status and not explained:
            problems.append(f"pytest ended with status {done.status}")
        return Result(run.label, place.version, counts, round(seconds, 1), problems=tuple(problems))

    def _check_statements(self, place: Place) -> list[str]:
        """Let CockroachDB's own parser see what its stand-in was sent; return what it rejects."""
        server = place.server
        if server is None or server.name != cockroach_standin.NAME:
            return []
        if reason := crdb_statements.unavailable():
            print(f"the statements sent to the stand-in are not checked: {reason}", flush=True)
            return [reason] if self._demanding else []
        # Only when it has stopped has it written all it logs.
        server.stop()
        verdict = crdb_statements.check(cockroach_standin.statement_logs(server))
        rejected = [
            f"CockroachDB's parser rejects: {rejection.statement}\n    {rejection.error}"
            for rejection in verdict.rejected
        ]
        print(
            f"{server.name}: CockroachDB's parser accepts {verdict.statements - len(rejected)} "
            f"of {verdict.statements} different statements",
            flush=True,
        )
        if not verdict.statements and not self._narrowed:
            return ["its log holds no statement to check"]
        return rejected


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--engine", default="", help="some of them, with commas between")
    parser.add_argument("arguments", nargs="*", help="what pytest is told besides, after --")
    options = parser.parse_args()
    names = options.engine.split(",") if options.engine else _NAMES
    if unknown := [name for name in names if name not in _NAMES]:
        print(f"There is no engine {unknown[0]}; there are {', '.join(_NAMES)}.", file=sys.stderr)
        return 2
    for wish in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, _interrupt)
    try:
        results = Testrun(names, options.arguments).all()
    except KeyboardInterrupt:
        print("\nstopped; no server is left", flush=True)
        return 130
    print(f"\n{render(results)}")
    return 0 if all(result.ok for result in results) else 1


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
