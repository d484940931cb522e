"""Players, and the ledger of every change to what they own."""

from typing import Any

from django.db import models
from django.db.models import CompositePrimaryKey, Q

from tradepost.limits import WHOLE_MAX, within

BALANCE_MAX = WHOLE_MAX
NAME_MAX_LENGTH = 32


class Player(models.Model):
    """A player, who owns coins and goods."""

    name = models.CharField(max_length=NAME_MAX_LENGTH, default="", blank=True)
    coins = models.PositiveBigIntegerField(default=100)
    goods = models.PositiveBigIntegerField(default=1)
    # The number of the player's last ledger entry.
    entry_count = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "player"
        constraints = [
            within("coins", 0, BALANCE_MAX, name="player_coins_in_range"),
            within("goods", 0, BALANCE_MAX, name="player_goods_in_range"),
        ]

    def __str__(self) -> str:
        return self.name or f"player {self.pk}"

    def save(self, **options: Any) -> None:
        """Write a row without a ledger entry, and without changing its number of entries.

        With an outdated count, the next entry would get a number that is already used.
        """
        is_stored = self.pk is not None and not self._state.adding
        if is_stored and options.get("update_fields") is None and not options.get("force_insert"):
            own = {field.attname for field in self._meta.concrete_fields if not field.primary_key}
            options["update_fields"] = own - {"entry_count"} - self.get_deferred_fields()
        super().save(**options)


class EntryKind(models.TextChoices):
    """What an entry records."""

    CREATED = "created"
    ADJUSTED = "adjusted"
    EDITED = "edited"
    DELETED = "deleted"
    SOLD = "sold"
    BOUGHT = "bought"


class Entry(models.Model):
    """A change to what a player owns, and the balance after it; never changed or deleted.

    A trade is two entries, the seller's and the buyer's, without a third row. The seller's entry is
    its ID. There is no foreign key, because entries outlive their player, and because checking
    it would lock the player's row.
    """

    # This key is known before the row is written, rules out duplicate numbers, makes a statement
    # one range, and spreads writes over the players.
    pk = CompositePrimaryKey("player_id", "number")
    player_id = models.BigIntegerField()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=EntryKind)
    coins = models.BigIntegerField()
    goods = models.BigIntegerField()
    coins_after = models.PositiveBigIntegerField()
    goods_after = models.PositiveBigIntegerField()
    # The other side of a trade.
    counterparty_id = models.BigIntegerField(null=True)
    counterparty_number = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "entry"
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_number_from_one"),
            within("coins_after", 0, BALANCE_MAX, name="entry_coins_in_range"),
            within("goods_after", 0, BALANCE_MAX, name="entry_goods_in_range"),
        ]

    def __str__(self) -> str:
        return f"player {self.player_id} #{self.number}: {self.kind}"
