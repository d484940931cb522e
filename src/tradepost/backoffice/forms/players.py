"""Forms about players."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.backoffice.forms.service_form import (
    PreviewRow,
    ServiceForm,
    integer_field,
    reason_field,
    text_field,
)
from tradepost.errors import TradepostError
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import BalanceTooLarge, InsufficientCoins, InsufficientGoods
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH


class Add(ServiceForm):
    """Creates a player."""

    title, button = "Add a player", "Add"

    name = text_field("Name", NAME_MAX_LENGTH)
    coins = integer_field("Coins", 0, BALANCE_MAX, initial=100)
    goods = integer_field("Goods", 0, BALANCE_MAX, initial=1)

    def call(self, **call: Any) -> txn.Outcome[Any]:
        values = self.cleaned_data
        new = NewPlayer(name=values["name"], coins=values["coins"], goods=values["goods"])
        return players.create([new], **call)

    def success_message(self, answer: Any) -> str:
        return f"Player {answer.players[0].id} was added."

    def created_id(self, answer: Any) -> int:
        return int(answer.players[0].id)


class Grant(ServiceForm):
    """Adjusts a player's balance."""

    title, button = "Grant or remove", "Grant or remove"
    has_preview = True

    coins = integer_field(
        "Coins", -BALANCE_MAX, BALANCE_MAX, initial=0, help_text="Below 0 removes."
    )
    goods = integer_field(
        "Goods", -BALANCE_MAX, BALANCE_MAX, initial=0, help_text="Below 0 removes."
    )
    reason = reason_field()

    def call(self, **call: Any) -> txn.Outcome[Any]:
        values = {name: self.cleaned_data[name] for name in ("coins", "goods", "reason")}
        return players.adjust(self.object_id, **values, **call)

    def success_message(self, answer: Any) -> str:
        return f"Done: {answer.coins_after:,} coins and {answer.goods_after:,} goods now."

    def preview_of(self, answer: Any) -> list[PreviewRow]:
        """Return the balances before and after."""
        return [
            PreviewRow("coins", answer.coins_after - answer.coins, answer.coins_after),
            PreviewRow("goods", answer.goods_after - answer.goods, answer.goods_after),
        ]

    def field_of(self, error: TradepostError) -> str | None:
        if isinstance(error, InsufficientCoins):
            return "coins"
        if isinstance(error, InsufficientGoods):
            return "goods"
        if isinstance(error, BalanceTooLarge):
            return str(error.facts["asset"])
        return None


class Rename(ServiceForm):
    """Renames a player."""

    title, button = "Rename", "Rename"

    name = text_field("Name", NAME_MAX_LENGTH)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            self.initial["name"] = self.instance.name

    def call(self, **call: Any) -> txn.Outcome[Any]:
        return players.rename(self.object_id, name=self.cleaned_data["name"], **call)

    def success_message(self, answer: Any) -> str:
        return f"Player {answer.id} is called {answer.name} now."


class Delete(ServiceForm):
    """Deletes a player, with all they own."""

    title, button = "Delete the player", "Yes, delete"
    is_destructive = deletes_object = True
    warning = "All the coins and goods go with the player. The entries stay."

    def call(self, **call: Any) -> txn.Outcome[Any]:
        return players.delete(self.object_id, **call)

    def success_message(self, answer: Any) -> str:
        return f"Player {answer.player_id} was deleted."
