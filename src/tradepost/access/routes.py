"""The rights that routes require, declared beside their handlers and collected from the URLconf."""

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
    """The rights that a route requires: any one of them is enough.

    It is a decorator for a handler, a route, or an included URLconf. Routes in an included URLconf
    inherit it unless they declare their own.

    Attributes:
        page: Whether it is a page, which redirects anonymous callers to the login.
    """

    reads: Rights
    writes: Rights
    page: bool

    def __call__(self, target: Target) -> Target:
        setattr(target, DECLARED, self)
        return target

    def allows(self, method: str, rights: Rights) -> bool:
        return bool((self.reads if method in SAFE_METHODS else self.writes) & rights)


def allow(
    reads: Right | Rights, writes: Right | Rights = Right.ADMIN, *, page: bool = False
) -> Access:
    """Return the access for callers with any of these rights.

    Args:
        reads: For GET, HEAD and OPTIONS.
        writes: For all other methods. If the route has none, callers with these rights get a 405,
            and all others a 403.
    """
    given = [frozenset({one}) if isinstance(one, Right) else one for one in (reads, writes)]
    return Access(given[0], given[1], page)


EVERYBODY = allow(Right.ENTER, Right.ENTER)


def declared_on(target: Any) -> Access | None:
    """Return the access that a handler or a route declares itself."""
    found = getattr(target, DECLARED, None)
    return found if isinstance(found, Access) else None


@functools.cache
def collected() -> dict[str, Access | None]:
    """Return the access of every route in the URLconf, by its pattern as Django writes it.

    None marks a route that declares nothing; nobody may use it.
    """
    found: dict[str, Access | None] = {}
    for route, access in _walk(get_resolver().url_patterns, "", None):
        # Of two equal patterns Django takes the first.
        found.setdefault(route, access)
    return found


def of_route(route: str) -> Access | None:
    """Return the access of a route, named by `ResolverMatch.route`."""
    return collected().get(route)


def of_path(path: str) -> Access | None:
    """Return the access of the route for a path."""
    try:
        return of_route(resolve(path).route)
    except Resolver404:
        return None


def section_has_pages(path: str) -> bool | None:
    """Return whether the routes around a path are pages; None if there are none around it.

    These are the routes of more than one part that begin with the same part.
    """
    section, slash, _ = path.removeprefix("/").partition("/")
    for route, access in collected().items():
        head, _, rest = route.removeprefix("^").partition("/")
        if slash and head == section and access is not None and rest not in ("", "?$"):
            return access.page
    return None


def _walk(
    patterns: Sequence[URLPattern | URLResolver], prefix: str, inherited: Access | None
) -> Iterator[tuple[str, Access | None]]:
    for one in patterns:
        route = str(one.pattern)
        if prefix:
            # Django joins them in the same way.
            route = prefix + route.removeprefix("^")
        access = declared_on(one) or inherited
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route, access)
        else:
            yield route, declared_on(one.callback) or access
