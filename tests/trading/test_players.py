"""Players through the service: every act is an entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.trading.actors import ACTOR, enlist, everything, owned, trade
from tradepost import txn
from tradepost.audit.report import audit
from tradepost.trading import players, queries
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import (
    BalanceTooLarge,
    InsufficientCoins,
    InsufficientGoods,
    NothingToAdjust,
    PlayerNotFound,
)
from tradepost.trading.models import BALANCE_MAX, Entry, Player

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]


def ledger(player: int) -> list[tuple[Any, ...]]:
    fields = ("number", "kind", "coins", "goods", "coins_after", "goods_after", "reason")
    entries = Entry.objects.filter(player_id=player).order_by("number")
    return list(entries.values_list(*fields))


def test_a_created_player_begins_with_an_entry() -> None:
    """What a player starts with was granted."""
    player = enlist(coins=7, goods=3, name="ann")

    assert ledger(player) == [(1, "created", 7, 3, 7, 3, "")]
    assert Player.objects.values_list("name", "entry_count").get(pk=player) == ("ann", 1)


def test_a_thousand_players_are_created_in_order() -> None:
    """Ids follow each other in the order given, on engines with and without RETURNING."""
    new = [NewPlayer(coins=place, goods=0) for place in range(1000)]

    created = players.create(new, actor=ACTOR).answer

    ids = [one.id for one in created]
    assert ids == list(range(ids[0], ids[0] + 1000))
    assert list(Player.objects.order_by("pk").values_list("pk", "coins")) == list(
        zip(ids, range(1000), strict=True)
    )


def test_no_players_at_all_can_be_created() -> None:
    """The document's empty list."""
    assert players.create([], actor=ACTOR).answer == ()


def test_an_adjustment_is_an_entry_with_its_reason() -> None:
    """Granting and removing."""
    player = enlist(coins=10, goods=5)

    players.adjust(player, coins=5, goods=-2, reason="compensation", actor=ACTOR)

    assert owned(player) == (15, 3)
    assert ledger(player)[1] == (2, "adjusted", 5, -2, 15, 3, "compensation")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"coins": -11}, InsufficientCoins),
        ({"goods": -6}, InsufficientGoods),
        ({"coins": BALANCE_MAX}, BalanceTooLarge),
        ({"goods": BALANCE_MAX}, BalanceTooLarge),
        ({}, NothingToAdjust),
    ],
)
def test_a_refused_adjustment_changes_nothing(
    change: dict[str, int], refusal: type[Exception]
) -> None:
    """Below zero, beyond the cap, nothing at all."""
    player = enlist(coins=10, goods=5)
    before = everything()

    with pytest.raises(refusal):
        players.adjust(player, **change, reason="no", actor=ACTOR, key=txn.Key(ACTOR, "k"))

    assert everything() == before


def test_a_rename_is_an_entry_that_moves_nothing() -> None:
    """Who renamed, and when, is told."""
    player = enlist(coins=10, goods=5, name="ann")

    answer = players.rename(player, name="bob", actor=ACTOR).answer

    assert (answer.name, Player.objects.get(pk=player).name) == ("bob", "bob")
    assert ledger(player)[1] == (2, "edited", 0, 0, 10, 5, "renamed")


def test_a_deleted_player_leaves_a_ledger_that_ends_with_nothing() -> None:
    """What they owned is removed, and told."""
    player = enlist(coins=10, goods=5)

    players.delete(player, actor=ACTOR)

    assert not Player.objects.filter(pk=player).exists()
    assert ledger(player) == [
        (1, "created", 10, 5, 10, 5, ""),
        (2, "deleted", -10, -5, 0, 0, ""),
    ]
    assert len(queries.list_entries(player, limit=10)) == 2


def test_a_deleted_player_s_id_is_not_given_again() -> None:
    """Or one ledger would tell of two players."""
    gone = enlist()
    players.delete(gone, actor=ACTOR)

    assert enlist() > gone


@pytest.mark.parametrize(
    "act",
    [
        lambda pk: players.adjust(pk, coins=1, reason="r", actor=ACTOR),
        lambda pk: players.rename(pk, name="x", actor=ACTOR),
        lambda pk: players.delete(pk, actor=ACTOR),
    ],
)
def test_acts_on_no_one_change_nothing(act: Callable[[int], object]) -> None:
    """The id of no one."""
    enlist()
    before = everything()

    with pytest.raises(PlayerNotFound):
        act(10**15)

    assert everything() == before


def test_plain_orm_players_show_and_trade_and_the_audit_names_them() -> None:
    """The quickstart's snippets write past the ledger."""
    orm = Player.objects.create(name="orm", coins=50, goods=5)
    Player.objects.bulk_create([Player(name="bulk", coins=1, goods=1)])
    other = enlist(coins=100, goods=0)

    trade(orm.pk, other, goods=2, coins=10)
    orm.refresh_from_db()
    assert (orm.coins, orm.goods) == (60, 3)

    Player.objects.filter(name="bulk").update(coins=3)
    orm.coins = 61
    orm.save()
    broken = {finding.name for finding in audit().findings if not finding.holds}
    assert "ledger and players agree" in broken
    assert "nothing is lost or made up" in broken
    assert Player.objects.filter(name="bulk").delete()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_create_at_once_count_on_without_a_gap(
    committed: None,
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]],
) -> None:
    """No block of ids is leased to anyone."""
    first = enlist()

    made = together([enlist] * 8)

    assert sorted(made) == list(range(first + 1, first + 9))
