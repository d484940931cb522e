"""Forms that find, create, edit, grant to and delete players."""

from typing import Any

from django import forms
from django.http import HttpRequest

from tradepost import txn
from tradepost.errors import TradepostError
from tradepost.limits import ID_MAX, REASON_MAX_LENGTH
from tradepost.trading import players, queries
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import (
    BalanceChanged,
    BalanceTooLarge,
    InsufficientCoins,
    InsufficientGoods,
)
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH, EntryKind, Player
from tradepost.trading.queries import Place, Sort
from tradepost.trading.rules import Balance
from tradepost.web.forms.act import ActForm, one_line

SORTS = {
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
    Sort.NAME: "by name",
    Sort.COINS: "most coins first",
    Sort.GOODS: "most goods first",
}
BULK_COUNT = 10
# Filters of a statement: label, and the kinds of entries.
FILTERS: dict[str, tuple[str, tuple[EntryKind, ...]]] = {
    "trades": ("Trades", (EntryKind.SOLD, EntryKind.BOUGHT)),
    "sold": ("Sales", (EntryKind.SOLD,)),
    "bought": ("Purchases", (EntryKind.BOUGHT,)),
    "grants": ("Grants", (EntryKind.ADJUSTED,)),
    "edits": ("Creation and edits", (EntryKind.CREATED, EntryKind.EDITED, EntryKind.DELETED)),
}


def _name() -> forms.CharField:
    return forms.CharField(max_length=NAME_MAX_LENGTH, validators=[one_line])


def _balance(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=BALANCE_MAX, **options)


def _change() -> forms.IntegerField:
    return forms.IntegerField(
        min_value=-BALANCE_MAX,
        max_value=BALANCE_MAX,
        required=False,
        initial=0,
        help_text="Above 0 gives, below 0 takes.",
    )


class FindForm(forms.Form):
    """Selects a page of a list of players."""

    q = forms.CharField(
        label="Name or number", required=False, max_length=NAME_MAX_LENGTH, validators=[one_line]
    )
    sort = forms.ChoiceField(label="Sorted", required=False, choices=list(SORTS.items()))
    after = forms.CharField(required=False, max_length=NAME_MAX_LENGTH, strip=False)
    id = forms.IntegerField(required=False, min_value=1, max_value=ID_MAX)

    @property
    def chosen_sort(self) -> Sort:
        return Sort(self.cleaned_data.get("sort") or Sort.NEWEST)

    @property
    def place(self) -> Place | None:
        """Where the page begins; None for the first page, or for an unreadable place."""
        after, player_id = self.cleaned_data.get("after", ""), self.cleaned_data.get("id")
        if player_id is None:
            return None
        if self.chosen_sort is Sort.NAME:
            return Place(after, player_id)
        if self.chosen_sort.column == "pk":
            return Place(player_id, player_id)
        is_number = after.isascii() and after.isdigit() and int(after) <= BALANCE_MAX
        return Place(int(after), player_id) if is_number else None


class CreateForm(ActForm):
    act = "create player"

    name = _name()
    coins = _balance(initial=100)
    goods = _balance(initial=1)

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        data = self.cleaned_data
        new = NewPlayer(name=data["name"], coins=data["coins"], goods=data["goods"])
        return self.attempt(request, players.create, [new])


class BulkForm(ActForm):
    act = "create ten players"

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        new = [
            NewPlayer(name=f"Player {place}", coins=100, goods=1)
            for place in range(1, BULK_COUNT + 1)
        ]
        return self.attempt(request, players.create, new)


class PlayerForm(ActForm):
    def __init__(self, player_id: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.player_id = player_id


class EditForm(PlayerForm):
    """Sets a player's name and balance."""

    act = "edit player"
    error_fields = {BalanceChanged: "{asset}"}

    name = _name()
    coins = _balance()
    goods = _balance()
    # The balance that was shown: what the user leaves unchanged is not set, so trades are kept.
    seen_coins = _balance(required=False, widget=forms.HiddenInput)
    seen_goods = _balance(required=False, widget=forms.HiddenInput)

    @staticmethod
    def initial_of(player: Player) -> dict[str, Any]:
        seen = {"seen_coins": player.coins, "seen_goods": player.goods}
        return {"name": player.name, "coins": player.coins, "goods": player.goods} | seen

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        data = self.cleaned_data
        coins, goods = data.get("seen_coins"), data.get("seen_goods")
        seen = Balance(coins, goods) if coins is not None and goods is not None else None
        values = {name: data[name] for name in ("name", "coins", "goods")}
        outcome = self.attempt(request, players.edit, self.player_id, seen=seen, **values)
        if isinstance(self.failure, BalanceChanged):
            asset = str(self.failure.facts["asset"])
            self.replace(**{f"seen_{asset}": self.failure.facts["available"]})
        return outcome

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, BalanceChanged):
            return (
                f"It changed while you were here: {error.facts['available']:,} now, "
                f"{error.facts['seen']:,} before. Send again to set it all the same."
            )
        return super().error_text(error)


class GrantForm(PlayerForm):
    act = "grant"
    error_fields = {
        InsufficientCoins: "coins", InsufficientGoods: "goods", BalanceTooLarge: "{asset}",
    }  # fmt: skip

    coins = _change()
    goods = _change()
    reason = forms.CharField(
        max_length=REASON_MAX_LENGTH, validators=[one_line], help_text="It stays on the statement."
    )

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        data = self.cleaned_data
        changes = {name: data[name] or 0 for name in ("coins", "goods")}
        return self.attempt(
            request, players.adjust, self.player_id, reason=data["reason"], **changes
        )

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, (InsufficientCoins, InsufficientGoods)):
            return f"There are {error.facts['available']:,}, so no more than that can be taken."
        return super().error_text(error)


class DeleteForm(PlayerForm):
    act = "delete player"

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        return self.attempt(request, players.delete, self.player_id)


class DeleteAllForm(ActForm):
    """Deletes all players up to the newest one when the form was shown, or all without `up_to`."""

    act = "delete players"

    up_to = forms.IntegerField(
        required=False, min_value=0, max_value=ID_MAX, widget=forms.HiddenInput
    )

    def save(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        up_to = self.cleaned_data.get("up_to")
        if up_to is None:
            up_to = queries.get_newest_id()
        return self.attempt(request, players.delete_all, up_to=up_to)
