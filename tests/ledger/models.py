"""Chests with three assets, and the ledger of all that ever changed in them."""

from __future__ import annotations

from django.db import models
from django.db.models import CompositePrimaryKey


class Chest(models.Model):
    """Somebody's chest."""

    label = models.CharField(max_length=20, default="")
    gold = models.PositiveBigIntegerField(default=0)
    silver = models.PositiveBigIntegerField(default=0)
    # Null where nobody has counted them yet.
    herbs = models.PositiveBigIntegerField(null=True)
    entry_count = models.PositiveBigIntegerField(default=0)
    last_entry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "toy_chest"

    def __str__(self) -> str:
        return self.label


class ChestEntry(models.Model):
    """One change of what is in a chest."""

    pk = CompositePrimaryKey("chest_id", "number")
    chest_id = models.BigIntegerField()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    gold = models.BigIntegerField()
    gold_left = models.PositiveBigIntegerField()
    silver = models.BigIntegerField()
    silver_after = models.PositiveBigIntegerField()
    herbs = models.BigIntegerField()
    herbs_after = models.PositiveBigIntegerField()
    counterparty_id = models.BigIntegerField(null=True)
    counterparty_number = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "toy_chest_entry"

    def __str__(self) -> str:
        return f"chest {self.chest_id} #{self.number}: {self.kind}"
