"""`POST /api/v1/trades/batch`: each answered, or all or nothing; one key for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost.trading.models import Player

pytestmark = pytest.mark.django_db

BATCH, TRADES = "/api/v1/trades/batch", "/api/v1/trades"
KEY = {"Idempotency-Key": "again"}
Pair = tuple[int, int]


def terms(pair: Pair, goods: int = 1, coins: int = 2, **more: Any) -> dict[str, Any]:
    return {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": goods, "coins": coins, **more}


def batch(*trades: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"trades": list(trades), **more}


def done(pair: Pair, place: int, at: str, **terms: int) -> dict[str, Any]:
    """Return the result of the trade at this place, of equal ones between two players."""
    goods, coins = terms.get("goods", 1), terms.get("coins", 2)
    times = place + 1
    return {
        "status": "done",
        "trade": {
            "id": f"{pair[0]}-{place + 2}",
            "seller": str(pair[0]),
            "buyer": str(pair[1]),
            "goods": goods,
            "coins": coins,
            "at": at,
            "seller_balance": {"coins": 100 + times * coins, "goods": 20 - times * goods},
            "buyer_balance": {"coins": 100 - times * coins, "goods": 20 + times * goods},
        },
    }


def statuses(answer: Any) -> list[str]:
    return [one["status"] for one in answer.json()["results"]]


def balances(*ids: int) -> list[tuple[int, int]]:
    found = Player.objects.in_bulk(ids)
    return [(found[one].coins, found[one].goods) for one in ids]


@each_way_in
class TestEachAnswered:
    """Without a wish for all or nothing."""

    def test_answers_each_trade_with_both_balances(self, api: Api, pair: Pair) -> None:
        answer = api.post(BATCH, batch(terms(pair), terms(pair)))

        results = answer.json()["results"]
        at = results[0]["trade"]["at"]
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert results == [done(pair, 0, at), done(pair, 1, at)]
        assert balances(*pair) == [(104, 18), (96, 22)]

    def test_answers_what_the_trade_is_found_as(self, api: Api, pair: Pair) -> None:
        results = api.post(BATCH, batch(terms(pair), terms(pair)))

        for result in results.json()["results"]:
            trade = result["trade"]
            assert api.get(f"{TRADES}/{trade['id']}").json() == trade

    def test_answers_a_refused_one_as_its_own_route_does(self, api: Api, pair: Pair) -> None:
        """Problem by problem; those around it are made."""
        nobody = max(pair) + 1
        bad = [
            terms(pair, goods=21),
            terms(pair, coins=101),
            terms((pair[0], pair[0])),
            terms((nobody, pair[1])),
            terms((pair[0], nobody)),
        ]
        alone = [api.post(TRADES, one).json() for one in bad]

        answer = api.post(BATCH, batch(*bad, terms(pair), *bad[2:]))

        results = answer.json()["results"]
        refused = [{"status": "refused", "problem": problem} for problem in alone]
        at = results[5]["trade"]["at"]
        assert answer.status_code == 200
        assert results == [*refused, done(pair, 0, at), *refused[2:]]
        assert balances(*pair) == [(102, 19), (98, 21)]

    def test_makes_them_in_their_order(self, api: Api, enlist: Callable[..., list[int]]) -> None:
        """The second sells what the first bought, for the coins that the third is paid with."""
        a, b = enlist(2, coins=0, goods=5)
        (rich,) = enlist(1, coins=50, goods=0)
        chain = [terms((a, rich), 5, 50), terms((rich, b), 5, 0), terms((b, a), 10, 50)]

        in_order = api.post(BATCH, batch(*chain))

        assert statuses(in_order) == ["done"] * 3
        assert balances(a, b, rich) == [(0, 10), (50, 0), (0, 0)]

    def test_what_came_before_can_leave_too_little(self, api: Api, pair: Pair) -> None:
        answer = api.post(BATCH, batch(*[terms(pair, goods=8)] * 3))

        problem = answer.json()["results"][2]["problem"]
        assert statuses(answer) == ["done", "done", "refused"]
        assert (problem["code"], problem["available"]) == ("insufficient_goods", 4)
        assert balances(*pair) == [(104, 4), (96, 36)]

    def test_of_refusals_alone_changes_nothing(self, api: Api, pair: Pair) -> None:
        before = state()

        answer = api.post(BATCH, batch(*[terms(pair, goods=21)] * 3))

        assert statuses(answer) == ["refused"] * 3
        assert state() == before


@each_way_in
class TestAllOrNothing:
    """`all_or_nothing`."""

    def test_makes_all(self, api: Api, pair: Pair) -> None:
        answer = api.post(BATCH, batch(terms(pair), terms(pair), all_or_nothing=True))

        results = answer.json()["results"]
        at = results[0]["trade"]["at"]
        assert answer.status_code == 200
        assert results == [done(pair, 0, at), done(pair, 1, at)]

    @pytest.mark.parametrize(
        ("bad", "status", "code"),
        [
            ({"goods": 21}, 409, "insufficient_goods"),
            ({"coins": 101}, 409, "insufficient_coins"),
            ({"seller": "9223372036854775807"}, 404, "player_not_found"),
        ],
    )
    @pytest.mark.parametrize("place", [0, 2])
    def test_is_refused_by_one_that_is_told(
        self,
        api: Api,
        enlist: Callable[..., list[int]],
        bad: dict[str, Any],
        status: int,
        code: str,
        place: int,
    ) -> None:
        """By its place, and nothing of the others is left."""
        a, b, c, d = enlist(4)
        before = state()
        trades = [terms((a, b)) for _ in range(3)]
        trades[place] = terms((c, d)) | bad
        alone = api.post(TRADES, trades[place]).json()

        refused = api.post(BATCH, batch(*trades, all_or_nothing=True), headers=KEY)

        assert (refused.status_code, alone["code"]) == (status, code)
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json() == alone | {"trade_index": place}
        assert state() == before

    def test_leaves_the_key_free_when_it_is_refused(self, api: Api, pair: Pair) -> None:
        good, bad = terms(pair), terms(pair, goods=21)

        refused = api.post(BATCH, batch(good, bad, all_or_nothing=True), headers=KEY)
        made = api.post(BATCH, batch(good, all_or_nothing=True), headers=KEY)

        assert (refused.status_code, made.status_code) == (409, 200)
        assert "Idempotency-Replayed" not in made.headers


@each_way_in
class TestOneKey:
    """`Idempotency-Key`: the batch is one request."""

    @pytest.mark.parametrize("whole", [True, False])
    def test_is_replayed_byte_by_byte(self, api: Api, pair: Pair, whole: bool) -> None:
        trades = [terms(pair), terms(pair, goods=2)] + ([] if whole else [terms(pair, goods=21)])
        body = batch(*trades, all_or_nothing=whole)
        made = api.post(BATCH, body, headers=KEY)
        after = state()

        replayed = api.post(BATCH, body, headers=KEY)

        assert (made.status_code, replayed.status_code) == (200, 200)
        assert "Idempotency-Replayed" not in made.headers
        assert replayed.headers["Idempotency-Replayed"] == "true"
        assert replayed.content == made.content
        assert state() == after

    def test_is_refused_for_another_batch(self, api: Api, pair: Pair) -> None:
        """Another trade, another order, one more, or all or nothing of the same."""
        one, other = terms(pair), terms(pair, goods=2)
        api.post(BATCH, batch(one, other), headers=KEY)
        after = state()

        for body in (
            batch(one, terms(pair, goods=3)),
            batch(other, one),
            batch(one, other, other),
            batch(one),
            batch(one, other, all_or_nothing=True),
        ):
            refused = api.post(BATCH, body, headers=KEY)
            assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
            assert state() == after

    def test_is_not_that_of_a_single_trade(self, api: Api, pair: Pair) -> None:
        api.post(TRADES, terms(pair), headers=KEY)
        after = state()

        refused = api.post(BATCH, batch(terms(pair)), headers=KEY)

        assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
        assert state() == after

    @pytest.mark.parametrize(("whole", "act"), [(False, "trades"), (True, "trades, all or none")])
    def test_is_told_by_its_receipt(self, api: Api, pair: Pair, whole: bool, act: str) -> None:
        trades = [terms(pair)] if whole else [terms(pair), terms(pair, goods=21)]
        made = api.post(BATCH, batch(*trades, all_or_nothing=whole), headers=KEY).json()

        told = api.get(f"/api/v1/receipts/{quote('again')}").json()

        assert (told["key"], told["act"]) == ("again", act)
        outcome = [
            {name: part for name, part in one.items() if part is not None}
            for one in told["outcome"]["results"]
        ]
        assert outcome == made["results"]


@each_way_in
def test_tried_only_changes_nothing(api: Api, pair: Pair) -> None:
    """Each is answered as it would be, behind those before it."""
    before = state()

    tried = api.post(f"{BATCH}?dry_run=true", batch(*[terms(pair, goods=15)] * 2))
    refused = api.post(
        f"{BATCH}?dry_run=true", batch(*[terms(pair, goods=15)] * 2, all_or_nothing=True)
    )

    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert statuses(tried) == ["done", "refused"]
    assert (refused.status_code, refused.json()["trade_index"]) == (409, 1)
    assert state() == before
