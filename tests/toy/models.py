"""Accounts, notes about them, and badges."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Account(models.Model):
    """Something with a balance, found by its id or by its name."""

    name = models.CharField(max_length=20, unique=True)
    balance = models.BigIntegerField(default=0)
    note_count = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="toy_account_balance")
        ]

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """A row without a foreign key, whose id the database counts."""

    account = models.BigIntegerField()
    text = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.text


class Badge(models.Model):
    """A row that refers to others, and says yes, no, or nothing yet."""

    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="badges", db_constraint=False
    )
    note = models.ForeignKey(
        Note, models.DO_NOTHING, related_name="badges", null=True, db_constraint=False
    )
    is_gold = models.BooleanField()
    is_worn = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"badge {self.pk}"
