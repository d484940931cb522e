"""Registers views for GET and HEAD."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ninja import Router

View = TypeVar("View", bound=Callable[..., Any])


def get(router: Router, path: str, **description: Any) -> Callable[[View], View]:
    """Register a view for GET, and for HEAD without documenting it."""

    def register(view: View) -> View:
        router.api_operation(["HEAD"], path, include_in_schema=False, **description)(view)
        router.get(path, **description)(view)
        return view

    return register
