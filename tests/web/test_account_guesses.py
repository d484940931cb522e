"""Concurrent guesses are counted in one place, on every engine."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client

from tests.conftest import run_together
from tests.web.accounts import closed, make_account, sign_in
from tests.web.conftest import text_of
from tests.web.test_account_password import TOO_MANY, WRONG
from tradepost.access.models import SharedValue

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")


@pytest.mark.engine
def test_fifty_guesses_at_once(committed: None) -> None:
    """At most five are checked, however many come at once, in all processes."""
    make_account("ann")
    answers = run_together([lambda: sign_in(Client(), "ann", "wrong") for _ in range(50)])
    assert [one for one in answers if isinstance(one, Exception)] == []
    looked_at = [one for one in answers if WRONG in text_of(one)]
    assert 1 <= len(looked_at) <= 5
    rest = [one for one in answers if one not in looked_at]
    # Under contention, some are asked to try again.
    assert {one.status_code for one in rest} <= {200, 429, 503}
    rest = [one for one in rest if one.status_code != 503]
    for one in rest:
        assert (
            TOO_MANY in text_of(one) if one.status_code == 200 else "Too many tries" in text_of(one)
        )

    # Those that were asked to try again do so, until five guesses were checked.
    for _ in range(5 - len(looked_at)):
        sign_in(Client(), "ann", "wrong")

    # The right one is refused as well, by a process that has not seen the guesses.
    assert isinstance(caches["default"], DatabaseCache)
    assert SharedValue.objects.filter(cache_key__contains="login_failed").exists()
    answer = sign_in(Client(REMOTE_ADDR="127.0.0.9"), "ann")
    assert answer.status_code in (200, 429)
    assert "Location" not in answer.headers
