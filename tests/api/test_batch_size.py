"""`POST /api/v1/trades/batch`: how many trades, how large a body, how many statements."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection

from tests.api.conftest import Api, state
from tests.api.test_batch import BATCH, KEY, Pair, balances, batch, statuses, terms
from tests.toy.sent import sent
from tradepost.engines import Engine
from tradepost.engines.tables import table_of
from tradepost.trading.models import Entry

pytestmark = pytest.mark.django_db


class TestSize:
    """How many, and how much."""

    @pytest.mark.engine
    def test_ten_thousand_are_made(self, api: Api, enlist: Callable[..., list[int]]) -> None:
        ids = enlist(50, coins=10_000, goods=10_000)
        pairs = list(zip(ids, ids[1:] + ids[:1], strict=True))
        trades = [terms(pairs[place % 50], 1, 1) for place in range(10_000)]

        answer = api.post(BATCH, batch(*trades), headers=KEY)

        assert statuses(answer) == ["done"] * 10_000
        assert Entry.objects.exclude(kind="created").count() == 20_000
        # As often on one side as on the other.
        assert balances(*ids) == [(10_000, 10_000)] * 50
        replayed = api.post(BATCH, batch(*trades), headers=KEY)
        assert replayed.content == answer.content

    @pytest.mark.parametrize(
        ("count", "told"),
        [
            (0, "/trades: List should have at least 1 item after validation, not 0"),
            (10_001, "/trades: List should have at most 10000 items after validation, not 10001"),
        ],
    )
    def test_neither_none_nor_more(self, api: Api, pair: Pair, count: int, told: str) -> None:
        before = state()

        refused = api.post(BATCH, batch(*[terms(pair)] * count))

        assert (refused.status_code, refused.json()["code"]) == (422, "out_of_range")
        assert refused.json()["detail"] == told
        assert refused.json()["errors"][0]["pointer"] == "/trades"
        assert state() == before

    def test_a_body_over_the_limit_is_refused(self, api: Api, pair: Pair) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

        refused = api.post(BATCH, raw=b" " * (limit + 1))

        assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
        assert refused.json()["limit"] == limit == 4_194_304
        assert f"{limit} bytes are the limit" in refused.json()["detail"]

    def test_the_longest_ten_thousand_are_within_the_limit(self) -> None:
        """With keys as most people make them."""
        longest = terms((2**63 - 1, 2**63 - 2), 2**53 - 1, 2**53 - 1, key="k" * 36)
        size = len(str(batch(*[longest] * 10_000)))

        assert size < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.engine
@pytest.mark.parametrize("key", [None, "again"])
def test_ten_are_made_by_as_many_statements_as_a_hundred(
    api: Api, engine: Engine, enlist: Callable[..., list[int]], key: str | None
) -> None:
    """Save for the entries, of which a statement takes so many and no more on some engines."""
    counts = []
    for count in (10, 100):
        seller, buyer = enlist(2, goods=1000)
        headers = {"Idempotency-Key": f"{key}-{count}"} if key else None
        with sent() as statements:
            api.post(BATCH, batch(*[terms((seller, buyer), coins=0)] * count), headers=headers)
        counts.append(Counter(one.verb for one in statements))

    columns = len(Entry._meta.local_concrete_fields) - 1
    at_once = engine.speak(connection).rows_at_once(table_of(Entry, "default"), columns)
    ten, hundred = (math.ceil(2 * count / at_once) for count in (10, 100))
    assert counts[1] - counts[0] == Counter(INSERT=hundred - ten)
    assert counts[0] - counts[1] == Counter()
    # Both rows at once; the entries, and the receipt.
    assert counts[0]["UPDATE"] == 1
    assert counts[0]["INSERT"] == (2 if key else 1)
