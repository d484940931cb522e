"""The hot routes know keys as the views do: byte for byte, and row for row."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from tests.api.hot_requests import PLAIN, PLAIN_FORM, Hot
from tests.api.same import Pair, Ways
from tests.api.ways import Loop
from tradepost.access import key_lookup, keys
from tradepost.access.rights import Right
from tradepost.api import hot

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "quiet", "still", "closed"),
]
REMOTE = "203.0.113.9"
PROXY = (
    ("x-forwarded-for", REMOTE),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "shop.example.org"),
    ("via", "1.1 proxy"),
)


@pytest.fixture
def ways(
    committed: None, loop: Loop, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ways]:
    # As long as the test may take.
    monkeypatch.setattr(key_lookup, "TRUSTED_S", 3600.0)
    with Ways(loop, pair).counting() as found:
        yield found


def secret(name: str = "till", right: Right = Right.TRADE, limit: int | None = None) -> str:
    """Return the secret of a new key that the process knows already."""
    made = keys.make(name, (right,), by="test", limit_per_minute=limit).secret
    key_lookup.identify(made)
    return made


def requests(*headers: tuple[str, str], is_hot: bool = True, **changed: object) -> dict[str, Hot]:
    return {
        one.path: replace(one, headers=headers, is_hot=is_hot, **changed)  # type: ignore[arg-type]
        for one in (PLAIN, PLAIN_FORM)
    }


def test_a_known_key_trades_without_django(ways: Ways) -> None:
    """From anywhere, and through a proxy, too."""
    known = secret()
    basic = "Basic " + base64.b64encode(f"any:{known}".encode()).decode()

    for given in (f"Bearer {known}", basic):
        one = ("authorization", given)
        assert ways.compare(requests(one, caller=REMOTE)) == []
        assert ways.compare(requests(one, *PROXY)) == []
        assert ways.compare(requests(one, ("idempotency-key", "a"))) == []


def test_what_a_caller_may_not_is_refused_without_django(ways: Ways) -> None:
    """The use of the key is counted, so the view is not asked again."""
    reader = ("authorization", f"Bearer {secret('reader', Right.READ)}")

    assert ways.compare(requests(reader)) == []
    assert ways.compare(requests()) == []


def test_what_does_not_get_in_is_left_to_the_view(ways: Ways) -> None:
    wrong = ("authorization", "Bearer tp_wrong")
    trader = ("authorization", f"Bearer {secret()}")

    assert ways.compare(requests(wrong, is_hot=False)) == []
    assert ways.compare(requests(trader, ("origin", "http://evil.example"), is_hot=False)) == []
    assert ways.compare(requests(trader, host="evil.example", is_hot=False)) == []


def test_every_hot_route_declares_its_rights() -> None:
    assert [path for path in hot.COMMANDS if hot._access(path) is None] == []


def test_a_hot_route_that_declares_nothing_is_refused_to_everybody(
    ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django still serves it, so the two ways differ, which the comparison finds."""
    given = ("authorization", f"Bearer {secret()}")
    monkeypatch.setattr(hot, "_access", lambda _path: None)

    found = ways.compare(requests(given))

    assert len(found) == 2
    assert all(": 403 " in one for one in found)


def test_a_spent_key_is_left_to_the_view(ways: Ways) -> None:
    """Which refuses it: the one use was the hot route's."""
    one = ("authorization", f"Bearer {secret(limit=1)}")
    first = requests(one)[PLAIN.path]
    ways.compare({"first": first})

    assert ways.compare({"second": replace(first, is_hot=False)}) == []


def test_a_cookie_is_left_to_the_view(ways: Ways) -> None:
    one = ("authorization", f"Bearer {secret()}")

    assert asks_django(ways, requests(one, ("cookie", "sessionid=x")))


def asks_django(ways: Ways, asked: dict[str, Hot]) -> bool:
    """Return whether each of these is left to Django."""
    ways.to_django = 0
    for one in asked.values():
        ways._as_served(one)
    return ways.to_django == len(asked)


def test_plain_http_is_left_to_the_view(ways: Ways, settings: Settings) -> None:
    """Which knows where nobody listens in."""
    settings.SECURE_SSL_REDIRECT = True
    one = ("authorization", f"Bearer {secret()}")

    assert asks_django(ways, requests(one))
