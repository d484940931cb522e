"""Trades: preview, make, show."""

import re
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.errors import Refusal
from tradepost.pages.act_form import posted
from tradepost.trading import queries, rules
from tradepost.trading.acts import TradeAnswer
from tradepost.trading.errors import InsufficientCoins, InsufficientGoods, TradeNotFound
from tradepost.trading.models import Player
from tradepost.trading.rules import Balance
from tradepost.web.forms.act import notify
from tradepost.web.forms.trade import SAME_PLAYER, TradeForm, shortfall
from tradepost.web.views.common import form_view, read_or_default
from tradepost.web.views.players import link

# With more players than this, ids are entered instead of chosen from a list.
CHOICES_MAX = 200
FIELDS = ("buyer", "seller", "goods", "coins")
TRADE_ID = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


class Side(NamedTuple):
    """One side of a trade in a preview.

    Attributes:
        player_id: The id that was entered, if any.
        after: The balance after the trade; None if the trade is not possible.
    """

    title: str
    player_id: int | None
    player: Player | None
    gives: str
    gets: str
    after: Balance | None = None
    reason: str = ""


@form_view
def trade(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in FIELDS if name in request.GET}
    form = TradeForm(posted(request), initial=asked)
    is_preview = "check" in request.POST
    if not is_preview and (outcome := form.submit(request)):
        return _traded(request, outcome)
    choices = read_or_default(lambda: queries.list_players(limit=CHOICES_MAX + 1), None)
    if choices is not None and len(choices) <= CHOICES_MAX:
        form.offer(choices)
    context = {
        "form": form,
        "has_enough_players": choices is None or len(choices) > 1,
        "is_typed": choices is None or len(choices) > CHOICES_MAX,
        "sides": read_or_default(lambda: sides_of(_readable_terms(form)), list[Side]()),
        "is_same": _is_same(form),
    }
    return render(request, "web/trades/trade.html", context, status=form.status)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show both balances after a trade, or why it is not possible."""
    form = TradeForm(request.GET)
    context = {"form": form, "sides": sides_of(_readable_terms(form)), "is_same": _is_same(form)}
    return render(request, "web/trades/_preview.html", context)


@require_safe
def detail(request: HttpRequest, id: str) -> HttpResponse:
    found = TRADE_ID.fullmatch(id)
    if found is None:
        raise TradeNotFound(trade=id)
    made, sale, purchase = queries.get_trade(int(found[1]), int(found[2]))
    names = queries.names_of([made.seller, made.buyer])
    context = {
        "id": id,
        "trade": made,
        "sides": [
            ("Seller", made.seller, names.get(made.seller), sale),
            ("Buyer", made.buyer, names.get(made.buyer), purchase),
        ],
        "actor": sale.actor,
    }
    return render(request, "web/trades/detail.html", context)


def sides_of(terms: dict[str, int]) -> list[Side]:
    """Return the sides of a trade, as far as its terms are known."""
    players = queries.find_players([terms[name] for name in FIELDS[:2] if name in terms])
    goods, coins = terms.get("goods", 0), terms.get("coins", 0)
    of_goods, of_coins = f"{goods:,} goods", f"{coins:,} coins"
    buyer = Side("Buyer", terms.get("buyer"), None, gives=of_coins, gets=of_goods)
    seller = Side("Seller", terms.get("seller"), None, gives=of_goods, gets=of_coins)
    return [
        _evaluated(buyer, players, coins=-coins, goods=goods),
        _evaluated(seller, players, coins=coins, goods=-goods),
    ]


def _evaluated(side: Side, players: dict[int, Player], *, coins: int, goods: int) -> Side:
    player = players.get(side.player_id or 0)
    if player is None:
        known = side.player_id is not None
        return side._replace(reason=f"There is no player {side.player_id}." if known else "")
    side = side._replace(player=player)
    try:
        return side._replace(after=rules.changed(player, coins=coins, goods=goods))
    except (InsufficientCoins, InsufficientGoods) as error:
        return side._replace(reason=f"{player} is {shortfall(error)}.")
    except Refusal as error:
        return side._replace(reason=str(error))


def _readable_terms(form: TradeForm) -> dict[str, int]:
    """Return the valid terms of a form that may be incomplete."""
    values: dict[str, Any] = {name: form[name].value() for name in FIELDS}
    bound = TradeForm(values)
    bound.is_valid()
    return {name: bound.cleaned_data[name] for name in FIELDS if name in bound.cleaned_data}


def _is_same(form: TradeForm) -> str:
    buyer, seller = (str(form[name].value() or "").strip() for name in ("buyer", "seller"))
    return SAME_PLAYER if buyer and buyer == seller else ""


def _traded(request: HttpRequest, outcome: txn.Outcome[TradeAnswer]) -> HttpResponse:
    one = outcome.answer
    message = format_html(
        '{} buys {} goods of {} for {} coins. <a href="{}">See the trade</a>.',
        link(one.buyer, f"Player {one.buyer}"),
        f"{one.goods:,}",
        link(one.seller, ""),
        f"{one.coins:,}",
        reverse("trade-detail", args=(f"{one.seller}-{one.number}",)),
    )
    notify(request, outcome, message)
    return redirect("player-list")
