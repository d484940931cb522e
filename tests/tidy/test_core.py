"""The core stands by itself: no SQL in `txn`, and nothing but Django under `txn` and `engines`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tradepost"
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|VALUES|FOR UPDATE|SET LOCAL|RETURNING)\b")
ENGINE_FACTS = {"row_locks", "has_nowait", "has_returning", "bulk", "dialect", "name"}
MAY_IMPORT = {
    "txn": ("tradepost.txn", "tradepost.engines", "tradepost.errors", "tradepost.limits"),
    "engines": ("tradepost.engines", "tradepost.errors", "tradepost.limits"),
}
DRIVERS = {name: {"psycopg"} for name in ("dialects/pipeline.py", "dialects/postgresql.py")}


def modules(package: str) -> list[Path]:
    folder = SOURCE / package
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def texts(source: str) -> Iterator[str]:
    """Yield the strings of a module, save for docstrings."""
    tree = ast.parse(source)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def imports(source: str) -> Iterator[str]:
    """Yield the modules that a module imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (
                f"{node.module}.{node.names[0].name}"
                if node.module == "tradepost"
                else (node.module or "")
            )


def test_txn_has_no_sql() -> None:
    """What differs between databases, and what does not, is the dialects'."""
    found = {
        path.name: sql
        for path in modules("txn")
        if (sql := [text for text in texts(path.read_text()) if SQL.search(text)])
    }
    assert found == {}


def test_txn_asks_no_engine_how_it_writes_or_locks() -> None:
    """It says what is wanted; the dialect knows how."""
    found = [
        f"{path.name}: {node.attr}"
        for path in modules("txn")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ENGINE_FACTS
        and ast.unparse(node.value).endswith(("engine", "engine_of(connection)"))
    ]
    assert found == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_core_needs_nothing_but_django(package: str) -> None:
    """And of this project only each other, errors and limits."""
    found = {}
    for path in modules(package):
        place = path.relative_to(SOURCE / package).as_posix()
        allowed = sys.stdlib_module_names | {"django"} | DRIVERS.get(place, set())
        for name in imports(path.read_text()):
            ours = name.startswith(MAY_IMPORT[package])
            if not (ours or name.partition(".")[0] in allowed):
                found[place] = name
    assert found == {}


@pytest.mark.parametrize(
    "source", ['x = "SELECT 1"', 'def f():\n    """UPDATE."""\n    return f"UPDATE {x}"']
)
def test_sql_would_be_found(source: str) -> None:
    """Control: in a text, whatever the docstrings say."""
    assert [text for text in texts(source) if SQL.search(text)] != []
