"""Which rights a route asks for: declared beside its handler, and collected from the URLconf."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tradepost.access.rights import SAFE_METHODS, Right, Rights

Target = TypeVar("Target")
DECLARED = "declared_access"


@dataclass(frozen=True, slots=True)
class Access:
    """The rights that a route asks for: any one of them is enough.

    It is a decorator: call it with a handler, with a route, or with an included URLconf, all of
    whose routes then ask for these rights unless they declare their own.

    Attributes:
        page: Whether people look at it, who are asked to sign in where a program gets a 401.
    """

    reads: Rights
    writes: Rights
    page: bool

    def __call__(self, target: Target) -> Target:
        """Declare it on a handler or a route."""
        setattr(target, DECLARED, self)
        return target

    def allows(self, method: str, rights: Rights) -> bool:
        """Return whether these rights allow a method."""
        return bool((self.reads if method in SAFE_METHODS else self.writes) & rights)


def allow(
    reads: Right | Rights, writes: Right | Rights = Right.ADMIN, *, page: bool = False
) -> Access:
    """Return the access of those who have any of some rights.

    Args:
        writes: For what is neither GET, HEAD nor OPTIONS. Where a route has no such method, this
            decides who is told so (405), and who is refused (403).
    """
    given = [frozenset({one}) if isinstance(one, Right) else one for one in (reads, writes)]
    return Access(given[0], given[1], page)


EVERYBODY = allow(Right.ENTER, Right.ENTER)


def declared_on(target: Any) -> Access | None:
    """Return the access that a handler or a route declares."""
    found = getattr(target, DECLARED, None)
    return found if isinstance(found, Access) else None


@functools.cache
def collected() -> dict[str, Access | None]:
    """Return the access of each route in the URLconf, by its pattern as Django writes it.

    None is a route that declares nothing: nobody may use it.
    """
    found: dict[str, Access | None] = {}
    for route, access in _walk(get_resolver().url_patterns, "", None):
        # Django, too, takes the first of two that are the same.
        found.setdefault(route, access)
    return found


def of_route(route: str) -> Access | None:
    """Return the access of a route, given as `ResolverMatch.route` has it."""
    return collected().get(route)


def of_path(path: str) -> Access | None:
    """Return the access of the route that serves a path."""
    try:
        return of_route(resolve(path).route)
    except Resolver404:
        return None


def section_has_pages(path: str) -> bool | None:
    """Return whether a path without a route lies among pages, or None where it lies nowhere.

    It is read by the first part of the path, where routes have more parts than that.
    """
    head, slash, _ = path.removeprefix("/").partition("/")
    return _sections().get(head) if slash else None


@functools.cache
def _sections() -> dict[str, bool]:
    found: dict[str, bool] = {}
    for route, access in collected().items():
        head, _, rest = route.removeprefix("^").partition("/")
        if access is not None and rest not in ("", "?$"):
            found.setdefault(head, access.page)
    return found


def _walk(
    patterns: Sequence[URLPattern | URLResolver], prefix: str, inherited: Access | None
) -> Iterator[tuple[str, Access | None]]:
    for one in patterns:
        route = str(one.pattern)
        if prefix:
            # As Django joins them.
            route = prefix + route.removeprefix("^")
        access = declared_on(one) or inherited
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route, access)
        else:
            yield route, declared_on(one.callback) or access
