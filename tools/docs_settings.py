"""The reference page of the settings: those that settings.py reads, with their comments."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tradepost"
SETTINGS = SOURCE / "config" / "settings.py"
# The file and the name of the tuple that lists the database's settings.
DATABASE, DATABASE_NAMES = SOURCE / "engines" / "__init__.py", "DATABASE_NAMES"
KINDS = {"str": "text", "bool": "yes or no", "int": "number", "list": "list, with commas"}
HEAD = """\
# Settings

Settings come from the environment, or from a file `.env` in the folder of the call; the environment
wins. Yes or no is `1` or `0`, `true` or `false`.

| setting | kind | unless set | what for |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Setting:
    """A setting that is read from the environment.

    Attributes:
        default: The default, if it is a single value.
        about: The comment above it.
    """

    name: str
    kind: str
    default: str
    about: str


class Undocumented(SystemExit):
    """A setting has no comment above it."""


def page() -> str:
    """Return the page."""
    rows = [f"| `{one.name}` | {one.kind} | {one.default} | {one.about} |\n" for one in settings()]
    return HEAD + "".join(rows)


def settings() -> list[Setting]:
    """Return all settings, in the order of the source."""
    found = [*_database_names(), *_read_from_environment()]
    return list({setting.name: setting for setting in found}.values())


def _read_from_environment() -> Iterator[Setting]:
    text = SETTINGS.read_text()
    for statement in ast.parse(text).body:
        for kind, call in _reads(statement):
            name, *default = call.args
            # The database's settings come from their own list.
            if isinstance(name, ast.Constant):
                told = str(name.value)
                yield Setting(
                    name=told,
                    kind=KINDS.get(kind, kind),
                    default=_shown(default[0]) if default else "needed",
                    about=comment_above(SETTINGS, text, told, call.lineno, statement.lineno),
                )


def _reads(statement: ast.stmt) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls `env.KIND("NAME", …)` of a statement."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env"), attr=kind), args=[_, *_]):
                yield kind, node


def _database_names() -> Iterator[Setting]:
    text = DATABASE.read_text()
    for statement in ast.parse(text).body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple)):
            continue
        if not any(getattr(target, "id", "") == DATABASE_NAMES for target in statement.targets):
            continue
        for name in statement.value.elts:
            told = str(ast.literal_eval(name))
            yield Setting(told, "text", "", comment_above(DATABASE, text, told, name.lineno))


def _shown(default: ast.expr) -> str:
    """Return a default as text, if it is a single value and not empty."""
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return "as told here"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if value or value == 0 else ""


def comment_above(path: Path, text: str, name: str, *numbers: int) -> str:
    """Return the comment right above the first of these lines that has one."""
    lines = text.splitlines()
    for number in numbers:
        found: list[str] = []
        place = number - 2
        while place >= 0 and lines[place].strip().startswith("#"):
            found.insert(0, lines[place].strip().lstrip("#:").strip())
            place -= 1
        if found:
            return " ".join(found).replace("|", "\\|")
    raise Undocumented(f"{path}: nothing says what {name} is for: write a comment above it.")
