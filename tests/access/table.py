"""How the tables of routes are read: who may ask for what.

A row has the route's pattern; who may read it and who may change something there; and what an
admitted caller is answered to GET, POST, and, by programs, PATCH and DELETE, with an empty body,
about things that are not there (999): admission comes before everything else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PEOPLE = frozenset({"customer", "viewer", "operator", "admin"})
KEYS = frozenset({"key:read", "key:trade", "key:shop"})
ALL = PEOPLE | KEYS | {"nobody", "key:none"}
WHO = {
    "all": ALL,
    "none": frozenset(),
    "any-right": KEYS | {"viewer", "operator", "admin"},
    "read": frozenset({"viewer", "operator", "admin", "key:read"}),
    "trade": frozenset({"operator", "admin", "key:trade"}),
    "shop": frozenset({"operator", "admin", "key:shop"}),
    # Customers look around, buy, and see what became of what they sent.
    "look": frozenset({"customer", "viewer", "operator", "admin", "key:read"}),
    "buy": frozenset({"customer", "operator", "admin", "key:shop"}),
    "own": PEOPLE | KEYS,
    "office": frozenset({"viewer", "operator", "admin"}),
    "clerk": frozenset({"operator", "admin"}),
    "admin": frozenset({"admin"}),
}
METHODS = ("GET", "POST", "PATCH", "DELETE")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PART = re.compile(r"\(\?P<\w+>\[\^/\]\+\)|<(\w+:)?\w+>")
# What stands for a part of a path that is not any text.
GIVEN = {
    r"(?P<app_label>access|trading|shop|txn|admin)": "shop",
    "(?P<url>.*)": "nothing",
    "<str:kind>": "csv",
    r"(?P<key>[-:\w]+)": "k",
    "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-x",
}


class Row(NamedTuple):
    """A route, and who may use it.

    Attributes:
        statuses: What an admitted caller is answered, by method.
        page: Whether a person who is not admitted is asked to sign in.
    """

    pattern: str
    reads: frozenset[str]
    writes: frozenset[str]
    statuses: dict[str, int]
    page: bool

    @property
    def path(self) -> str:
        """A path that the pattern fits."""
        return path_of(self.pattern)

    @property
    def kind(self) -> str:
        """What its clients send."""
        return FORM if self.page else JSON


def path_of(pattern: str) -> str:
    """Return a path that a pattern fits."""
    path = pattern
    for part, text in GIVEN.items():
        path = path.replace(part, text)
    return "/" + PART.sub("999", path).removesuffix("$").removesuffix("/?")


def rows(table: str, *, page: bool) -> list[Row]:
    """Read a table."""
    return [_row(line.split(), page=page) for line in table.strip().splitlines()]


def _row(cells: list[str], *, page: bool) -> Row:
    pattern, reads, writes, *statuses = cells
    # Where nobody is admitted, there is nothing to answer.
    told = {
        method: 0 if status == "-" else int(status)
        for method, status in zip(METHODS, statuses, strict=False)
    }
    return Row(pattern if pattern != "/" else "", WHO[reads], WHO[writes], told, page)
