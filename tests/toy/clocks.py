"""The database's time, made to be what a test needs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.db import connections

from tradepost.engines import engine_of
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, *times: datetime) -> None:
    """Let each transaction read the next of these times, and the last one ever after."""
    left = itertools.chain(times, itertools.repeat(times[-1]))
    use_clock(monkeypatch, lambda: next(left))


def use_clock(monkeypatch: pytest.MonkeyPatch, clock: Callable[[], datetime]) -> None:
    """Let each transaction read its time from this clock."""
    dialect = type(engine_of("default").speak(connections["default"]))
    looked_up = dialect.looked_up

    def read(self: Dialect, results: Sequence[Result]) -> tuple[datetime, list[Any]]:
        return clock(), looked_up(self, results)[1]

    monkeypatch.setattr(dialect, "looked_up", read)
