"""What became of a request: the caller's own, by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.access import routes
from tradepost.access.caller import caller_of
from tradepost.shop import customers, orders, products
from tradepost.trading import batches, players, trades


class Told(NamedTuple):
    """What was done, in words.

    Attributes:
        path: Of the page that shows it; none where it is no more.
    """

    text: str
    path: str = ""


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was done under one of the caller's own keys, or that nothing was."""
    receipt = txn.find_receipt(txn.Key(caller_of(request).actor, key))
    # One without an outcome is being written.
    if receipt is None or not receipt.outcome:
        return render(request, "web/receipts/none.html", {"key": key})
    told = TOLD.get(receipt.act, _something)(receipt.answer)
    access = routes.of_path(told.path)
    if access is None or not access.allows("GET", caller_of(request).rights):
        told = Told(told.text)
    context = {"key": key, "at": receipt.created_at, "told": told}
    return render(request, "web/receipts/detail.html", context)


def _trade(answer: Any) -> Told:
    goods, coins = f"{answer['goods']:,} goods", f"{answer['coins']:,} coins"
    return Told(
        f"Player {answer['seller']} sold {goods} to player {answer['buyer']} for {coins}.",
        reverse("trade-detail", args=[f"{answer['seller']}-{answer['number']}"]),
    )


def _trades(answer: Any) -> Told:
    made = sum(batches.refusal_of(one) is None for one in answer)
    return Told(f"{made:,} of {len(answer):,} trades were made.", reverse("player-list"))


def _created(answer: Any) -> Told:
    if len(answer) == 1:
        name = answer[0].get("name") or f"player {answer[0]['id']}"
        return Told(f"The player {name} was created.", _player(answer[0]["id"]))
    return Told(f"{len(answer):,} players were created.", reverse("player-list"))


def _of_player(text: str) -> Callable[[Any], Told]:
    def tell(answer: Any) -> Told:
        player_id = answer.get("player_id", answer.get("id"))
        return Told(text.format(player_id), _player(player_id))

    return tell


def _deleted_player(answer: Any) -> Told:
    return Told(f"Player {answer['player_id']} was deleted.")


def _deleted_players(answer: Any) -> Told:
    return Told(f"{answer['deleted']:,} players were deleted.", reverse("player-list"))


def _of_order(text: str) -> Callable[[Any], Told]:
    def tell(answer: Any) -> Told:
        return Told(text.format(answer["id"]), reverse("order-detail", args=[answer["id"]]))

    return tell


def _of_product(text: str) -> Callable[[Any], Told]:
    def tell(answer: Any) -> Told:
        product_id = answer.get("product_id", answer.get("id"))
        return Told(text.format(product_id), reverse("product-detail", args=[product_id]))

    return tell


def _of_customer(text: str) -> Callable[[Any], Told]:
    def tell(answer: Any) -> Told:
        return Told(text.format(answer["id"]))

    return tell


def _something(_answer: Any) -> Told:
    return Told("It was done.")


def _player(player_id: int) -> str:
    return reverse("player-detail", args=[player_id])


TOLD: dict[str, Callable[[Any], Told]] = {
    trades.ACT: _trade,
    batches.ACT: _trades,
    batches.WHOLE_ACT: _trades,
    players.CREATE: _created,
    players.ADJUST: _of_player("The balance of player {} was changed."),
    players.RENAME: _of_player("Player {} was renamed."),
    players.EDIT: _of_player("Player {} was changed."),
    players.DELETE: _deleted_player,
    players.DELETE_ALL: _deleted_players,
    orders.PLACE: _of_order("Order {} was placed."),
    orders.PURCHASE: _of_order("Order {} was placed."),
    orders.CHANGE: _of_order("Order {} was changed."),
    orders.OVERRIDE_TOTAL: _of_order("The total of order {} was changed."),
    orders.CANCEL: _of_order("Order {} was cancelled."),
    products.ADD: _of_product("Product {} was added."),
    products.EDIT: _of_product("Product {} was changed."),
    products.DELETE: _of_product("Product {} was taken out of the shop."),
    products.RECEIVE: _of_product("Stock of product {} came in."),
    products.ADJUST: _of_product("The stock of product {} was changed."),
    customers.REGISTER: _of_customer("Customer {} was registered."),
    customers.EDIT: _of_customer("Customer {} was changed."),
    customers.DELETE: _of_customer("Customer {} was deleted."),
}
