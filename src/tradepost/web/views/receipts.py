"""Request status: the outcome of one of the caller's own requests, by its key."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.access import accounts, routes
from tradepost.access.caller import caller_of
from tradepost.shop import acts as shop
from tradepost.trading import acts as trading
from tradepost.trading.acts import DeletedAnswer, PlayerAnswer, Results, TradeAnswer


class Sentence(NamedTuple):
    """What a request did, in words.

    Attributes:
        path: The address of the page that shows it, or nothing if there is no such page.
    """

    text: str
    path: str = ""


sentences: txn.ByAct[Sentence] = txn.ByAct()


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was done under one of the caller's own keys, or that nothing was done."""
    receipt = txn.find_receipt(txn.Key(caller_of(request).actor, key))
    # One without an outcome is being written.
    if receipt is None or not receipt.outcome:
        return render(request, "web/receipts/none.html", {"key": key})
    sentence = Sentence("It was done.")
    if receipt.act in sentences.names():
        sentence = sentences.make(receipt.act, receipt.answer)
    access = routes.of_path(sentence.path)
    if access is None or not access.allows("GET", caller_of(request).rights):
        sentence = Sentence(sentence.text)
    context = {"key": key, "at": receipt.created_at, "sentence": sentence}
    return render(request, "web/receipts/detail.html", context)


def _trade(answer: TradeAnswer) -> Sentence:
    goods, coins = f"{answer.goods:,} goods", f"{answer.coins:,} coins"
    return Sentence(
        f"Player {answer.seller} sold {goods} to player {answer.buyer} for {coins}.",
        reverse("trade-detail", args=[f"{answer.seller}-{answer.number}"]),
    )


def _trades(answer: Results) -> Sentence:
    made = sum(isinstance(one, TradeAnswer) for one in answer)
    text = f"{made:,} of {len(answer):,} trades were made."
    return Sentence(text, reverse("player-list"))


def _created(answer: tuple[PlayerAnswer, ...]) -> Sentence:
    if len(answer) == 1:
        [player] = answer
        name = player.name or f"player {player.id}"
        return Sentence(
            f"The player {name} was created.", reverse("player-detail", args=[player.id])
        )
    return Sentence(f"{len(answer):,} players were created.", reverse("player-list"))


def _deleted_players(answer: DeletedAnswer) -> Sentence:
    return Sentence(f"{answer.deleted:,} players were deleted.", reverse("player-list"))


def _about(text: str, page: str = "", fact: str = "id") -> Callable[[object], Sentence]:
    """Return what makes the sentence about one object.

    Args:
        text: The sentence, with `{}` for the fact.
        page: The route of the object's page, if it has one; the fact is in its address.
        fact: The attribute of the answer that names the object.
    """

    def make(answer: object) -> Sentence:
        value = getattr(answer, fact)
        return Sentence(text.format(value), reverse(page, args=[value]) if page else "")

    return make


PLAYER, ORDER, PRODUCT = "player-detail", "order-detail", "product-detail"
sentences.add(trading.TRADE, _trade)
sentences.add(trading.TRADES, _trades)
sentences.add(trading.TRADES_WHOLE, _trades)
sentences.add(trading.CREATE, _created)
sentences.add(trading.DELETE_ALL, _deleted_players)
ABOUT_ONE: dict[txn.Act[Any, Any], Callable[[object], Sentence]] = {
    trading.ADJUST: _about("The balance of player {} was changed.", PLAYER, "player_id"),
    trading.RENAME: _about("Player {} was renamed.", PLAYER),
    trading.EDIT: _about("Player {} was changed.", PLAYER),
    trading.DELETE: _about("Player {} was deleted.", fact="player_id"),
    shop.PLACE_ORDER: _about("Order {} was placed.", ORDER),
    shop.PURCHASE: _about("Order {} was placed.", ORDER),
    shop.CHANGE_ORDER: _about("Order {} was changed.", ORDER),
    shop.OVERRIDE_TOTAL: _about("The total of order {} was changed.", ORDER),
    shop.CANCEL_ORDER: _about("Order {} was cancelled.", ORDER),
    shop.ADD_PRODUCT: _about("Product {} was added.", PRODUCT),
    shop.EDIT_PRODUCT: _about("Product {} was changed.", PRODUCT),
    shop.DELETE_PRODUCT: _about("Product {} was taken out of the shop.", PRODUCT),
    shop.RECEIVE_STOCK: _about("Stock of product {} came in.", PRODUCT, "product_id"),
    shop.ADJUST_STOCK: _about("The stock of product {} was changed.", PRODUCT, "product_id"),
    shop.REGISTER_CUSTOMER: _about("Customer {} was registered."),
    shop.EDIT_CUSTOMER: _about("Customer {} was changed."),
    shop.DELETE_CUSTOMER: _about("Customer {} was deleted."),
    accounts.CHANGE: _about("The account {} was changed.", fact="username"),
}
for act, make_sentence in ABOUT_ONE.items():
    sentences.add(act, make_sentence)
