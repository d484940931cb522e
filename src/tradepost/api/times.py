"""Formats times without the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def written(shown: dict[str, Any], times: Sequence[str] = ("at",)) -> dict[str, Any]:
    """Return an answer with its ISO 8601 times in UTC cut to milliseconds, with a Z."""
    return shown | {name: _time(shown[name]) for name in times}


def _time(at: str) -> str:
    return f"{at[:23] if '.' in at else at[:19]}Z"
