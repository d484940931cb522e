"""The evaluation of measurements: medians, ratios, goals, and runs that are void."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as command
from bench import nakama, record, runner
from bench.cases import DRIVER, NAKAMA, OURS, R0, SHORT, TITLES, Case
from bench.filling import Totals
from bench.goals import cheaper, faster, flawless, no_later, sooner, within, writes_no_later
from bench.invariants import Void, check
from bench.load.dialects import DIALECTS
from bench.load.plan import Tally
from bench.page import page
from bench.report import table
from bench.results import Measurement, Results
from bench.row import ENGINES, cases_of, choose
from bench.rows import ROWS
from bench.runner import REPEATS_MAX, Runner, Settings
from bench.session import Timing

REFERENCE = Case(engine="sqlite", system=R0, mix="uniform")
TRADEPOST = Case(engine="sqlite", system=OURS, mix="uniform")
BEFORE = Totals({"coins": 100, "goods": 50}, least=1, done=0)
ABOUT = {"begun": "2025-01-01 00:00 UTC", "rounds": 1}


def measured(case: Case, rate: float = 100, **more: Any) -> Measurement:
    tally: dict[str, Any] = {"p50_ms": 1.0, "p99_ms": 2.0, "writes_p99_ms": 2.0, "failures": {}}
    tally |= {name: more.pop(name) for name in tally if name in more}
    trades = int(rate * 2)
    values: dict[str, Any] = {
        "round": 1,
        "stolen": 0.0,
        "other": 0.0,
        "fdatasync_us": 30.0,
        "app_cpu_s": 1.0,
        "database_cpu_s": 1.0,
        "rss_mib": (50.0, 51.0),
    }
    tallied = Tally(seconds=2, requests=trades, trades=trades, total=trades, **tally)
    return Measurement(case=case, tally=tallied, **(values | more))


def results(*taken: Measurement) -> Results:
    all_of_them = Results()
    for one in taken:
        all_of_them.add(one)
    return all_of_them


def test_medians_and_ratios() -> None:
    """The median is of the rounds that count."""
    found = results(
        *(measured(REFERENCE, rate) for rate in (10, 30, 20)),
        *(measured(TRADEPOST, rate) for rate in (500, 700)),
        measured(TRADEPOST, 9000, discarded=True),
    )

    assert found.median(REFERENCE, "rate") == 20
    assert found.median(TRADEPOST, "rate") == 600
    assert found.ratio(TRADEPOST, REFERENCE, "rate") == 30
    assert len(found.of(TRADEPOST)) == 2


def test_processor_time_for_a_trade() -> None:
    """The processor time of application and database, per trade in the measured time."""
    one = measured(TRADEPOST, 100, app_cpu_s=0.2, database_cpu_s=0.1)

    assert (one.app_cpu_us, one.database_cpu_us) == (1000, 500)
    assert one.cpu_us == 1500
    assert measured(TRADEPOST, 0).cpu_us == 0


def test_goals_are_met_at_their_bound() -> None:
    """A goal is met at its bound, and missed just below it."""
    found = results(
        measured(REFERENCE, 10, p50_ms=10, p99_ms=100, app_cpu_s=3, database_cpu_s=3),
        measured(TRADEPOST, 300, p50_ms=12, p99_ms=4, app_cpu_s=3, database_cpu_s=3),
    )
    for goal, bound in ((faster, 30), (sooner, 25), (cheaper, 30)):
        assert goal("", bound, TRADEPOST, REFERENCE).verdict(found).is_met
        assert not goal("", bound + 0.1, TRADEPOST, REFERENCE).verdict(found).is_met
    assert no_later("", 1.2, TRADEPOST, REFERENCE).verdict(found).is_met
    assert not no_later("", 1.19, TRADEPOST, REFERENCE).verdict(found).is_met


def test_the_best_of_several_is_the_one_to_beat() -> None:
    """A rate against several others' is met when it is met against each."""
    other = Case(engine="sqlite", system=NAKAMA, mix="uniform")
    found = results(measured(REFERENCE, 10), measured(other, 50), measured(TRADEPOST, 100))

    assert faster("", 10, TRADEPOST, REFERENCE).verdict(found).is_met
    verdict = faster("", 10, TRADEPOST, REFERENCE, other).verdict(found)
    assert (verdict.value, verdict.is_met) == (2, False)
    unknown = faster("", 1, TRADEPOST, REFERENCE, other).verdict(results(measured(TRADEPOST, 9)))
    assert (unknown.told, unknown.is_met) == ("no figure", False)


def test_goals_for_a_figure_itself() -> None:
    """The limit and the median are shown in the figure's unit; a figure at the limit meets it."""
    found = results(*(measured(TRADEPOST, start_s=one, worker_mib=200) for one in (1, 3, 2)))
    start = within("", 2, "s", TRADEPOST, "start_s").verdict(found)

    assert (start.is_met, start.told, start.goal.told) == (True, "2.00 s", "<= 2 s")
    assert within("", 200, "MiB", TRADEPOST, "worker_mib").verdict(found).is_met
    assert not within("", 199, "MiB", TRADEPOST, "worker_mib").verdict(found).is_met


def test_trades_among_reads_are_compared_by_themselves() -> None:
    """The slowest answers of a mixed load may be reads, which do not count here."""
    alone, among = measured(REFERENCE), measured(TRADEPOST, p99_ms=90, writes_p99_ms=3)

    assert writes_no_later("", 1.5, TRADEPOST, REFERENCE).verdict(results(alone, among)).is_met
    assert not writes_no_later("", 1.4, TRADEPOST, REFERENCE).verdict(results(alone, among)).is_met


def test_one_failed_trade_is_one_too_many() -> None:
    """A failure in any round counts."""
    goal = flawless("", TRADEPOST)

    assert goal.verdict(results(measured(TRADEPOST))).is_met
    failed = measured(TRADEPOST, failures={"409": 1})
    assert not goal.verdict(results(measured(TRADEPOST), failed)).is_met


def test_what_was_not_measured_is_not_met() -> None:
    """A server without a right answer meets no goal."""
    for found in (results(), results(measured(TRADEPOST, 0), measured(REFERENCE, 10))):
        goals = [flawless("", TRADEPOST), no_later("", 9, TRADEPOST, REFERENCE)]
        for verdict in [goal.verdict(found) for goal in goals]:
            assert (verdict.is_met, verdict.told) == (False, "no figure")


@pytest.mark.parametrize(
    ("after", "in_doubt", "said"),
    [
        ((100, 50, 1, 9), 0, "10 trades were acknowledged; the ledger has 9"),
        ((100, 50, 1, 11), 0, "10 trades were acknowledged; the ledger has 11"),
        ((100, 50, 1, 13), 2, "10 trades were acknowledged and 2 in doubt; the ledger has 13"),
        ((101, 50, 1, 10), 0, "there were 100 coins, now there are 101"),
        ((100, 49, 1, 10), 0, "there were 50 goods, now there are 49"),
        ((100, 50, -1, 10), 0, "a balance is -1"),
    ],
)
def test_a_broken_invariant_is_named(
    after: tuple[int, int, int, int], in_doubt: int, said: str
) -> None:
    """Totals are unchanged, no balance is negative, and the ledger has every answered trade."""
    coins, goods, least, made = after
    found = Totals({"coins": coins, "goods": goods}, least, made)

    with pytest.raises(Void, match=said):
        check(BEFORE, found, Tally(total=10, in_doubt=in_doubt))


def test_what_holds_is_let_pass() -> None:
    """Trades in doubt may be in the ledger; a reference has no ledger to compare."""
    for made in (10, 11, 12):
        check(BEFORE, BEFORE._replace(done=made), Tally(total=10, in_doubt=2))
    check(BEFORE._replace(done=None), BEFORE._replace(done=None), Tally(total=10))


class Scripted:
    """A session that returns scripted measurements."""

    def __init__(self, answer: Callable[[Case, int], Measurement]) -> None:
        self.answer = answer
        self.taken: list[tuple[Case, int]] = []

    def take(self, case: Case, round_number: int) -> Measurement:
        self.taken.append((case, round_number))
        return self.answer(case, round_number)


def test_disturbed_measurements_are_taken_again() -> None:
    """It is repeated at most twice; then the last measurement counts."""
    script = iter([0.05, 0.2, 0.01, 0.9, 0.9, 0.9])
    session = Scripted(lambda case, _: measured(case, stolen=next(script)))
    told: list[Measurement] = []
    running = Runner([], Settings(1, Timing(0, 0)), told.append)
    for case in (REFERENCE, TRADEPOST):
        running._take(session, case, 1)  # type: ignore[arg-type]

    assert [one.stolen for one in told] == [0.05, 0.2, 0.01, 0.9, 0.9, 0.9]
    assert [one.discarded for one in told] == [True, True, False, True, True, False]
    assert len(running.results.of(REFERENCE)) == len(running.results.of(TRADEPOST)) == 1
    assert len(told) == 2 * (REPEATS_MAX + 1)


def test_a_broken_invariant_voids_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status is 1, the output has VOID and the reason, and there is no table or page."""

    def broken(*_: Any) -> Scripted:
        def answer(case: Case, round_number: int) -> Measurement:
            if round_number == 2:
                raise Void("a balance is -1")
            return measured(case)

        session = Scripted(answer)
        session.database = type("Database", (), {"version": "1"})  # type: ignore[attr-defined]
        return session

    monkeypatch.setattr(runner, "Session", broken)
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    status = command.main(["--only", "sqlite", "--rounds", "3", "--seconds", "1"])
    printed = capsys.readouterr().out

    assert status == 1
    assert printed.rstrip().endswith("VOID: a balance is -1")
    assert "met" not in printed
    (lines,) = tmp_path.iterdir()
    kinds = [json.loads(line)["kind"] for line in lines.read_text().splitlines()]
    assert kinds == ["run", "measurement", "measurement", "void"]


@pytest.mark.parametrize(
    ("only", "engine", "names"),
    [
        ("hot", "tidb", ["hot tidb"]),
        ("hot", "", ["hot postgresql", "hot mariadb", "hot tidb"]),
        ("", "sqlite", ["sqlite sqlite"]),
        ("scale", "", ["scale postgresql"]),
        ("cpu,latency", "", ["latency postgresql", "cpu postgresql"]),
    ],
)
def test_rows_are_picked(only: str, engine: str, names: Sequence[str]) -> None:
    """Cases are selected by name and engine."""
    assert [f"{row.name} {row.engine}" for row in choose(ROWS, only, engine)] == names


def test_the_largest_row_is_asked_for_by_name() -> None:
    """The case of ten million rows runs only when asked for; unknown names are an error."""
    assert "scale" not in {row.name for row in choose(ROWS, "", "")}
    for only, engine in (("nothing", ""), ("hot", "oracle"), ("hot,nothing", "")):
        with pytest.raises(ValueError, match="there are: uniform"):
            choose(ROWS, only, engine)


def test_what_rows_share_is_measured_once() -> None:
    """Each case belongs to one engine."""
    for engine in ENGINES:
        cases = cases_of(ROWS, engine)
        assert len(cases) == len(set(cases)) == len({case.name for case in cases})
        assert {case.engine for case in cases} == {engine}
    needed = {case for row in ROWS for goal in row.goals for case in goal.needs}
    assert needed <= {case for row in ROWS for case in row.cases}


def test_every_case_can_be_loaded_and_told() -> None:
    """Each has a dialect that the load client speaks, and a system with a name."""
    cases = {case for row in ROWS for case in row.cases}

    assert {case.dialect for case in cases if case.system != DRIVER} <= DIALECTS.keys()
    assert {case.system for case in cases} == TITLES.keys() == SHORT.keys()


def test_a_peer_is_built_for_those_who_ask_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is built when asked for by name; otherwise the row is reported as not run, and why."""
    built: list[bool] = []
    monkeypatch.setattr(nakama, "program", lambda: tmp_path / "missing")
    monkeypatch.setattr(nakama, "build", lambda: built.append(True))
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "ROWS", [row for row in ROWS if row.has_peer])

    for only in ("", "peers"):
        assert not built
        assert command.main(["--only", only]) == 0
        assert "peers (postgresql)" in (said := capsys.readouterr().out)
        assert re.search(r"not run: .*(Nakama is not built|PostgreSQL)", said)
    assert built
    for page_file in tmp_path.glob("*.html"):
        assert "peers (postgresql): not run, " in page_file.read_text()


def test_table_and_page_show_every_goal() -> None:
    """The page loads no external files and runs no script."""
    rows = [row for row in ROWS if row.engine == "postgresql"]
    found = results(*(measured(case) for case in cases_of(rows, "postgresql")))
    shown = page(rows, found, ABOUT, {}), table(rows, found, ABOUT, {})

    for text in shown:
        for goal in (goal for row in rows for goal in row.goals):
            assert goal.text in text.replace("&#x27;", "'")
    assert not any(word in shown[0] for word in ("<script", "http:", "https:", "<link", "url("))
