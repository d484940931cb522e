"""The rights that the routes for programs ask for."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver
from ninja import Router
from ninja.operation import PathView

from tradepost.access.rights import SCOPES, Right
from tradepost.access.routes import EVERYBODY, Access, allow, declared_on

PROBES = allow(Right.ENTER)
PLAYERS = allow(Right.READ, Right.TRADE)
SHOP = allow(Right.READ, Right.SHOP)
# The caller's own: they are looked up under the caller's name.
RECEIPTS = allow(frozenset(SCOPES))
# The OpenAPI document, the page that shows it, and the address above them, which is empty.
FRAMEWORK = dict.fromkeys(("openapi-json", "openapi-view", "api-root"), EVERYBODY)


def declare(patterns: Sequence[URLPattern | URLResolver], routers: Sequence[Router]) -> None:
    """Declare on each route of django-ninja what its operations declare."""
    named: dict[str, Access | None] = {**FRAMEWORK}
    for router in routers:
        for view in router.path_operations.values():
            for name, access in _named(view).items():
                # Of two operations with one name, it would not be certain whose route is whose.
                named[name] = access if named.get(name, access) == access else None
    for pattern in patterns:
        if access := named.get(getattr(pattern, "name", None) or ""):
            access(pattern)


def _named(view: PathView) -> dict[str, Access | None]:
    """Return the access of a path, by the names of its operations.

    They have to agree: else the path declares nothing, and nobody may use it.
    """
    functions = [operation.view_func for operation in view.operations]
    declared = {declared_on(function) for function in functions}
    access = declared.pop() if len(declared) == 1 else None
    return {function.__name__: access for function in functions}
