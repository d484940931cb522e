"""Trades: try, make, look at."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.errors import Refusal
from tradepost.trading import queries, rules
from tradepost.trading.acts import TradeAnswer
from tradepost.trading.errors import InsufficientCoins, InsufficientGoods, TradeNotFound
from tradepost.trading.models import Player
from tradepost.trading.rules import Balance
from tradepost.web.forms.act import say
from tradepost.web.forms.trade import SAME, TradeForm, lacking
from tradepost.web.views.page_errors import page_errors, unless_away
from tradepost.web.views.players import link, shows_and_acts

# So many can be chosen from a list; of more, one is named by their number.
CHOICES_MAX = 200
FIELDS = ("buyer", "seller", "goods", "coins")
TRADE_ID = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


class Side(NamedTuple):
    """One side of a trade that is thought of.

    Attributes:
        player_id: As it was entered; None where it was not.
        player: None where there is none with this id.
        after: What they would own; None where the trade cannot work for them.
        reason: Why it cannot.
    """

    title: str
    player_id: int | None
    player: Player | None
    gives: str
    gets: str
    after: Balance | None = None
    reason: str = ""


@shows_and_acts
def trade(request: HttpRequest) -> HttpResponse:
    """Trade, or show what it takes."""
    form = _form_of(request)
    thinks = "check" in request.POST
    if form.is_bound and form.is_valid() and not thinks and (outcome := form.save(request)):
        return _made(request, outcome)
    choices = unless_away(lambda: queries.list_players(limit=CHOICES_MAX + 1), None)
    if choices is not None and len(choices) <= CHOICES_MAX:
        form.offer(choices)
    context = {
        "form": form,
        "has_enough_players": choices is None or len(choices) > 1,
        "is_typed": choices is None or len(choices) > CHOICES_MAX,
        "sides": unless_away(lambda: sides_of(_thought(form)), list[Side]()),
        "is_same": _is_same(form),
    }
    return render(request, "web/trades/trade.html", context, status=form.status)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a trade would make of both balances, or why it cannot work."""
    form = TradeForm(request.GET)
    context = {"form": form, "sides": sides_of(_thought(form)), "is_same": _is_same(form)}
    return render(request, "web/trades/_preview.html", context)


@require_safe
@page_errors
def detail(request: HttpRequest, id: str) -> HttpResponse:
    """Show a trade, with both balances after it."""
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


def sides_of(thought: dict[str, int]) -> list[Side]:
    """Return what a trade would make of its sides, as far as it is known.

    Args:
        thought: What is known of the terms, by their names.
    """
    players = queries.find_players([thought[name] for name in FIELDS[:2] if name in thought])
    goods, coins = thought.get("goods", 0), thought.get("coins", 0)
    of_goods, of_coins = f"{goods:,} goods", f"{coins:,} coins"
    buyer = Side("Buyer", thought.get("buyer"), None, gives=of_coins, gets=of_goods)
    seller = Side("Seller", thought.get("seller"), None, gives=of_goods, gets=of_coins)
    return [
        _settled(buyer, players, coins=-coins, goods=goods),
        _settled(seller, players, coins=coins, goods=-goods),
    ]


def _settled(side: Side, players: dict[int, Player], *, coins: int, goods: int) -> Side:
    """Return a side with what it would own, or why it cannot be."""
    player = players.get(side.player_id or 0)
    if player is None:
        known = side.player_id is not None
        return side._replace(reason=f"There is no player {side.player_id}." if known else "")
    side = side._replace(player=player)
    try:
        return side._replace(after=rules.changed(player, coins=coins, goods=goods))
    except (InsufficientCoins, InsufficientGoods) as error:
        return side._replace(reason=f"{player} is {lacking(error)}.")
    except Refusal as error:
        return side._replace(reason=str(error))


def _form_of(request: HttpRequest) -> TradeForm:
    if request.method == "POST":
        return TradeForm(request.POST)
    return TradeForm(initial={name: request.GET[name] for name in FIELDS if name in request.GET})


def _thought(form: TradeForm) -> dict[str, int]:
    """Return what can be read of a form, be it half filled in."""
    given: dict[str, Any] = {name: form[name].value() for name in FIELDS}
    read = TradeForm(given)
    read.is_valid()
    return {name: read.cleaned_data[name] for name in FIELDS if name in read.cleaned_data}


def _is_same(form: TradeForm) -> str:
    buyer, seller = (str(form[name].value() or "").strip() for name in ("buyer", "seller"))
    return SAME if buyer and buyer == seller else ""


def _made(request: HttpRequest, outcome: txn.Outcome[TradeAnswer]) -> HttpResponse:
    one = outcome.answer
    told = format_html(
        '{} buys {} goods of {} for {} coins. <a href="{}">See the trade</a>.',
        link(one.buyer, f"Player {one.buyer}"),
        f"{one.goods:,}",
        link(one.seller, ""),
        f"{one.coins:,}",
        reverse("trade-detail", args=(f"{one.seller}-{one.number}",)),
    )
    say(request, outcome, told)
    return redirect("player-list")
