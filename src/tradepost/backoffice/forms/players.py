"""Forms about players."""

from typing import Any, Unpack

from tradepost import txn
from tradepost.backoffice.forms.service_form import (
    PreviewRow,
    ServiceForm,
    integer_field,
    reason_field,
    text_field,
)
from tradepost.pages.act_form import ServiceOptions
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import BalanceTooLarge, InsufficientCoins, InsufficientGoods
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH

CHANGE: dict[str, Any] = {"initial": 0, "help_text": "Below 0 removes."}


class Add(ServiceForm):
    title, button = "Add a player", "Add"
    done = "Player {answer[0].id} was added."

    name = text_field("Name", NAME_MAX_LENGTH)
    coins = integer_field("Coins", 0, BALANCE_MAX, initial=100)
    goods = integer_field("Goods", 0, BALANCE_MAX, initial=1)

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[Any]:
        values = self.cleaned_data
        new = NewPlayer(name=values["name"], coins=values["coins"], goods=values["goods"])
        return players.create([new], **options)

    def created_id(self, answer: Any) -> int:
        return int(answer[0].id)


class Grant(ServiceForm):
    title, button = "Grant or remove", "Grant or remove"
    done = "Done: {answer.coins_after:,} coins and {answer.goods_after:,} goods now."
    has_preview = True
    error_fields = {
        InsufficientCoins: "coins", InsufficientGoods: "goods", BalanceTooLarge: "{asset}",
    }  # fmt: skip

    coins = integer_field("Coins", -BALANCE_MAX, BALANCE_MAX, **CHANGE)
    goods = integer_field("Goods", -BALANCE_MAX, BALANCE_MAX, **CHANGE)
    reason = reason_field()

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[Any]:
        values = {name: self.cleaned_data[name] for name in ("coins", "goods", "reason")}
        return players.adjust(self.object_id, **values, **options)

    def preview_of(self, answer: Any) -> list[PreviewRow]:
        return [
            PreviewRow("coins", answer.coins_after - answer.coins, answer.coins_after),
            PreviewRow("goods", answer.goods_after - answer.goods, answer.goods_after),
        ]


class Rename(ServiceForm):
    title, button = "Rename", "Rename"
    object_fields = ("name",)
    done = "Player {answer.id} is called {answer.name} now."

    name = text_field("Name", NAME_MAX_LENGTH)

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[Any]:
        return players.rename(self.object_id, name=self.cleaned_data["name"], **options)


class Delete(ServiceForm):
    title, button = "Delete the player", "Yes, delete"
    done = "Player {answer.player_id} was deleted."
    is_destructive = deletes_object = True
    warning = "All the coins and goods go with the player. The entries stay."

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[Any]:
        return players.delete(self.object_id, **options)
