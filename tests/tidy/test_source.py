"""Rules about the source that import contracts and linters cannot check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tradepost"
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70
# The names of databases and drivers, and the packages that may contain them.
VENDORS = re.compile(r"sqlite|postgres|psycopg|libpq|mysql|mariadb|tidb|cockroach", re.IGNORECASE)
KNOW_VENDORS = ("engines", "config")
INTERFACES = ("api", "web", "backoffice", "pages", "cli", "config")
DECIDE = ("trading", "shop")
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|breakpoint\(\)")


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def sources(*, outside: tuple[str, ...] = (), inside: tuple[str, ...] = ()) -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if package_of(path) not in outside
        and (not inside or package_of(path) in inside)
        and "migrations" not in path.parts
    ]


def all_python() -> list[Path]:
    folders = (ROOT / "src", ROOT / "tests", ROOT / "tools")
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def used_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
    return names


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_are_short() -> None:
    """At most 300 lines."""
    long = {told(path): len(path.read_text().splitlines()) for path in all_python()}

    assert {path: lines for path, lines in long.items() if lines > FILE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    """At most 70 lines."""
    long = [
        f"{told(path)}:{node.name}"
        for path in all_python()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ]

    assert long == []


def test_databases_are_named_in_one_place() -> None:
    """Only ``engines`` and ``config`` contain the name of a database."""
    knowing = [
        f"{told(path)}:{number}: {line.strip()}"
        for path in sources(outside=KNOW_VENDORS)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if VENDORS.search(line)
    ]

    assert knowing == []


def test_transactions_are_opened_in_one_place() -> None:
    """Only ``txn`` uses ``atomic`` and ``select_for_update``."""
    openers = {
        told(path): used_names(path) & {"atomic", "select_for_update", "set_autocommit"}
        for path in sources(outside=("txn",))
    }

    assert {path: names for path, names in openers.items() if names} == {}


def test_no_http_below_the_interfaces() -> None:
    """Only interfaces import anything about HTTP."""
    webbed = [
        f"{told(path)}: {name}"
        for path in sources(outside=INTERFACES)
        for name in imported(path)
        if name.startswith(("django.http", "django.shortcuts", "ninja", "http"))
    ]

    assert webbed == []


def test_the_api_framework_is_known_to_the_api_alone() -> None:
    """Only ``api`` imports the API framework."""
    importers = [
        told(path)
        for path in sources(outside=("api",))
        if any(name.startswith(("ninja", "pydantic")) for name in imported(path))
    ]

    assert importers == []


def test_decisions_read_no_clock_and_no_dice() -> None:
    """A decision may run any number of times, so it gets the time as an argument."""
    impure = [
        f"{told(path)}: {name}"
        for path in sources(inside=DECIDE)
        for name in imported(path)
        if name.split(".")[0] in ("time", "random", "secrets", "uuid")
        or name.startswith("django.utils.timezone")
        or name == "django.utils.timezone"
    ]

    assert impure == []


def test_nothing_is_left_behind() -> None:
    """No reminders and no breakpoints."""
    left = [
        f"{told(path)}:{number}"
        for path in all_python()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if LEFTOVERS.search(line)
    ]

    assert left == []


def test_tests_outweigh_the_source() -> None:
    """At least 1.4 lines of tests for a line of source."""

    def lines(paths: list[Path]) -> int:
        return sum(len(path.read_text().splitlines()) for path in paths)

    assert lines(sorted((ROOT / "tests").rglob("*.py"))) >= 1.4 * lines(sources())
