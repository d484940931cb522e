"""The rights that the routes for programs require."""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver
from ninja import Router
from ninja.operation import PathView

from tradepost.access.rights import SCOPES, Right
from tradepost.access.routes import EVERYBODY, Access, allow, declared_on

PROBES = allow(Right.ENTER)
PLAYERS = allow(Right.READ, Right.TRADE)
SHOP = allow(Right.READ, Right.SHOP)
# Callers see only their own.
RECEIPTS = allow(frozenset(SCOPES))
# The OpenAPI document, the page that shows it, and the empty address above them.
FRAMEWORK = dict.fromkeys(("openapi-json", "openapi-view", "api-root"), EVERYBODY)


def declare(patterns: Sequence[URLPattern | URLResolver], routers: Sequence[Router]) -> None:
    """Declare on each route of django-ninja the rights that its operations declare."""
    named: dict[str, Access | None] = {**FRAMEWORK}
    for router in routers:
        for view in router.path_operations.values():
            for name, access in _named(view).items():
                # Routes are told apart by name. Two of one name declare nothing.
                named[name] = access if named.get(name, access) == access else None
    for pattern in patterns:
        if access := named.get(getattr(pattern, "name", None) or ""):
            access(pattern)


def _named(view: PathView) -> dict[str, Access | None]:
    """Return the access of a path by the names of its operations, which have to agree.

    If they differ, the path declares nothing, and nobody may use it.
    """
    functions = [operation.view_func for operation in view.operations]
    declared = {declared_on(function) for function in functions}
    access = declared.pop() if len(declared) == 1 else None
    return {function.__name__: access for function in functions}
