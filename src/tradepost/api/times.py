"""Formats times without the framework."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any


def written(shown: dict[str, Any], times: Sequence[str] = ("at",)) -> dict[str, Any]:
    """Return an answer whose times, which are in UTC, have milliseconds and a Z."""
    return shown | {name: _time(shown[name]) for name in times}


def _time(at: str | datetime) -> str:
    at = at if isinstance(at, str) else at.isoformat()
    return f"{at[:23] if '.' in at else at[:19]}Z"
