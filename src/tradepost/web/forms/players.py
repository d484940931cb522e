"""Forms that find, create, edit, grant to and delete players."""

from typing import Any

from django import forms

from tradepost.errors import TradepostError
from tradepost.limits import ID_MAX, REASON_MAX_LENGTH
from tradepost.trading import errors, players, queries
from tradepost.trading.acts import NewPlayer
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
    service = staticmethod(players.create)

    name = _name()
    coins = _balance(initial=100)
    goods = _balance(initial=1)

    def values(self) -> dict[str, Any]:
        return {"new": [NewPlayer(**super().values())]}


class BulkForm(ActForm):
    service = staticmethod(players.create)

    def values(self) -> dict[str, Any]:
        places = range(1, BULK_COUNT + 1)
        return {"new": [NewPlayer(name=f"Player {place}", coins=100, goods=1) for place in places]}


class EditForm(ActForm):
    service = staticmethod(players.edit)
    error_fields = {errors.BalanceChanged: "{asset}"}

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

    def values(self) -> dict[str, Any]:
        values = super().values()
        coins, goods = values.pop("seen_coins"), values.pop("seen_goods")
        seen = Balance(coins, goods) if coins is not None and goods is not None else None
        return values | {"seen": seen}

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, errors.BalanceChanged):
            return (
                f"It changed while you were here: {error.facts['available']:,} now, "
                f"{error.facts['seen']:,} before. Send again to set it all the same."
            )
        return super().error_text(error)

    def prepare_retry(self, error: TradepostError) -> None:
        super().prepare_retry(error)
        if isinstance(error, errors.BalanceChanged):
            self.replace(**{f"seen_{error.facts['asset']}": error.facts["available"]})


class GrantForm(ActForm):
    service = staticmethod(players.adjust)
    error_fields = {
        errors.InsufficientCoins: "coins",
        errors.InsufficientGoods: "goods",
        errors.BalanceTooLarge: "{asset}",
    }

    coins = _change()
    goods = _change()
    reason = forms.CharField(
        max_length=REASON_MAX_LENGTH, validators=[one_line], help_text="It stays on the statement."
    )

    def values(self) -> dict[str, Any]:
        return {name: value or 0 for name, value in super().values().items()}

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, (errors.InsufficientCoins, errors.InsufficientGoods)):
            return f"There are {error.facts['available']:,}, so no more than that can be taken."
        return super().error_text(error)


class DeleteForm(ActForm):
    service = staticmethod(players.delete)


class DeleteAllForm(ActForm):
    """Deletes all players up to the newest one when the form was shown, or all without `up_to`."""

    service = staticmethod(players.delete_all)

    up_to = forms.IntegerField(
        required=False, min_value=0, max_value=ID_MAX, widget=forms.HiddenInput
    )

    def values(self) -> dict[str, Any]:
        up_to = self.cleaned_data["up_to"]
        return {"up_to": queries.get_newest_id() if up_to is None else up_to}
