"""Players: find, create, edit, grant, delete."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from tradepost import txn
from tradepost.trading import queries
from tradepost.trading.models import Player
from tradepost.trading.queries import Sort
from tradepost.web.forms import players as forms
from tradepost.web.forms.act import ActForm, say
from tradepost.web.views.page_errors import is_part, page_errors, unless_away

PAGE, LOOKED_UP = 100, 8
shows_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List players: found, sorted, page by page."""
    find = forms.FindForm(request.GET)
    find.is_valid()
    search, sort, place = find.cleaned_data.get("q", ""), find.sort_chosen, find.place
    found = queries.list_sorted_players(sort, limit=PAGE + 1, after=place, search=search)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    chosen = {"q": search, "sort": sort.value}
    place_of_last = last and {"after": getattr(last, sort.column), "id": last.pk}
    context = {
        "players": shown,
        "find": find,
        "sort": sort.value,
        "sorts": [(one.value, told) for one, told in forms.SORTS.items()],
        "search": search,
        "is_first": place is None,
        "first_query": urlencode(chosen),
        "next_query": urlencode(chosen | place_of_last) if place_of_last else "",
        "bulk": forms.BulkForm(auto_id=False),
    }
    return render(request, "web/players/list.html", context)


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Show the first players who are found, to be chosen from."""
    find = forms.FindForm(request.GET)
    find.is_valid()
    search = find.cleaned_data.get("q", "")
    found: list[Player] = []
    if search:
        found = queries.list_sorted_players(Sort.OLDEST, limit=LOOKED_UP, search=search)
    context = {"players": found, "search": search}
    return render(request, "web/players/_found.html", context)


@require_safe
@page_errors
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a player's row of the list."""
    return _row(request, queries.get_player(pk))


@shows_and_acts
def create(request: HttpRequest) -> HttpResponse:
    """Create a player."""
    form = forms.CreateForm(request.POST) if _acts(request) else forms.CreateForm()
    if (outcome := _saved(request, form)) is not None:
        one = outcome.answer.players[0]
        joins = "{} joins with {:,} coins and {:,} goods."
        linked = link(one.id, one.name)
        say(request, outcome, _filled(joins, linked, one.coins, one.goods))
        return redirect("player-list")
    return render(request, "web/players/create.html", {"form": form}, status=form.status)


@shows_and_acts
def bulk_create(request: HttpRequest) -> HttpResponse:
    """Create ten players."""
    form = forms.BulkForm(request.POST) if _acts(request) else forms.BulkForm()
    if (outcome := _saved(request, form)) is not None:
        say(request, outcome, f"{len(outcome.answer.players)} players join.")
        return redirect("player-list")
    return render(request, "web/players/bulk_create.html", {"form": form}, status=form.status)


@shows_and_acts
@page_errors
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a player."""
    if _acts(request):
        form = forms.EditForm(pk, request.POST)
        if (outcome := _saved(request, form)) is not None:
            say(request, outcome, "The player is saved.")
            return redirect("player-detail", pk)
        player = _player_of(form)
    else:
        player = queries.get_player(pk)
        form = forms.EditForm(pk, initial=forms.EditForm.shown_of(player))
    return _form_of(request, "update", player, form)


@shows_and_acts
@page_errors
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a player coins and goods, or take some."""
    form = forms.GrantForm(pk, request.POST) if _acts(request) else forms.GrantForm(pk)
    if (outcome := _saved(request, form)) is not None:
        entry = outcome.answer
        balance = "Player {} has {:,} coins and {:,} goods now."
        say(request, outcome, balance.format(pk, entry.coins_after, entry.goods_after))
        if is_part(request):
            return _row(request, queries.get_player(pk))
        return redirect("player-detail", pk)
    return _form_of(request, "grant", _player_of(form), form)


@shows_and_acts
@page_errors
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a player, once that is confirmed."""
    form = forms.DeleteForm(pk, request.POST) if _acts(request) else forms.DeleteForm(pk)
    if (outcome := _saved(request, form)) is not None:
        entry = outcome.answer
        had = (-entry.coins, -entry.goods)
        told = "{} is deleted, with {:,} coins and {:,} goods. The statement stays."
        say(request, outcome, _filled(told, link(pk, f"Player {pk}"), *had))
        if is_part(request):
            return render(request, "web/_messages.html")
        return redirect("player-list")
    return _form_of(request, "delete", _player_of(form), form)


@shows_and_acts
def delete_all(request: HttpRequest) -> HttpResponse:
    """Delete all players, once that is confirmed."""
    if _acts(request):
        form = forms.DeleteAllForm(request.POST)
        if (outcome := _saved(request, form)) is not None:
            count = outcome.answer.deleted
            told = "1 player is deleted" if count == 1 else f"{count:,} players are deleted"
            if outcome.answer.goes_on:
                told += ", and there are more: delete all once more"
            say(request, outcome, f"{told}. Statements stay.")
            return redirect("player-list")
    else:
        form = forms.DeleteAllForm(initial={"up_to": queries.get_newest_id()})
    count = unless_away(queries.count_players, None)
    context = {"form": form, "count": count}
    return render(request, "web/players/delete_all.html", context, status=form.status)


def link(player_id: int, name: str) -> SafeString:
    """Return a link to a player."""
    return format_html(
        '<a href="{}">{}</a>',
        reverse("player-detail", args=(player_id,)),
        name or f"player {player_id}",
    )


def _filled(text: str, linked: SafeString, *numbers: int) -> SafeString:
    first, _, rest = text.partition("{}")
    return format_html("{}{}{}", first, linked, rest.format(*numbers))


def _acts(request: HttpRequest) -> bool:
    return request.method == "POST"


def _saved(request: HttpRequest, form: Any) -> txn.Outcome[Any] | None:
    """Do what a form says that was sent and can be read."""
    return form.save(request) if form.is_valid() else None


def _player_of(form: forms.OfPlayer) -> Player:
    """Return the player a form is about; in doubt, what is known of them: their number."""
    player_id = form.player_id
    if form.status == 200:
        return queries.get_player(player_id)
    found = unless_away(lambda: queries.find_players([player_id]), dict[int, Player]())
    return found.get(player_id, Player(pk=player_id))


def _form_of(request: HttpRequest, name: str, player: Player, form: ActForm) -> HttpResponse:
    part = name
    if is_part(request) and name != "update":
        # Several rows may have theirs open.
        part, form.auto_id = "_row_form", f"id_{player.pk}_%s"
        for field in form.visible_fields()[:1]:
            field.field.widget.attrs["autofocus"] = True
    context = {"player": player, "form": form, "act": name}
    return render(request, f"web/players/{part}.html", context, status=form.status)


def _row(request: HttpRequest, player: Player) -> HttpResponse:
    return render(request, "web/players/_row.html", {"player": player})
