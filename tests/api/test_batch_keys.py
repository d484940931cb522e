"""`POST /api/v1/trades/batch` with a key in each trade: each is a request of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.api.conftest import Api, state
from tests.api.test_batch import BATCH, KEY, TRADES, Pair, batch, done, statuses, terms
from tests.api.ways import Loop, Scope, each_way_in, scope_of
from tradepost import txn
from tradepost.trading.models import Entry
from tradepost.txn.committer import GROUP_MAX, Committer, QueuedUnit
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db


def keyed(pair: Pair, *keys: str, **more: Any) -> dict[str, Any]:
    return batch(*(terms(pair, key=key, **more) for key in keys))


@each_way_in
class TestKeyOfEach:
    """`key` in a trade."""

    def test_makes_each_trade_its_own_request(self, api: Api, pair: Pair) -> None:
        answer = api.post(BATCH, keyed(pair, "a", "b"))

        results = answer.json()["results"]
        times = [one["trade"]["at"] for one in results]
        assert answer.status_code == 200
        assert "Idempotency-Replayed" not in answer.headers
        assert results == [done(pair, place, times[place]) for place in (0, 1)]
        for key, result in zip("ab", results, strict=True):
            told = api.get(f"/api/v1/receipts/{key}").json()
            assert (told["act"], told["outcome"]) == ("trade", result["trade"])

    def test_replays_each(self, api: Api, pair: Pair) -> None:
        """Beside new ones, in any order."""
        first = api.post(BATCH, keyed(pair, "a", "b")).json()["results"]

        again = api.post(BATCH, keyed(pair, "c", "b", "a"))

        results = again.json()["results"]
        assert statuses(again) == ["done", "replayed", "replayed"]
        assert [results[2]["trade"], results[1]["trade"]] == [one["trade"] for one in first]
        assert results[0] == done(pair, 2, results[0]["trade"]["at"])
        assert Entry.objects.filter(player_id=pair[0]).count() == 1 + 3

    def test_replays_a_whole_batch_that_is_sent_again(self, api: Api, pair: Pair) -> None:
        body = keyed(pair, *(f"k{place}" for place in range(10)))
        made = api.post(BATCH, body)
        after = state()

        again = api.post(BATCH, body)

        assert again.content == made.content.replace(b'"done"', b'"replayed"')
        assert state() == after

    def test_twice_in_one_batch_is_a_replay(self, api: Api, pair: Pair) -> None:
        answer = api.post(BATCH, keyed(pair, "a", "b", "a"))

        results = answer.json()["results"]
        assert statuses(answer) == ["done", "done", "replayed"]
        assert results[2]["trade"] == results[0]["trade"]
        assert Receipt.objects.count() == 2

    def test_twice_for_different_trades_is_refused(self, api: Api, pair: Pair) -> None:
        trades = (terms(pair, key="a"), terms(pair, goods=2, key="a"), terms(pair, key="b"))

        answer = api.post(BATCH, batch(*trades))

        problem = answer.json()["results"][1]["problem"]
        assert statuses(answer) == ["done", "refused", "done"]
        assert (problem["status"], problem["code"], problem["key"]) == (422, "key_reused", "a")

    def test_of_a_refused_trade_stays_free(self, api: Api, pair: Pair) -> None:
        """Also for a later one of the same batch."""
        trades = (terms(pair, goods=21, key="a"), terms(pair, key="a"))
        alone = api.post(TRADES, terms(pair, goods=21)).json()

        answer = api.post(BATCH, batch(*trades))

        assert statuses(answer) == ["refused", "done"]
        assert answer.json()["results"][0]["problem"] == alone

    @pytest.mark.parametrize("header", ["a", '"a"'])
    def test_is_that_of_the_single_trade(self, api: Api, pair: Pair, header: str) -> None:
        """A trade made alone is replayed in a batch, and the other way around."""
        single = api.post(TRADES, terms(pair), headers={"Idempotency-Key": header})

        many = api.post(BATCH, keyed(pair, "a", "b"))
        after = state()
        alone = api.post(TRADES, terms(pair), headers={"Idempotency-Key": "b"})

        results = many.json()["results"]
        assert statuses(many) == ["replayed", "done"]
        assert results[0]["trade"] == single.json()
        assert (alone.status_code, alone.json()) == (200, results[1]["trade"])
        assert alone.headers["Idempotency-Replayed"] == "true"
        assert state() == after

    def test_is_not_that_of_a_documents_route(self, api: Api, pair: Pair) -> None:
        fields = f"sellID={pair[0]}&buyID={pair[1]}&amount=1&price=2"
        api.form("/player/trade", fields, headers={"Idempotency-Key": "a"})

        answer = api.post(BATCH, keyed(pair, "a"))

        assert statuses(answer) == ["refused"]
        assert answer.json()["results"][0]["problem"]["code"] == "key_reused"


@pytest.mark.parametrize(
    ("query", "headers", "change", "told"),
    [
        ("", {}, {"trades": "some"}, "some trades have a key and some have none"),
        ("", KEY, {}, "do not go together with the header Idempotency-Key"),
        ("", {}, {"all_or_nothing": True}, "do not go together with all_or_nothing"),
        ("?dry_run=true", {}, {}, "do not go together with dry_run"),
    ],
)
def test_keys_do_not_go_together_with_what_makes_it_one_request(
    api: Api,
    pair: Pair,
    query: str,
    headers: dict[str, str],
    change: dict[str, Any],
    told: str,
) -> None:
    before = state()
    body = keyed(pair, "a", "b")
    if change.pop("trades", None):
        body = batch(terms(pair, key="a"), terms(pair))

    refused = api.post(f"{BATCH}{query}", body | change, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert told in refused.json()["detail"]
    assert state() == before


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a\n", "k" * 256, 5, True, ["a"], {}])
def test_a_key_that_is_none_is_refused(api: Api, pair: Pair, key: Any) -> None:
    before = state()

    refused = api.post(BATCH, batch(terms(pair, key="a"), terms(pair, key=key)))

    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert refused.json()["errors"][0]["pointer"] == "/trades/1/key"
    assert state() == before


@pytest.mark.parametrize("key", ["k" * 255, "!", "~", '"a"', "a,b", "\\", "K", "k"])
def test_a_key_is_taken_as_it_is(api: Api, pair: Pair, key: str) -> None:
    """In JSON, quotes are quotes."""
    assert statuses(api.post(BATCH, keyed(pair, key, "other"))) == ["done", "done"]
    assert set(Receipt.objects.values_list("key", flat=True)) == {key, "other"}


class TestInGroups:
    """More of them than one transaction takes."""

    @pytest.fixture
    def rich(self, committed: None, enlist: Callable[..., list[int]]) -> Pair:
        seller, buyer = enlist(2, coins=10_000, goods=10_000)
        return seller, buyer

    @pytest.fixture
    def groups(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The sizes of the groups that are committed."""
        sizes: list[int] = []
        run = Committer._run

        def counting(own: Committer, taken: Sequence[QueuedUnit]) -> None:
            sizes.append(len(taken))
            run(own, taken)

        monkeypatch.setattr(Committer, "_run", counting)
        return sizes

    def test_are_made_in_their_order(self, api: Api, rich: Pair, groups: list[int]) -> None:
        count = 2 * GROUP_MAX + 10
        body = keyed(rich, *(f"k{place}" for place in range(count)))

        answer = api.post(BATCH, body)

        ids = [one["trade"]["id"] for one in answer.json()["results"]]
        assert statuses(answer) == ["done"] * count
        assert ids == [f"{rich[0]}-{place + 2}" for place in range(count)]
        assert Receipt.objects.count() == count
        # No more commits than groups of the largest size; the first may have found nobody there.
        assert sum(groups) == count
        assert max(groups) <= GROUP_MAX
        again = api.post(BATCH, body)
        assert again.content == answer.content.replace(b'"done"', b'"replayed"')

    @pytest.mark.engine
    def test_ten_thousand_are_made(self, api: Api, rich: Pair, groups: list[int]) -> None:
        trades = [terms(rich, 1, 1, key=f"key-{place}") for place in range(10_000)]

        answer = api.post(BATCH, batch(*trades))

        assert Counter(statuses(answer)) == {"done": 10_000}
        assert Receipt.objects.count() == 10_000
        assert Entry.objects.filter(player_id=rich[0]).count() == 10_001

    def test_let_a_single_trade_in_between(
        self, api: Api, rich: Pair, loop: Loop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One that comes while the first group is committed is in the next transaction."""
        count = 4 * GROUP_MAX
        run, submit = Committer._run, txn.submit
        queued = threading.Event()
        waiting: list[Any] = []

        def submitting(*arguments: Any, **more: Any) -> None:
            submit(*arguments, **more)
            queued.set()

        def meanwhile(own: Committer, taken: Sequence[QueuedUnit]) -> None:
            if not waiting:
                waiting.append(loop.begin(*single(rich)))
                assert queued.wait(timeout=60)
            run(own, taken)

        monkeypatch.setattr(txn, "submit", submitting)
        monkeypatch.setattr(Committer, "_run", meanwhile)

        answer = api.post(BATCH, keyed(rich, *(f"k{place}" for place in range(count))))

        numbers = [int(one["trade"]["id"].split("-")[1]) for one in answer.json()["results"]]
        assert waiting[0]().status == 201
        # The single one is the first after those that were taken before it came.
        missing = set(range(2, count + 3)) - set(numbers)
        assert len(missing) == 1
        assert missing.pop() <= GROUP_MAX + 2
        assert numbers == sorted(numbers)


def single(pair: Pair) -> tuple[Scope, bytes]:
    """Return a plain trade, as it is asked of the application."""
    body = b'{"seller": "%d", "buyer": "%d", "goods": 1, "coins": 1}' % pair
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": TRADES,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
    }
    return scope_of(environ), body
