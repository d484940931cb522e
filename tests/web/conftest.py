"""Shared by the tests of the pages: players, and what a page shows."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tradepost.trading import players
from tradepost.trading.acts import NewPlayer

TAG = re.compile(r"<[^>]*>")
HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


@pytest.fixture
def enlist(db: None) -> Callable[..., list[int]]:
    """Return a function that creates players and returns their ids."""

    def make(count: int = 1, *, coins: int = 100, goods: int = 20, name: str = "Ann") -> list[int]:
        new = [
            NewPlayer(coins=coins, goods=goods, name=f"{name} {place}" if place > 1 else name)
            for place in range(1, count + 1)
        ]
        return [one.id for one in players.create(new, actor="test").answer]

    return make


def text_of(response: Any) -> str:
    """Return a page's text without tags, with single spaces."""
    bare = TAG.sub(" ", HIDDEN.sub(" ", response.content.decode()))
    return " ".join(html.unescape(bare).split())


def key_of(response: Any) -> str:
    """Return the idempotency key of a page's form."""
    return str(response.context["form"]["key"].value())


def messages_of(response: Any) -> list[str]:
    """Return the messages on a page."""
    return [str(message) for message in response.context["messages"]]


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the errors of a page's form, by field."""
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}
