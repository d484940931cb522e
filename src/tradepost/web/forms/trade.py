"""The form that makes a trade."""

from collections.abc import Sequence
from typing import Any

from django import forms

from tradepost.errors import TradepostError
from tradepost.limits import ID_MAX
from tradepost.trading import errors, trades
from tradepost.trading.models import BALANCE_MAX, Player
from tradepost.trading.rules import Terms
from tradepost.web.forms.act import ActForm

SAME_PLAYER = "Buyer and seller cannot be the same person."
NO_COINS = "Buyer does not have enough coins."
NO_GOODS = "Seller does not have enough goods."


def _player_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=ID_MAX,
        help_text="The player's number.",
        error_messages={"max_value": "There is no player with so high a number."},
    )


class TradeForm(ActForm):
    service = staticmethod(trades.execute)
    error_fields = {
        errors.InsufficientCoins: "coins",
        errors.InsufficientGoods: "goods",
        errors.SamePlayer: "seller",
        errors.BalanceTooLarge: "{asset}",
    }

    buyer = _player_field("Buyer")
    seller = _player_field("Seller")
    coins = forms.IntegerField(
        label="Gives coins, for all of the goods", min_value=0, max_value=BALANCE_MAX
    )
    goods = forms.IntegerField(label="Gives goods", min_value=1, max_value=BALANCE_MAX)

    def offer(self, choices: Sequence[Player]) -> None:
        """Let buyer and seller be chosen from a list, instead of entered by their ids."""
        options: list[tuple[object, str]] = [("", "Choose …")]
        for one in choices:
            label = f"{one} · #{one.pk} · {one.coins:,} coins, {one.goods:,} goods"
            options.append((one.pk, label))
        for name in ("buyer", "seller"):
            # Cleared before the bound field, which copies it, is created.
            self.fields[name].help_text = ""
            chosen = self[name].value()
            known = {str(value) for value, _ in options}
            # A value that is not in the list was typed, and is kept.
            typed = [] if chosen is None or str(chosen) in known else [(chosen, f"#{chosen}")]
            self.fields[name].widget = forms.Select(choices=[*options, *typed])

    def values(self) -> dict[str, Any]:
        return {"terms": Terms(**super().values())}

    def clean(self) -> dict[str, Any]:
        """Refuse a trade of a player with themself, besides any other errors."""
        data = self.cleaned_data
        if data.get("buyer") is not None and data.get("buyer") == data.get("seller"):
            self.add_error("seller", SAME_PLAYER)
        return data

    def field_of(self, error: TradepostError) -> str | None:
        if isinstance(error, errors.PlayerNotFound):
            return "buyer" if error.facts["player"] == self.cleaned_data["buyer"] else "seller"
        return super().field_of(error)

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, errors.InsufficientCoins):
            return f"{NO_COINS} {shortfall(error)}: they have {error.facts['available']:,}."
        if isinstance(error, errors.InsufficientGoods):
            return f"{NO_GOODS} {shortfall(error)}: they have {error.facts['available']:,}."
        return SAME_PLAYER if isinstance(error, errors.SamePlayer) else super().error_text(error)


def shortfall(error: TradepostError) -> str:
    """Return how many coins or goods a player lacks, in words."""
    asset = "coins" if isinstance(error, errors.InsufficientCoins) else "goods"
    required, available = int(str(error.facts["required"])), int(str(error.facts["available"]))
    return f"{required - available:,} {asset} short"
