"""Players: find, create, edit, grant, delete."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tradepost import txn
from tradepost.trading import queries
from tradepost.trading.models import Player
from tradepost.trading.queries import Sort
from tradepost.web.faults import is_htmx
from tradepost.web.forms import players as forms
from tradepost.web.forms.act import ActForm, notify
from tradepost.web.views.common import form_view, read_or_default

PAGE, LOOKUP_LIMIT = 100, 8


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List players, filtered and sorted."""
    find = forms.FindForm(request.GET)
    find.is_valid()
    search, sort, place = find.cleaned_data.get("q", ""), find.chosen_sort, find.place
    found = queries.list_sorted_players(sort, limit=PAGE + 1, after=place, search=search)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    query = {"q": search, "sort": sort.value}
    next_place = last and {"after": getattr(last, sort.column), "id": last.pk}
    context = {
        "players": shown,
        "find": find,
        "sort": sort.value,
        "sorts": [(one.value, label) for one, label in forms.SORTS.items()],
        "search": search,
        "is_first": place is None,
        "first_query": urlencode(query),
        "next_query": urlencode(query | next_place) if next_place else "",
        "bulk": forms.BulkForm(auto_id=False),
    }
    return render(request, "web/players/list.html", context)


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Show the first players who match a search, to choose from."""
    find = forms.FindForm(request.GET)
    find.is_valid()
    search = find.cleaned_data.get("q", "")
    found: list[Player] = []
    if search:
        found = queries.list_sorted_players(Sort.OLDEST, limit=LOOKUP_LIMIT, search=search)
    context = {"players": found, "search": search}
    return render(request, "web/players/_found.html", context)


@require_safe
def row(request: HttpRequest, pk: int) -> HttpResponse:
    return _row(request, queries.get_player(pk))


@form_view
def create(request: HttpRequest) -> HttpResponse:
    form = forms.CreateForm(request.POST) if _is_post(request) else forms.CreateForm()
    if (outcome := _saved(request, form)) is not None:
        one = outcome.answer.players[0]
        message = "{} joins with {:,} coins and {:,} goods."
        linked = link(one.id, one.name)
        notify(request, outcome, _filled(message, linked, one.coins, one.goods))
        return redirect("player-list")
    return render(request, "web/players/create.html", {"form": form}, status=form.status)


@form_view
def bulk_create(request: HttpRequest) -> HttpResponse:
    form = forms.BulkForm(request.POST) if _is_post(request) else forms.BulkForm()
    if (outcome := _saved(request, form)) is not None:
        notify(request, outcome, f"{len(outcome.answer.players)} players join.")
        return redirect("player-list")
    return render(request, "web/players/bulk_create.html", {"form": form}, status=form.status)


@form_view
def update(request: HttpRequest, pk: int) -> HttpResponse:
    if _is_post(request):
        form = forms.EditForm(request.POST, object_id=pk)
        if (outcome := _saved(request, form)) is not None:
            notify(request, outcome, "The player is saved.")
            return redirect("player-detail", pk)
        player = _player_of(form)
    else:
        player = queries.get_player(pk)
        form = forms.EditForm(object_id=pk, initial=forms.EditForm.initial_of(player))
    return _form_page(request, "update", player, form)


@form_view
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    form = (
        forms.GrantForm(request.POST, object_id=pk)
        if _is_post(request)
        else forms.GrantForm(object_id=pk)
    )
    if (outcome := _saved(request, form)) is not None:
        entry = outcome.answer
        message = "Player {} has {:,} coins and {:,} goods now."
        notify(request, outcome, message.format(pk, entry.coins_after, entry.goods_after))
        if is_htmx(request):
            return _row(request, queries.get_player(pk))
        return redirect("player-detail", pk)
    return _form_page(request, "grant", _player_of(form), form)


@form_view
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    form = (
        forms.DeleteForm(request.POST, object_id=pk)
        if _is_post(request)
        else forms.DeleteForm(object_id=pk)
    )
    if (outcome := _saved(request, form)) is not None:
        entry = outcome.answer
        balance = (-entry.coins, -entry.goods)
        message = "{} is deleted, with {:,} coins and {:,} goods. The statement stays."
        notify(request, outcome, _filled(message, link(pk, f"Player {pk}"), *balance))
        if is_htmx(request):
            return render(request, "web/_messages.html")
        return redirect("player-list")
    return _form_page(request, "delete", _player_of(form), form)


@form_view
def delete_all(request: HttpRequest) -> HttpResponse:
    if _is_post(request):
        form = forms.DeleteAllForm(request.POST)
        if (outcome := _saved(request, form)) is not None:
            count = outcome.answer.deleted
            message = "1 player is deleted" if count == 1 else f"{count:,} players are deleted"
            if outcome.answer.goes_on:
                message += ", and there are more: delete all once more"
            notify(request, outcome, f"{message}. Statements stay.")
            return redirect("player-list")
    else:
        form = forms.DeleteAllForm(initial={"up_to": queries.get_newest_id()})
    count = read_or_default(queries.count_players, None)
    context = {"form": form, "count": count}
    return render(request, "web/players/delete_all.html", context, status=form.status)


def link(player_id: int, name: str) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>',
        reverse("player-detail", args=(player_id,)),
        name or f"player {player_id}",
    )


def _filled(text: str, linked: SafeString, *numbers: int) -> SafeString:
    first, _, rest = text.partition("{}")
    return format_html("{}{}{}", first, linked, rest.format(*numbers))


def _is_post(request: HttpRequest) -> bool:
    return request.method == "POST"


def _saved(request: HttpRequest, form: ActForm) -> txn.Outcome[Any] | None:
    """Save a form if it is bound and valid."""
    return form.submit(request) if form.is_valid() else None


def _player_of(form: ActForm) -> Player:
    """Return the player a form is about, or only their id if the database is unavailable."""
    if form.status == 200:
        return queries.get_player(form.object_id)
    found = read_or_default(lambda: queries.find_players([form.object_id]), dict[int, Player]())
    return found.get(form.object_id, Player(pk=form.object_id))


def _form_page(request: HttpRequest, name: str, player: Player, form: ActForm) -> HttpResponse:
    template = name
    if is_htmx(request) and name != "update":
        # Several rows may show forms at once, so their fields need different ids.
        template, form.auto_id = "_row_form", f"id_{player.pk}_%s"
        for field in form.visible_fields()[:1]:
            field.field.widget.attrs["autofocus"] = True
    context = {"player": player, "form": form, "act": name}
    return render(request, f"web/players/{template}.html", context, status=form.status)


def _row(request: HttpRequest, player: Player) -> HttpResponse:
    return render(request, "web/players/_row.html", {"player": player})
