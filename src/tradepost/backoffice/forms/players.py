"""Forms about players."""

from typing import Any

from tradepost.backoffice.forms import fields
from tradepost.backoffice.forms.service_form import PreviewRow, ServiceForm
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import BalanceTooLarge, InsufficientCoins, InsufficientGoods
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH

CHANGE: dict[str, Any] = {"initial": 0, "help_text": "Below 0 removes."}


class Add(ServiceForm):
    service = staticmethod(players.create)
    title, button = "Add a player", "Add"
    done = "Player {answer[0].id} was added."

    name = fields.text("Name", NAME_MAX_LENGTH)
    coins = fields.integer("Coins", 0, BALANCE_MAX, initial=100)
    goods = fields.integer("Goods", 0, BALANCE_MAX, initial=1)

    def values(self) -> dict[str, Any]:
        return {"new": [NewPlayer(**super().values())]}

    def created_id(self, answer: Any) -> int:
        return int(answer[0].id)


class Grant(ServiceForm):
    service = staticmethod(players.adjust)
    title, button = "Grant or remove", "Grant or remove"
    done = "Done: {answer.coins_after:,} coins and {answer.goods_after:,} goods now."
    has_preview = True
    error_fields = {
        InsufficientCoins: "coins", InsufficientGoods: "goods", BalanceTooLarge: "{asset}",
    }  # fmt: skip

    coins = fields.integer("Coins", -BALANCE_MAX, BALANCE_MAX, **CHANGE)
    goods = fields.integer("Goods", -BALANCE_MAX, BALANCE_MAX, **CHANGE)
    reason = fields.reason()

    def preview_of(self, answer: Any) -> list[PreviewRow]:
        return [
            PreviewRow("coins", answer.coins_after - answer.coins, answer.coins_after),
            PreviewRow("goods", answer.goods_after - answer.goods, answer.goods_after),
        ]


class Rename(ServiceForm):
    service = staticmethod(players.rename)
    title, button = "Rename", "Rename"
    object_fields = ("name",)
    done = "Player {answer.id} is called {answer.name} now."

    name = fields.text("Name", NAME_MAX_LENGTH)


class Delete(ServiceForm):
    service = staticmethod(players.delete)
    title, button = "Delete the player", "Yes, delete"
    done = "Player {answer.player_id} was deleted."
    is_destructive = deletes_object = True
    warning = "All the coins and goods go with the player. The entries stay."
