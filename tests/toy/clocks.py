"""The database's time, made to be what a test needs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from django.db import connections

from tradepost.engines import engine_of
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, *times: datetime) -> None:
    """Let each transaction read the next of these times, and the last one ever after."""
    dialect = type(engine_of("default").speak(connections["default"]))
    looked_up = dialect.looked_up
    left = itertools.chain(times, itertools.repeat(times[-1]))

    def look_up(self: Dialect, results: Sequence[Result]) -> tuple[datetime, list[Any]]:
        return next(left), looked_up(self, results)[1]

    monkeypatch.setattr(dialect, "looked_up", look_up)
