"""The quickstart's own tests, with Django's TestCase and ORM.

Players are written past the ledger here, as the document does.
"""

# As the quickstart writes its tests.
# ruff: noqa: PT009

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from django.urls import reverse, reverse_lazy

from tradepost.trading.models import Player

pytestmark = pytest.mark.engine
NOT_ENOUGH = "There are not enough players to start a trade"


def some(count: int) -> None:
    Player.objects.bulk_create(
        Player(name=f"Player {place}", coins=100, goods=1) for place in range(count)
    )


class Snippets(TestCase):
    """The quickstart's Python code."""

    def test_create_has_the_defaults(self) -> None:
        player = Player.objects.create(name="One")

        player.refresh_from_db()
        self.assertEqual((player.name, player.coins, player.goods), ("One", 100, 1))
        self.assertIsNotNone(player.created_at)
        self.assertIsNotNone(player.updated_at)

    def test_bulk_create_update_filter_and_delete(self) -> None:
        some(10)

        self.assertEqual(Player.objects.count(), 10)
        self.assertEqual(Player.objects.filter(name="Player 3").update(coins=5, goods=6), 1)
        found = Player.objects.get(name="Player 3")
        self.assertEqual((found.coins, found.goods), (5, 6))
        found.delete()
        self.assertFalse(Player.objects.filter(name="Player 3").exists())
        Player.objects.all().delete()
        self.assertQuerySetEqual(Player.objects.all(), [])

    def test_save_changes_what_was_changed(self) -> None:
        player = Player.objects.create(name="One")
        player.name, player.coins = "Two", 7
        player.save()

        self.assertQuerySetEqual(Player.objects.values_list("name", "coins"), [("Two", 7)])

    def test_what_was_saved_past_the_ledger_still_trades(self) -> None:
        """Even with an object that was read before a trade."""
        buyer, seller = Player.objects.create(name="B"), Player.objects.create(name="S")
        terms = {"buyer": buyer.id, "seller": seller.id, "goods": 1, "coins": 1}
        self.client.post(reverse("player-trade"), terms)
        seller.goods = 5
        seller.save()

        response = self.client.post(reverse("player-trade"), terms)

        self.assertRedirects(response, reverse("player-list"))
        seller.refresh_from_db()
        self.assertEqual((seller.goods, seller.entry_count), (4, 2))


class Index(TestCase):
    """The start page."""

    def test_leads_to_the_list(self) -> None:
        response = self.client.get("/")

        self.assertRedirects(response, reverse_lazy("player-list"))


class List(TestCase):
    """The list of players."""

    def test_without_players(self) -> None:
        response = self.client.get(reverse_lazy("player-list"))

        self.assertContains(response, "There are no players")
        self.assertQuerySetEqual(response.context["players"], [])

    def test_with_players(self) -> None:
        some(25)

        response = self.client.get(reverse_lazy("player-list"))

        self.assertNotContains(response, "There are no players")
        self.assertQuerySetEqual(response.context["players"], Player.objects.all(), ordered=False)


class Create(TestCase):
    """The form that creates a player."""

    def post(self, **changed: Any) -> Any:
        data = {"name": "Player 1", "coins": 100, "goods": 1} | changed
        return self.client.post(reverse_lazy("player-create"), data)

    def test_get(self) -> None:
        self.assertContains(self.client.get(reverse_lazy("player-create")), "Create a New Player")

    def test_post(self) -> None:
        response = self.post()

        self.assertRedirects(response, reverse_lazy("player-list"))
        self.assertEqual(Player.objects.count(), 1)

    def test_a_name_is_needed(self) -> None:
        response = self.post(name="")

        self.assertContains(response, "This field is required", status_code=200)
        self.assertEqual(Player.objects.count(), 0)

    def test_coins_are_a_number(self) -> None:
        response = self.post(coins="a")

        self.assertContains(response, "Enter a whole number", status_code=200)
        self.assertContains(response, 'value="a"')
        self.assertEqual(Player.objects.count(), 0)


class Many(TestCase):
    """Forms about all players."""

    def test_ten_are_made(self) -> None:
        response = self.client.post(reverse_lazy("player-bulk-create"))

        self.assertRedirects(response, reverse_lazy("player-list"))
        self.assertEqual(Player.objects.count(), 10)

    def test_all_are_deleted(self) -> None:
        some(10)

        response = self.client.post(reverse_lazy("player-delete-all"))

        self.assertRedirects(response, reverse_lazy("player-list"))
        self.assertEqual(Player.objects.count(), 0)


class One(TestCase):
    """The pages of one player."""

    def setUp(self) -> None:
        self.player = Player.objects.create(name="Player 1", coins=123, goods=7)
        self.edit = reverse_lazy("player-update", args=(self.player.id,))

    def owned(self) -> tuple[str, int, int]:
        self.player.refresh_from_db()
        return self.player.name, self.player.coins, self.player.goods

    def test_each_shows_the_player(self) -> None:
        for name in ("player-detail", "player-update", "player-delete"):
            with self.subTest(name):
                response = self.client.get(reverse_lazy(name, args=(self.player.id,)))
                for text in ("Player 1", "123", "7"):
                    self.assertContains(response, text)
                self.assertEqual(response.context["player"], self.player)

    def test_each_is_not_there_without_the_player(self) -> None:
        for name in ("player-detail", "player-update", "player-delete"):
            with self.subTest(name):
                url = reverse_lazy(name, args=(self.player.id + 1,))
                self.assertEqual(self.client.get(url).status_code, 404)

    def test_an_update_leads_to_the_player(self) -> None:
        response = self.client.post(self.edit, {"name": "Player 2", "coins": 200, "goods": 2})

        self.assertRedirects(response, reverse_lazy("player-detail", args=(self.player.id,)))
        self.assertEqual(self.owned(), ("Player 2", 200, 2))

    def test_an_update_needs_a_name(self) -> None:
        response = self.client.post(self.edit, {"name": "", "coins": 200, "goods": 2})

        self.assertContains(response, "This field is required", status_code=200)
        self.assertEqual(self.owned(), ("Player 1", 123, 7))

    def test_a_delete_leads_to_the_list(self) -> None:
        response = self.client.post(reverse_lazy("player-delete", args=(self.player.id,)))

        self.assertRedirects(response, reverse_lazy("player-list"))
        self.assertEqual(Player.objects.count(), 0)

    def test_nobody_cannot_be_deleted(self) -> None:
        response = self.client.post(reverse_lazy("player-delete", args=(self.player.id + 1,)))

        self.assertEqual(response.status_code, 404)
        self.assertEqual(Player.objects.count(), 1)


class Trade(TestCase):
    """The form that makes a trade."""

    def setUp(self) -> None:
        self.buyer = Player.objects.create(name="Buyer", coins=100, goods=1)
        self.seller = Player.objects.create(name="Seller", coins=100, goods=1)

    def post(self, **changed: Any) -> Any:
        data = {"buyer": self.buyer.id, "seller": self.seller.id, "goods": 1, "coins": 100}
        return self.client.post(reverse_lazy("player-trade"), data | changed)

    def owned(self) -> list[int]:
        self.buyer.refresh_from_db()
        self.seller.refresh_from_db()
        return [self.buyer.coins, self.buyer.goods, self.seller.coins, self.seller.goods]

    def test_takes_two(self) -> None:
        for left in (1, 0):
            Player.objects.filter(pk=(self.buyer.id, self.seller.id)[left]).delete()
            response = self.client.get(reverse_lazy("player-trade"))
            self.assertContains(response, NOT_ENOUGH)
            self.assertIs(response.context["has_enough_players"], False)

    def test_two_are_enough(self) -> None:
        response = self.client.get(reverse_lazy("player-trade"))

        self.assertNotContains(response, NOT_ENOUGH)
        self.assertIs(response.context["has_enough_players"], True)

    def test_goods_go_one_way_and_coins_the_other(self) -> None:
        response = self.post()

        self.assertRedirects(response, reverse_lazy("player-list"))
        self.assertEqual(self.owned(), [0, 2, 200, 0])

    def test_with_oneself(self) -> None:
        response = self.post(seller=self.buyer.id)

        self.assertContains(response, "Buyer and seller cannot be the same person.")
        self.assertEqual(self.owned(), [100, 1, 100, 1])

    def test_without_the_coins(self) -> None:
        self.buyer.coins = 0
        self.buyer.save()

        response = self.post()

        self.assertContains(response, "Buyer does not have enough coins.")
        self.assertEqual(self.owned(), [0, 1, 100, 1])

    def test_without_the_goods(self) -> None:
        self.seller.goods = 0
        self.seller.save()

        response = self.post()

        self.assertContains(response, "Seller does not have enough goods.")
        self.assertEqual(self.owned(), [100, 1, 100, 0])

    def test_everything_works_inside_the_tests_own_transaction(self) -> None:
        self.assertTrue(connection.in_atomic_block)
        self.post(goods="", coins="x")
        self.post(buyer=self.seller.id + 99)

        self.assertEqual(self.post().status_code, 302)
