"""What can be done with a player."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.backoffice.forms.act import ActForm, Foreseen, text, whole, why
from tradepost.errors import TradepostError
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.errors import BalanceTooLarge, InsufficientCoins, InsufficientGoods
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH


class Enlist(ActForm):
    """A new player."""

    title, button = "Add a player", "Add"

    name = text("Name", NAME_MAX_LENGTH)
    coins = whole("Coins", 0, BALANCE_MAX, initial=100)
    goods = whole("Goods", 0, BALANCE_MAX, initial=1)

    def call(self, **call: Any) -> txn.Outcome[Any]:
        """Create the player."""
        values = self.cleaned_data
        new = NewPlayer(name=values["name"], coins=values["coins"], goods=values["goods"])
        return players.create([new], **call)

    def told(self, answer: Any) -> str:
        """Return the message for when it is done."""
        return f"Player {answer.players[0].id} was added."

    def made(self, answer: Any) -> int:
        """Return the id of the player."""
        return int(answer.players[0].id)


class Grant(ActForm):
    """Coins and goods that are granted or removed."""

    title, button = "Grant or remove", "Grant or remove"
    reviewed = True

    coins = whole("Coins", -BALANCE_MAX, BALANCE_MAX, initial=0, help_text="Below 0 removes.")
    goods = whole("Goods", -BALANCE_MAX, BALANCE_MAX, initial=0, help_text="Below 0 removes.")
    reason = why()

    def call(self, **call: Any) -> txn.Outcome[Any]:
        """Adjust the balance."""
        values = {name: self.cleaned_data[name] for name in ("coins", "goods", "reason")}
        return players.adjust(self.object_id, **values, **call)

    def told(self, answer: Any) -> str:
        """Return the message for when it is done."""
        return f"Done: {answer.coins_after:,} coins and {answer.goods_after:,} goods now."

    def foresee(self, answer: Any) -> list[Foreseen]:
        """Return the balances before and after."""
        return [
            Foreseen("coins", answer.coins_after - answer.coins, answer.coins_after),
            Foreseen("goods", answer.goods_after - answer.goods, answer.goods_after),
        ]

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about."""
        if isinstance(error, InsufficientCoins):
            return "coins"
        if isinstance(error, InsufficientGoods):
            return "goods"
        if isinstance(error, BalanceTooLarge):
            return str(error.facts["asset"])
        return None


class Rename(ActForm):
    """Another name."""

    title, button = "Rename", "Rename"

    name = text("Name", NAME_MAX_LENGTH)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.found is not None:
            self.initial["name"] = self.found.name

    def call(self, **call: Any) -> txn.Outcome[Any]:
        """Rename the player."""
        return players.rename(self.object_id, name=self.cleaned_data["name"], **call)

    def told(self, answer: Any) -> str:
        """Return the message for when it is done."""
        return f"Player {answer.id} is called {answer.name} now."


class Delete(ActForm):
    """A player who goes, with all they own."""

    title, button, is_grave = "Delete the player", "Yes, delete", True
    leaves = True
    warning = "All the coins and goods go with the player. The entries stay."

    def call(self, **call: Any) -> txn.Outcome[Any]:
        """Delete the player."""
        return players.delete(self.object_id, **call)

    def told(self, answer: Any) -> str:
        """Return the message for when it is done."""
        return f"Player {answer.player_id} was deleted."
