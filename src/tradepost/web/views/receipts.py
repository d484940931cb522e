"""Request status: the outcome of one of the caller's own requests, by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.access import accounts, routes
from tradepost.access.accounts import AccountAnswer
from tradepost.access.caller import caller_of
from tradepost.shop import acts as shop
from tradepost.shop.acts import CustomerAnswer, OrderAnswer, ProductAnswer, StockEntryAnswer
from tradepost.trading import acts as trading
from tradepost.trading.acts import (
    BatchAnswer,
    DeletedAnswer,
    EntryAnswer,
    PlayerAnswer,
    PlayersAnswer,
    TradeAnswer,
)


class Told(NamedTuple):
    """A sentence about what was done.

    Attributes:
        path: The page that shows it; empty if there is none.
    """

    text: str
    path: str = ""


sentences: txn.ByAct[Told] = txn.ByAct()


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was done under one of the caller's own keys, or that nothing was done."""
    receipt = txn.find_receipt(txn.Key(caller_of(request).actor, key))
    # One without an outcome is being written.
    if receipt is None or not receipt.outcome:
        return render(request, "web/receipts/none.html", {"key": key})
    told = Told("It was done.")
    if receipt.act in sentences.names():
        told = sentences.make(receipt.act, receipt.answer)
    access = routes.of_path(told.path)
    if access is None or not access.allows("GET", caller_of(request).rights):
        told = Told(told.text)
    context = {"key": key, "at": receipt.created_at, "told": told}
    return render(request, "web/receipts/detail.html", context)


def _trade(answer: TradeAnswer) -> Told:
    goods, coins = f"{answer.goods:,} goods", f"{answer.coins:,} coins"
    return Told(
        f"Player {answer.seller} sold {goods} to player {answer.buyer} for {coins}.",
        reverse("trade-detail", args=[f"{answer.seller}-{answer.number}"]),
    )


def _trades(answer: BatchAnswer) -> Told:
    made = sum(isinstance(one, TradeAnswer) for one in answer.results)
    text = f"{made:,} of {len(answer.results):,} trades were made."
    return Told(text, reverse("player-list"))


def _created(answer: PlayersAnswer) -> Told:
    if len(answer.players) == 1:
        [player] = answer.players
        name = player.name or f"player {player.id}"
        return Told(f"The player {name} was created.", _player(player.id))
    return Told(f"{len(answer.players):,} players were created.", reverse("player-list"))


def _of_player(text: str) -> Callable[[PlayerAnswer | EntryAnswer], Told]:
    def tell(answer: PlayerAnswer | EntryAnswer) -> Told:
        player_id = answer.id if isinstance(answer, PlayerAnswer) else answer.player_id
        return Told(text.format(player_id), _player(player_id))

    return tell


def _deleted_player(answer: EntryAnswer) -> Told:
    return Told(f"Player {answer.player_id} was deleted.")


def _deleted_players(answer: DeletedAnswer) -> Told:
    return Told(f"{answer.deleted:,} players were deleted.", reverse("player-list"))


def _account(answer: AccountAnswer) -> Told:
    return Told(f"The account {answer.username} was changed.")


def _of_order(text: str) -> Callable[[OrderAnswer], Told]:
    def tell(answer: OrderAnswer) -> Told:
        return Told(text.format(answer.id), reverse("order-detail", args=[answer.id]))

    return tell


def _of_product(text: str) -> Callable[[ProductAnswer | StockEntryAnswer], Told]:
    def tell(answer: ProductAnswer | StockEntryAnswer) -> Told:
        product_id = answer.id if isinstance(answer, ProductAnswer) else answer.product_id
        return Told(text.format(product_id), reverse("product-detail", args=[product_id]))

    return tell


def _of_customer(text: str) -> Callable[[CustomerAnswer], Told]:
    def tell(answer: CustomerAnswer) -> Told:
        return Told(text.format(answer.id))

    return tell


def _player(player_id: int | None) -> str:
    return reverse("player-detail", args=[player_id])


sentences.add(trading.TRADE, _trade)
sentences.add(trading.TRADES, _trades)
sentences.add(trading.TRADES_WHOLE, _trades)
sentences.add(trading.CREATE, _created)
sentences.add(trading.ADJUST, _of_player("The balance of player {} was changed."))
sentences.add(trading.RENAME, _of_player("Player {} was renamed."))
sentences.add(trading.EDIT, _of_player("Player {} was changed."))
sentences.add(trading.DELETE, _deleted_player)
sentences.add(trading.DELETE_ALL, _deleted_players)
sentences.add(shop.PLACE_ORDER, _of_order("Order {} was placed."))
sentences.add(shop.PURCHASE, _of_order("Order {} was placed."))
sentences.add(shop.CHANGE_ORDER, _of_order("Order {} was changed."))
sentences.add(shop.OVERRIDE_TOTAL, _of_order("The total of order {} was changed."))
sentences.add(shop.CANCEL_ORDER, _of_order("Order {} was cancelled."))
sentences.add(shop.ADD_PRODUCT, _of_product("Product {} was added."))
sentences.add(shop.EDIT_PRODUCT, _of_product("Product {} was changed."))
sentences.add(shop.DELETE_PRODUCT, _of_product("Product {} was taken out of the shop."))
sentences.add(shop.RECEIVE_STOCK, _of_product("Stock of product {} came in."))
sentences.add(shop.ADJUST_STOCK, _of_product("The stock of product {} was changed."))
sentences.add(shop.REGISTER_CUSTOMER, _of_customer("Customer {} was registered."))
sentences.add(shop.EDIT_CUSTOMER, _of_customer("Customer {} was changed."))
sentences.add(shop.DELETE_CUSTOMER, _of_customer("Customer {} was deleted."))
sentences.add(accounts.CHANGE, _account)
