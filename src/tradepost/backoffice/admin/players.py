"""Players, their entries, and what can be done with them."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.ledger import LedgerAdmin
from tradepost.backoffice.admin.service_admin import Fact, act, id_of
from tradepost.backoffice.forms import players as forms
from tradepost.backoffice.site import site
from tradepost.trading.models import NAME_MAX_LENGTH, Entry, EntryKind, Player


class Owns(SimpleListFilter):
    """Who owns nothing of something."""

    title = "what they own"
    parameter_name = "owns"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("no-coins", "No coins"), ("no-goods", "No goods")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Player]) -> QuerySet[Player]:
        """Return the players who are meant."""
        chosen = {"no-coins": {"coins": 0}, "no-goods": {"goods": 0}}.get(self.value() or "")
        return queryset.filter(**chosen) if chosen else queryset


def _counterparty(entry: Entry) -> str | None:
    if entry.counterparty_id is None:
        return None
    return reverse("admin:trading_player_entries", args=(entry.counterparty_id,))


class PlayerAdmin(LedgerAdmin):
    """Players."""

    adding = forms.Enlist
    entry_model, owner_field, kinds = Entry, "player_id", EntryKind.choices
    entry_columns = (
        columns.of("number", "#", is_number=True),
        columns.of("at", "When"),
        columns.of("kind"),
        columns.of("coins", is_number=True, is_change=True),
        columns.of("goods", is_number=True, is_change=True),
        columns.of("coins_after", is_number=True),
        columns.of("goods_after", is_number=True),
        columns.of("counterparty_id", "With player", link=_counterparty),
        links.ACTOR,
        columns.of("reason"),
    )
    exports = tuple(
        columns.of(name)
        for name in ("id", "name", "coins", "goods", "entry_count", "created_at", "updated_at")
    )
    list_display = ("id", "shown_name", "shown_coins", "shown_goods", "entries_link", "created_at")
    list_filter = (Owns, "created_at")
    search_help_text = "Id, or a part of the name"
    fields = (
        "id",
        "shown_name",
        "shown_coins",
        "shown_goods",
        "entries_link",
        "created_at",
        "updated_at",
    )
    readonly_fields = fields
    actions_detail = ("grant", "rename", "remove")

    grant = act(forms.Grant, "grant", "payments")
    rename = act(forms.Rename, "rename", "edit")
    remove = act(forms.Delete, "delete", "delete")

    @display(description="name")
    def shown_name(self, player: Player) -> str:
        """Return the name, or that there is none."""
        return player.name or "—"

    @display(description="coins")
    def shown_coins(self, player: Player) -> str:
        """Return the coins, grouped."""
        return f"{player.coins:,}"

    @display(description="goods")
    def shown_goods(self, player: Player) -> str:
        """Return the goods, grouped."""
        return f"{player.goods:,}"

    @display(description="entries")
    def entries_link(self, found: Any) -> SafeString:
        """Return the link to the entries."""
        return super().entries_link(found)

    def searched(self, rows: QuerySet[Player], term: str) -> QuerySet[Player]:
        """Return the player with an id, or those with a part of a name."""
        number = id_of(term)
        if number is not None:
            return rows.filter(pk=number)
        return rows.filter(name__icontains=term[:NAME_MAX_LENGTH])

    def facts(self, found: Player) -> list[Fact]:
        """Return what the player owns."""
        return [
            ("Player", f"{found.pk}, {found.name}" if found.name else found.pk),
            ("Coins", f"{found.coins:,}"),
            ("Goods", f"{found.goods:,}"),
        ]


site.register(Player, PlayerAdmin)
