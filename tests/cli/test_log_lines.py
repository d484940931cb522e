"""Request lines are written in batches, and look exactly as `logging` would write them."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading

import pytest

from tradepost.config import logs
from tradepost.config.logs import JsonFormatter, LineFormatter, RequestLines

MESSAGES = (
    "POST /api/v1/trades 201 1.2ms",
    "GET /keys/tp_12345678secretsecret 404 0.1ms",
    "POST /account/password/reset/key/1-abc/ 200 3.0ms",
)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock."""
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.25)


def by_logging(formatter: logging.Formatter, message: str) -> str:
    record = logs.logger.makeRecord("tradepost.request", logging.INFO, "", 0, message, (), None)
    return formatter.format(record)


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()], ids=["text", "json"])
def test_a_request_line_looks_like_one_from_logging(
    formatter: logging.Formatter, at_noon: None
) -> None:
    written = io.StringIO()
    lines = RequestLines(formatter, written)
    logs.begin_request("own-1")

    for message in MESSAGES:
        lines.add(message)
    lines.stop()
    found = written.getvalue().splitlines()

    assert found == [by_logging(formatter, message) for message in MESSAGES]
    assert all("own-1" in line for line in found)
    assert "secretsecret" not in written.getvalue()
    assert "1-abc" not in written.getvalue()


def test_a_json_line_is_an_object() -> None:
    logs.begin_request("own-1")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "", 0, "two\nlines", (), sys.exc_info()
        )

    shown = json.loads(JsonFormatter().format(record))

    assert shown["message"] == "two\nlines"
    assert "ZeroDivisionError: division by zero" in shown["exception"]
    assert (shown["level"], shown["logger"], shown["request_id"]) == ("ERROR", "x", "own-1")


class Stuck(io.StringIO):
    """A log that blocks until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.reached.set()
        assert self.go_on.wait(timeout=60)
        return super().write(text)


def test_a_blocked_log_drops_lines_and_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "LINES_MAX", 2)
    stuck = Stuck()
    lines = RequestLines(LineFormatter(), stuck)
    lines.add("first")
    assert stuck.reached.wait(timeout=60)

    for message in ("second", "third", "fourth", "fifth"):
        lines.add(message)
    stuck.go_on.set()
    lines.stop()

    told = [line.rpartition(": ")[2] for line in stuck.getvalue().splitlines()]
    assert told[:3] == ["first", "second", "third"]
    assert stuck.getvalue().count("2 request lines were dropped") == 1
    assert len(told) == 4
