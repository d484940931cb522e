"""The whole of trading against a naive book-keeper: the same acts, the same answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.execution import execute_in_groups
from tests.trading.actors import ACTOR, enlist, owned, trade
from tradepost import ledger
from tradepost.audit.report import audit
from tradepost.errors import Refusal
from tradepost.trading import players
from tradepost.trading.models import BALANCE_MAX, Entry, Player
from tradepost.txn.models import Receipt

AMOUNTS = st.one_of(st.integers(0, 30), st.sampled_from([BALANCE_MAX, BALANCE_MAX - 1, 2**32]))
CHANGES = st.one_of(st.integers(-30, 30), st.sampled_from([BALANCE_MAX, -BALANCE_MAX]))
KEYS = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))


class Book:
    """A naive book-keeper: a dict, and the rules written out once more by hand."""

    def __init__(self) -> None:
        self.owned: dict[int, tuple[int, int]] = {}
        self.entries = 0
        self.applied: dict[str, tuple[Any, ...]] = {}

    def can(self, player: int, coins: int, goods: int) -> bool:
        """Say whether a change of a player's balance stays within its limits."""
        there = self.owned.get(player)
        if there is None:
            return False
        after = (there[0] + coins, there[1] + goods)
        return min(after) >= 0 and max(after) <= BALANCE_MAX

    def change(self, player: int, coins: int, goods: int) -> None:
        """Write a change down."""
        there = self.owned[player]
        self.owned[player] = (there[0] + coins, there[1] + goods)
        self.entries += 1


class Trading(RuleBasedStateMachine):
    """Acts in any order, on both."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        Entry.objects.all().delete()
        Player.objects.all().delete()
        self.book = Book()
        self.prefix = f"{id(self)}-"

    @rule(target=people, coins=AMOUNTS, goods=AMOUNTS)
    def create(self, coins: int, goods: int) -> int:
        """Somebody new."""
        made = enlist(coins=coins, goods=goods)
        self.book.owned[made] = (coins, goods)
        self.book.entries += 1
        return made

    @rule(seller=people, buyer=people, goods=AMOUNTS.filter(bool), coins=AMOUNTS, key=KEYS)
    def trade(self, seller: int, buyer: int, goods: int, coins: int, key: str | None) -> None:
        """A trade, perhaps under a key used before."""
        request = (seller, buyer, goods, coins)
        known = key is not None and self.book.applied.get(key)
        allowed = (
            seller != buyer
            and self.book.can(seller, coins, -goods)
            and self.book.can(buyer, -coins, goods)
        )
        call = {"goods": goods, "coins": coins, "key": key and self.prefix + key}
        if seller != buyer and known:
            if known == request:
                assert trade(seller, buyer, **call).replayed
            else:
                self._refused(trade, seller, buyer, **call)
        elif allowed:
            assert not trade(seller, buyer, **call).replayed
            self.book.change(seller, coins, -goods)
            self.book.change(buyer, -coins, goods)
            if key:
                self.book.applied[key] = request
        else:
            self._refused(trade, seller, buyer, **call)

    @rule(player=people, coins=CHANGES, goods=CHANGES)
    def adjust(self, player: int, coins: int, goods: int) -> None:
        """Grant or remove."""
        call = {"coins": coins, "goods": goods, "reason": "r", "actor": ACTOR}
        if self.book.can(player, coins, goods) and (coins, goods) != (0, 0):
            players.adjust(player, **call)
            self.book.change(player, coins, goods)
        else:
            self._refused(players.adjust, player, **call)

    @rule(player=people)
    def delete(self, player: int) -> None:
        """Gone; a second time, refused."""
        if self.book.owned.pop(player, None) is None:
            self._refused(players.delete, player, actor=ACTOR)
        else:
            players.delete(player, actor=ACTOR)
            self.book.entries += 1

    @invariant()
    def both_agree(self) -> None:
        """The same balances, the same number of entries."""
        assert {player: owned(player) for player in self.book.owned} == self.book.owned
        assert Player.objects.count() == len(self.book.owned)
        assert Entry.objects.count() == self.book.entries

    def teardown(self) -> None:
        """End with the audit."""
        report = audit()
        assert [found.name for found in report.findings if not found.holds] == []
        Receipt.objects.all().delete()

    def _refused(self, act: Any, *args: Any, **call: Any) -> None:
        with pytest.raises(Refusal):
            act(*args, **call)


class TestTrading(TestCase, Trading.TestCase):  # type: ignore[misc]
    """Runs the machine inside a test's transaction."""

    settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


class TestTradingInGroups(TestTrading):
    """The same, each act in a group."""

    def setUp(self) -> None:
        super().setUp()
        patch = pytest.MonkeyPatch()
        execute_in_groups(patch)
        self.addCleanup(patch.undo)


@pytest.mark.django_db
def test_the_book_keeper_can_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that gives to those who are short is found."""
    monkeypatch.setattr(ledger.Book, "move", _generous)
    machine = Trading()
    poor, rich = machine.create(0, 0), machine.create(9, 9)

    with pytest.raises(pytest.fail.Exception):
        machine.trade(poor, rich, 1, 1, None)


def _generous(
    book: Any, giver: Any, taker: Any, deltas: dict[str, int], cause: Any
) -> tuple[Any, Any]:
    """Let the giver keep what they lack."""
    possible = {name: max(delta, -getattr(giver, name)) for name, delta in deltas.items()}
    return MOVE(book, giver, taker, possible, cause)


MOVE = ledger.Book.move
