"""Each invariant is broken on purpose, past the services; the audit names it and the row."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.audit.books import broken
from tests.trading.actors import ACTOR, enlist, trade
from tradepost import txn
from tradepost.audit.report import audit
from tradepost.engines import Engine
from tradepost.trading import players, trades
from tradepost.trading.book import PLAYERS
from tradepost.trading.models import BALANCE_MAX, Entry, Player
from tradepost.trading.rules import Terms
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def traders() -> tuple[int, int]:
    """A seller and a buyer who traded once, under the key ``k``."""
    seller, buyer = enlist(), enlist()
    trade(seller, buyer, goods=2, coins=30, key="k")
    return seller, buyer


def entry(player: int, number: int) -> Any:
    return Entry.objects.filter(player_id=player, number=number)


def test_honest_books_hold(traders: tuple[int, int]) -> None:
    """Nothing is named where nothing is wrong."""
    assert broken() == {}


Break = Callable[[int, int], object]


def _coin_made_up(seller: int, _buyer: int) -> None:
    Player.objects.filter(pk=seller).update(coins=131)


def _gap(seller: int, _buyer: int) -> None:
    entry(seller, 1).delete()


def _wrong_balance_after(seller: int, _buyer: int) -> None:
    entry(seller, 2).update(coins_after=131)
    Player.objects.filter(pk=seller).update(coins=131)


def _last_entry_lost(seller: int, _buyer: int) -> None:
    entry(seller, 2).delete()


def _miscounted(seller: int, _buyer: int) -> None:
    Player.objects.filter(pk=seller).update(entry_count=7)


def _player_lost(seller: int, _buyer: int) -> None:
    Player.objects.filter(pk=seller).delete()


def _not_created(seller: int, _buyer: int) -> None:
    entry(seller, 1).update(kind="adjusted")


def _one_leg(_seller: int, buyer: int) -> None:
    entry(buyer, 2).update(kind="adjusted", counterparty_id=None, counterparty_number=None)


def _legs_that_differ(_seller: int, buyer: int) -> None:
    entry(buyer, 2).update(coins=-29, coins_after=71)
    Player.objects.filter(pk=buyer).update(coins=71)


def _stranger_s_leg(seller: int, _buyer: int) -> None:
    entry(seller, 2).update(counterparty_id=10**9)


def _receipt_unfinished(_seller: int, _buyer: int) -> None:
    Receipt.objects.update(outcome="")


def _backdated(seller: int, _buyer: int) -> None:
    entry(seller, 2).update(at=LONG_AGO)


def _goods_taken_from_the_buyer(seller: int, buyer: int) -> None:
    entry(seller, 2).update(kind="bought")
    entry(buyer, 2).update(kind="sold")


def _adjusted_by_nothing(seller: int, _buyer: int) -> None:
    players.rename(seller, name="Ann", actor=ACTOR)
    entry(seller, 3).update(kind="adjusted")


def _receipt_lies(_seller: int, _buyer: int) -> None:
    receipt = Receipt.objects.get()
    _answer(receipt, dataclasses.replace(receipt.answer, coins=31))


def _batch(seller: int, buyer: int, *, whole: bool = False) -> Receipt:
    """Make two trades under the key ``b``, and a third unless it would refuse the others."""
    goods = (1, 2) if whole else (1, 99, 2)
    terms = [Terms(seller, buyer, goods=count, coins=1) for count in goods]
    trades.execute_batch(terms, whole=whole, actor=ACTOR, key=txn.Key(ACTOR, "b"))
    return Receipt.objects.get(key="b")


def _receipt_of_a_batch_lies(seller: int, buyer: int) -> None:
    receipt = _batch(seller, buyer)
    first, refused, last = receipt.answer
    wrong = dataclasses.replace(last, seller_goods=99)
    _answer(receipt, (first, refused, wrong))


def _receipt_of_a_whole_batch_lies(seller: int, buyer: int) -> None:
    receipt = _batch(seller, buyer, whole=True)
    first, last = receipt.answer
    _answer(receipt, (first, dataclasses.replace(last, at=LONG_AGO)))


def _applied_twice(_seller: int, _buyer: int) -> None:
    _store(Receipt.objects.get())


def _batch_applied_twice(seller: int, buyer: int) -> None:
    _store(_batch(seller, buyer, whole=True))


def _trade_is_in_a_batch_too(seller: int, buyer: int) -> None:
    lone, batch = Receipt.objects.get(), _batch(seller, buyer)
    _answer(batch, (*batch.answer, lone.answer))


def _trade_is_twice_in_a_batch(seller: int, buyer: int) -> None:
    batch = _batch(seller, buyer)
    _answer(batch, (*batch.answer, batch.answer[0]))


def _answer(receipt: Receipt, answer: Any) -> None:
    receipt.outcome = txn.act_named(receipt.act).dump(answer)
    receipt.save()


def _store(receipt: Receipt) -> None:
    receipt.pk, receipt.key = uuid.UUID(int=5), "another"
    receipt.save(force_insert=True)


BREACHES: list[tuple[Break, set[str]]] = [
    (_coin_made_up, {"ledger and players agree", "nothing is lost or made up"}),
    (_gap, {"entries have no gap", "entries add up", "nothing is lost or made up"}),
    (
        _wrong_balance_after,
        {"entries add up", "nothing is lost or made up", "receipts tell the truth"},
    ),
    (_backdated, {"entries never go back in time", "receipts tell the truth"}),
    (
        _goods_taken_from_the_buyer,
        {"entries agree with their kinds", "receipts tell the truth"},
    ),
    (_adjusted_by_nothing, {"entries agree with their kinds"}),
    (
        _last_entry_lost,
        {"ledger and players agree", "trades cancel out", "receipts tell the truth"},
    ),
    (_miscounted, {"ledger and players agree"}),
    (_player_lost, {"life begins and ends in the ledger", "nothing is lost or made up"}),
    (_not_created, {"life begins and ends in the ledger"}),
    (_one_leg, {"trades cancel out", "nothing is lost or made up"}),
    (_legs_that_differ, {"trades cancel out", "nothing is lost or made up"}),
    (_stranger_s_leg, {"trades cancel out", "receipts tell the truth"}),
    (_receipt_unfinished, {"receipts are finished"}),
    (_receipt_lies, {"receipts tell the truth"}),
    (_receipt_of_a_batch_lies, {"receipts tell the truth"}),
    (_receipt_of_a_whole_batch_lies, {"receipts tell the truth"}),
    (_applied_twice, {"a key is applied once"}),
    (_batch_applied_twice, {"a key is applied once"}),
    (_trade_is_in_a_batch_too, {"a key is applied once"}),
    (_trade_is_twice_in_a_batch, {"a key is applied once"}),
]
NO_SHOP = {"customers": 0, "products": 0, "orders": 0, "stock_entries": 0, "items": 0}
# Broken by tests of their own.
BY_HAND = {"balances are whole numbers"}


@pytest.mark.parametrize(("spoil", "named"), BREACHES)
def test_a_breach_is_named(spoil: Break, named: set[str], traders: tuple[int, int]) -> None:
    """By the invariants that it breaks, and by no others."""
    spoil(*traders)

    assert broken().keys() == named


def test_a_breach_tells_the_first_row(traders: tuple[int, int]) -> None:
    """With the numbers that disagree."""
    seller, _ = traders
    _coin_made_up(*traders)

    told = broken()["ledger and players agree"][0]

    assert (told["player"], told["coins"], told["coins_in_ledger"]) == (seller, 131, 130)


def test_a_balance_outside_its_range_is_named(
    traders: tuple[int, int], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a constraint keeps such rows out, the limit is lowered instead."""
    assets = tuple(dataclasses.replace(asset, limit=129) for asset in PLAYERS.assets)
    book = dataclasses.replace(PLAYERS, assets=assets)
    monkeypatch.setattr("tradepost.audit.report.PLAYERS", book)

    told = broken()["balances are whole numbers"]

    assert [(row["place"], row["player"], row["found"]) for row in told] == [
        ("entry.coins_after", traders[0], 130),
        ("player.coins", traders[0], 130),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_is_no_whole_number_is_named(engine: Engine) -> None:
    """SQLite stores any type in any column; the others refuse it themselves."""
    player = enlist()
    if engine.not_whole_sql is None:
        pytest.skip("this engine's columns hold only their own type")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE player SET coins = 100.5 WHERE id = %s", [player])

    assert [row["player"] for row in broken()["balances are whole numbers"]] == [player]


def test_sums_beyond_64_bits_are_exact() -> None:
    """A thousand and more players can own as much as there can be."""
    for _ in range(3):
        enlist(coins=BALANCE_MAX, goods=0)
    rich = Player.objects.order_by("pk").first()
    assert rich is not None
    Player.objects.bulk_create(
        [Player(coins=BALANCE_MAX, goods=0) for _ in range(1100)], batch_size=200
    )

    report = audit()

    assert report.totals["coins"] == 1103 * BALANCE_MAX > 2**63


def test_the_command_prints_what_is_broken_and_fails(
    traders: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1, and the row in the text."""
    _coin_made_up(*traders)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("audit", stdout=out)

    assert ended.value.code == 1
    assert "BROKEN Each player's last entry is the stored balance." in out.getvalue()
    assert f"player {traders[0]}" in out.getvalue()
    assert out.getvalue().endswith("SOMETHING IS BROKEN.\n")


def test_the_command_tells_json(traders: tuple[int, int]) -> None:
    """For programs."""
    out = StringIO()

    call_command("audit", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["holds"] is True
    assert told["totals"] == NO_SHOP | {
        "players": 2,
        "entries": 4,
        "trades": 1,
        "coins": 200,
        "goods": 40,
    }
    assert len(told["invariants"]) == 33
