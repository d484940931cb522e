"""Players and their ledger entries."""

from django.contrib.admin import display, register
from django.db.models import Q

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.ledger import EntryList, LedgerAdmin
from tradepost.backoffice.admin.service_admin import Fact, form_action
from tradepost.backoffice.forms import players as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.site import site
from tradepost.trading.models import NAME_MAX_LENGTH, Entry, EntryKind, Player


class Owns(ConditionFilter):
    title = "what they own"
    parameter_name = "owns"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        return {"no-coins": ("No coins", Q(coins=0)), "no-goods": ("No goods", Q(goods=0))}


ENTRIES = EntryList(
    model=Entry,
    owner_field="player_id",
    kinds=EntryKind.choices,
    columns=(
        columns.column("number", "#", is_number=True),
        columns.column("at", "When"),
        columns.column("kind"),
        columns.column("coins", is_number=True, is_change=True),
        columns.column("goods", is_number=True, is_change=True),
        columns.column("coins_after", is_number=True),
        columns.column("goods_after", is_number=True),
        columns.column(
            "counterparty_id",
            "With player",
            link=links.to_page("trading_player_entries", "counterparty_id"),
        ),
        links.actor_column("actor"),
        columns.column("reason"),
    ),
)


@register(Player, site=site)
class PlayerAdmin(LedgerAdmin):
    add_form_class = forms.Add
    entry_lists = (ENTRIES,)
    exports = columns.named("id name coins goods entry_count created_at updated_at")
    list_display = ("id", "shown_name", "shown_coins", "shown_goods", "entries_link", "created_at")
    list_filter = (Owns, "created_at")
    search_help_text = "Id, or a part of the name"
    fields = (
        "id", "shown_name", "shown_coins", "shown_goods", "entries_link", "created_at",
        "updated_at",
    )  # fmt: skip
    actions_detail = ("grant", "rename", "remove")

    grant = form_action(forms.Grant, "grant", "payments")
    rename = form_action(forms.Rename, "rename", "edit")
    remove = form_action(forms.Delete, "delete", "delete")

    @display(description="name")
    def shown_name(self, player: Player) -> str:
        return player.name or "—"

    @display(description="coins")
    def shown_coins(self, player: Player) -> str:
        return f"{player.coins:,}"

    @display(description="goods")
    def shown_goods(self, player: Player) -> str:
        return f"{player.goods:,}"

    def search_text(self, term: str) -> Q:
        return Q(name__icontains=term[:NAME_MAX_LENGTH])

    def facts(self, player: Player) -> list[Fact]:
        return [
            ("Player", f"{player.pk}, {player.name}" if player.name else player.pk),
            ("Coins", f"{player.coins:,}"),
            ("Goods", f"{player.goods:,}"),
        ]
