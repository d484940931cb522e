"""Every route there is, from the URLconf."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# What every pattern is asked by, whatever it takes.
METHODS = ("GET", "POST", "PATCH", "DELETE")


def all_patterns() -> list[str]:
    """Return the pattern of every route, as Django knows it."""
    return sorted(set(_leaves(get_resolver())))


def _leaves(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        pattern = prefix + str(one.pattern).removeprefix("^")
        if isinstance(one, URLPattern):
            yield pattern
        else:
            yield from _leaves(one, pattern)
