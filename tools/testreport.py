"""The results of the test runs, as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Skip:
    """A test that was skipped, and the reason it gave."""

    test: str
    reason: str


@dataclass(frozen=True)
class Counts:
    """The numbers of one run."""

    passed: int = 0
    failed: int = 0
    skips: tuple[Skip, ...] = ()


@dataclass(frozen=True)
class Result:
    """The result of one run; `not_run` says why there was none."""

    name: str
    version: str = ""
    tests: str = ""
    counts: Counts = Counts()
    seconds: float = 0
    not_run: str = ""
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong; a run that was left out is not a failure by itself."""
        return not self.counts.failed and not self.problems


def read_junit(path: Path) -> Counts:
    """Return the numbers in pytest's report; an aborted run may not have written one."""
    if not path.exists():
        return Counts()
    passed = failed = 0
    skips: list[Skip] = []
    for case in ET.parse(path).iter("testcase"):  # noqa: S314 - pytest wrote it
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skipped is not None:
            test = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            skips.append(Skip(test, skipped.get("message") or "no reason given"))
        else:
            passed += 1
    return Counts(passed, failed, tuple(skips))


def render(results: Sequence[Result]) -> str:
    """Return the table, with the skipped tests and all other problems below it."""
    lines = [_row("engine", "version", "tests", "passed", "failed", "skipped", "seconds")]
    for result in results:
        if result.not_run:
            lines.append(f"{result.name:<24}not run: {result.not_run}")
            continue
        counts = result.counts
        numbers = (counts.passed, counts.failed, len(counts.skips), result.seconds)
        lines.append(_row(result.name, result.version, result.tests, *map(str, numbers)))
    lines += _skipped(results)
    problems = [f"  {result.name}: {text}" for result in results for text in result.problems]
    lines += ["", "Problems:", *problems] if problems else []
    return "\n".join(lines)


def _row(name: str, version: str, tests: str, *numbers: str) -> str:
    return f"{name:<24}{version:<26}{tests:<8}" + "".join(f"{number:>9}" for number in numbers)


def _skipped(results: Iterable[Result]) -> list[str]:
    """List each skipped test once, with the engines that skipped it."""
    engines: dict[Skip, list[str]] = {}
    for result in results:
        for skip in result.counts.skips:
            engines.setdefault(skip, []).append(result.name)
    lines = [
        f"  {skip.test}: {skip.reason} ({', '.join(dict.fromkeys(names))})"
        for skip, names in engines.items()
    ]
    return ["", "Skipped:", *lines] if lines else []
