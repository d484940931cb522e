"""Checks every statement that a stand-in received with CockroachDB's own parser."""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.servers import cache
from tools.servers.cockroach_standin import ROLE

VERSION = "v0.25.2"
MODULE = cache.TOOLS / "crdb-parser"
_SENT = re.compile(r"(?:statement|execute [^:]*): (.*)", re.DOTALL)
_STRING = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Lists of values or rows count as equal, whatever their length.
_REPEATED = re.compile(r"(\([^()]*\)|[?0](?:::\w+)?)(?:\s*,\s*\1)+")


@dataclass(frozen=True)
class Rejection:
    """A statement that CockroachDB's parser rejects, and its error."""

    statement: str
    error: str


@dataclass(frozen=True)
class Findings:
    """The number of statements checked, and those rejected."""

    statements: int
    rejected: list[Rejection]


def program() -> Path:
    """Return the path of the parser, whether it is built or not."""
    return cache.built("crdb-parser", VERSION, MODULE)


def unavailable() -> str | None:
    """Return why statements cannot be checked, or None."""
    if os.access(program(), os.X_OK):
        return None
    return "CockroachDB's parser is not built; `make engines` builds it"


def check(logs: Iterable[Path]) -> Findings:
    """Parse one statement of each shape in the logs."""
    statements = distinct(sent(logs))
    done = subprocess.run(
        [program()],
        input="".join(json.dumps(statement) + "\n" for statement in statements),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{program()} failed with {done.returncode}")
    *lines, _counts = done.stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    rejected = [Rejection(answer["sql"], answer["error"]) for answer in answers]
    return Findings(len(statements), rejected)


def sent(logs: Iterable[Path]) -> Iterator[str]:
    """Yield the statements of the role that the tests use; the harness uses another role."""
    for log in logs:
        with log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                entry = json.loads(line)
                found = _SENT.fullmatch(entry["message"])
                if found and entry.get("user") == ROLE:
                    yield found[1]


def distinct(statements: Iterable[str]) -> list[str]:
    """Return the first statement of each shape; values and lengths of lists do not count."""
    kept: dict[str, str] = {}
    for statement in statements:
        shape = _NUMBER.sub("0", _STRING.sub("?", statement))
        kept.setdefault(_REPEATED.sub(r"\1", _REPEATED.sub(r"\1", shape)), statement)
    return list(kept.values())
