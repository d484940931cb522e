"""What processes share: a value that is set is set, whatever got in the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache

from tradepost.access import shared
from tradepost.txn import Busy

pytestmark = pytest.mark.django_db


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """As many writes fail as are in here, as Django's cache lets them."""
    left: list[str] = []
    write = DatabaseCache._base_set

    def fail(self: DatabaseCache, mode: str, *args: Any, **options: Any) -> Any:
        return False if left and left.pop() else write(self, mode, *args, **options)

    monkeypatch.setattr(DatabaseCache, "_base_set", fail)
    monkeypatch.setattr(shared, "PAUSE_MAX_S", 0)
    return left


def test_a_value_is_set_after_failures(failures: list[str]) -> None:
    failures += ["set"] * (shared.TRIES - 1)

    cache.set("guesses", 4)

    assert cache.get("guesses") == 4


def test_what_cannot_be_set_is_told(failures: list[str]) -> None:
    failures += ["set"] * shared.TRIES

    with pytest.raises(Busy):
        cache.set("guesses", 4)
    assert cache.get("guesses") is None


def test_what_is_there_is_not_added(failures: list[str]) -> None:
    """A lock is somebody's: to be asked again is for who asks."""
    assert cache.add("lock", 1)
    assert not cache.add("lock", 2)
    failures.append("add")
    assert not cache.add("other", 1)
    assert (cache.get("lock"), cache.get("other")) == (1, None)
