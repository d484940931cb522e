"""Players: find, create, edit, grant, delete."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tradepost.pages.act_form import posted
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
    return _row(request, pk)


@form_view
def create(request: HttpRequest) -> HttpResponse:
    form = forms.CreateForm(posted(request))
    if (outcome := form.submit(request)) is None:
        return render(request, "web/players/create.html", {"form": form}, status=form.status)
    [one] = outcome.answer
    message = format_html("{} joins with {}.", link(one.id, one.name), _owned(one.coins, one.goods))
    notify(request, outcome, message)
    return redirect("player-list")


@form_view
def bulk_create(request: HttpRequest) -> HttpResponse:
    form = forms.BulkForm(posted(request))
    if (outcome := form.submit(request)) is None:
        return render(request, "web/players/bulk_create.html", {"form": form}, status=form.status)
    notify(request, outcome, f"{len(outcome.answer)} players join.")
    return redirect("player-list")


@form_view
def update(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        player = queries.get_player(pk)
        return _form_page(
            request, "update", forms.EditForm(initial=forms.EditForm.initial_of(player)), player
        )
    form = forms.EditForm(request.POST, object_id=pk)
    if (outcome := form.submit(request)) is None:
        return _form_page(request, "update", form, _player_of(form))
    notify(request, outcome, "The player is saved.")
    return redirect("player-detail", pk)


@form_view
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.GrantForm(posted(request), object_id=pk)
    if (outcome := form.submit(request)) is None:
        return _form_page(request, "grant", form, _player_of(form))
    entry = outcome.answer
    owned = _owned(entry.coins_after, entry.goods_after)
    notify(request, outcome, f"Player {pk} has {owned} now.")
    if is_htmx(request):
        return _row(request, pk)
    return redirect("player-detail", pk)


@form_view
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.DeleteForm(posted(request), object_id=pk)
    if (outcome := form.submit(request)) is None:
        return _form_page(request, "delete", form, _player_of(form))
    entry = outcome.answer
    linked, owned = link(pk, f"Player {pk}"), _owned(-entry.coins, -entry.goods)
    message = format_html("{} is deleted, with {}. The statement stays.", linked, owned)
    notify(request, outcome, message)
    if is_htmx(request):
        return render(request, "web/_messages.html")
    return redirect("player-list")


@form_view
def delete_all(request: HttpRequest) -> HttpResponse:
    initial = None if request.method == "POST" else {"up_to": queries.get_newest_id()}
    form = forms.DeleteAllForm(posted(request), initial=initial)
    if (outcome := form.submit(request)) is None:
        context = {"form": form, "count": read_or_default(queries.count_players, None)}
        return render(request, "web/players/delete_all.html", context, status=form.status)
    count = outcome.answer.deleted
    message = "1 player is deleted" if count == 1 else f"{count:,} players are deleted"
    if outcome.answer.goes_on:
        message += ", and there are more: delete all once more"
    notify(request, outcome, f"{message}. Statements stay.")
    return redirect("player-list")


def link(player_id: int, name: str) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>',
        reverse("player-detail", args=(player_id,)),
        name or f"player {player_id}",
    )


def _owned(coins: int, goods: int) -> str:
    return f"{coins:,} coins and {goods:,} goods"


def _player_of(form: ActForm) -> Player:
    """Return the player a form is about, or only their id if the database is unavailable."""
    if form.status == 200:
        return queries.get_player(form.object_id)
    found = read_or_default(lambda: queries.find_players([form.object_id]), dict[int, Player]())
    return found.get(form.object_id, Player(pk=form.object_id))


def _form_page(request: HttpRequest, name: str, form: ActForm, player: Player) -> HttpResponse:
    template = name
    if is_htmx(request) and name != "update":
        # Several rows may show forms at once, so their fields need different ids.
        template, form.auto_id = "_row_form", f"id_{player.pk}_%s"
        for field in form.visible_fields()[:1]:
            field.field.widget.attrs["autofocus"] = True
    context = {"player": player, "form": form, "act": name}
    return render(request, f"web/players/{template}.html", context, status=form.status)


def _row(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "web/players/_row.html", {"player": queries.get_player(pk)})
