"""The references of problems, rights and databases, from the values that the code goes by."""

import inspect
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path

from tools.docs_settings import comment_above
from tradepost.access.rights import ROLES, SCOPES, Right, Rights, Role
from tradepost.access.routes import Access, collected
from tradepost.api.examples import EXAMPLES
from tradepost.api.problems import TUTORIAL_STATUS, status_of, title_of
from tradepost.engines import ENGINES, Engine
from tradepost.errors import TradepostError

PROBLEMS_HEAD = """\
# Problems

What is not a success is `application/problem+json` (RFC 9457) under `/api/`, one line of plain text
on the routes of the tutorials, and a page on the pages. A request that was refused changed nothing.
`code` is stable; `detail` is for people, and may be reworded. The facts in it stand beside it under
names of their own, such as `required` and `available`.

Where `retryable` is true, the same request may succeed later: wait for `Retry-After` seconds, and
send it again with the same `Idempotency-Key`. [Retry](../how-to/retry.md) tells how.

"""
RIGHTS_HEAD = """\
# Rights

A caller is nobody, somebody signed in, a key, or, in open mode, anybody on this machine, who may do
everything. A route asks for rights; any one of those listed will do. What is in no row, nobody may
ask for.

| right | what it allows |
|---|---|
"""
ROLES_HEAD = """
## Who has them

| role or key | rights |
|---|---|
"""
ROUTES_HEAD = """
## Who may use which route

To read is GET, HEAD and OPTIONS; to write is everything else. `*` stands for whatever no other row
names.

| route | to read | to write |
|---|---|---|
"""
# A part of a path that is not fixed, as Django writes it in either way.
PARAMETER = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")
# Libraries with many pages of the same rights.
LIBRARIES = ("/account/", "/backoffice/")
DATABASES_HEAD = """\
# Databases

What each database is to Tradepost. `tradepost doctor` asks a live one for what is listed as
promised, and says what to change.

"""


def problems_page() -> str:
    """Return the page of what a request may be refused with."""
    by_status: dict[int, list[TradepostError]] = {}
    for example in EXAMPLES.values():
        by_status.setdefault(status_of(example), []).append(example)
    parts = [PROBLEMS_HEAD]
    for status, examples in sorted(by_status.items()):
        parts.append(f"## {status} {HTTPStatus(status).phrase}\n\n")
        parts.append("| code | what it is | for example | retryable |\n|---|---|---|---|\n")
        parts += sorted(_problem(example) for example in examples)
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _problem(example: TradepostError) -> str:
    kind = type(example)
    title = title_of(kind)
    documents = status_of(kind, TUTORIAL_STATUS)
    if documents != status_of(kind):
        title += f" ({documents} on the routes of the tutorials)"
    told = _cell(str(example))
    return f"| `{kind.code}` | {title} | {told} | {'yes' if kind.retryable else 'no'} |\n"


def rights_page() -> str:
    """Return the page of who may do what."""
    rows = [f"| {role.value} | {_names(ROLES[role])} |\n" for role in Role]
    rows.append(f"| a key | of {_names(SCOPES)}: those that it was made with |\n")
    routes = [
        f"| `{path}` | {_names(access.reads)} | {_names(access.writes)} |\n"
        for path, access in _routes().items()
    ]
    parts = (RIGHTS_HEAD, *_rights(), ROLES_HEAD, *rows, ROUTES_HEAD, *routes)
    return "".join(parts)


def _routes() -> dict[str, Access]:
    """Return the access of each path, as people write it; a whole library's paths are one."""
    found: dict[str, Access] = {}
    for route, access in collected().items():
        if access is None:
            continue
        path = PARAMETER.sub(lambda part: f"<{part[1] or part[2]}>", route.removeprefix("^"))
        path = "/" + path.removesuffix("$").removesuffix("/?").removesuffix("/")
        library = next((one for one in LIBRARIES if path.startswith(one)), None)
        if library and found.get(f"{library}*", access) == access:
            path = f"{library}*"
        found.setdefault(path, access)
    return found


def _rights() -> Iterator[str]:
    """Yield a row for each right, told by the comment above it."""
    text = inspect.getsource(Right)
    lines = [line.strip() for line in text.splitlines()]
    for right in Right:
        number = lines.index(f'{right.name} = "{right.value}"') + 1
        about = comment_above(Path(inspect.getfile(Right)), text, right.name, number)
        yield f"| `{right.value}` | {about} |\n"


def _names(rights: Rights | Iterable[Right]) -> str:
    given = set(rights)
    if Right.ENTER in given and len(given) == 1:
        return "everybody"
    told = [f"`{right.value}`" for right in Right if right in given - {Right.ENTER}]
    return ", ".join(told) or "nobody"


def databases_page() -> str:
    """Return the page of what each database is."""
    return (DATABASES_HEAD + "\n".join(_database(engine) for engine in ENGINES)).rstrip() + "\n"


def _database(engine: Engine) -> str:
    schemes = ", ".join(f"`{scheme}:`" for scheme in engine.schemes)
    facts = {
        "schemes of `DATABASE_URL`": schemes,
        "port": str(engine.default_port) if engine.default_port else "none: it is a file",
        "drivers (`?driver=`; the first is taken)": ", ".join(
            f"`{driver}`" for driver in engine.drivers
        ),
        "oldest version": ".".join(map(str, engine.oldest_version)),
        "TLS options": "yes" if engine.takes_tls else "no",
        "isolation": engine.isolation,
        "rows are locked": _locks(engine),
        "refuses to wait for a lock (`NOWAIT`)": "yes" if engine.has_nowait else "no",
        "enforces CHECK constraints as it comes": "yes" if engine.enforces_checks else "no",
    }
    rows = "".join(f"| {name} | {told} |\n" for name, told in facts.items())
    promises = "".join(
        f"| {one.name} | {', '.join(f'`{answer}`' for answer in sorted(one.kept))} "
        f"| {'needed' if one.required else 'advised'} | {_cell(one.advice)} |\n"
        for one in engine.promises
    )
    return (
        f"## {engine.title}\n\n| | |\n|---|---|\n{rows}\n"
        f"| promised | answers | | where it is not |\n|---|---|---|---|\n{promises}"
    )


def _locks(engine: Engine) -> str:
    told = {
        "NONE": "not at all: one transaction writes at a time",
        "ONE_STATEMENT": "all of a transaction's in one statement, in order",
        "ROW_BY_ROW": "a statement for each, in order",
    }
    return told.get(engine.row_locks.name, engine.row_locks.value)


def _cell(text: str) -> str:
    """Write a text so that it stays within its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
