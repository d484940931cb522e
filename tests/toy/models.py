"""Accounts, and notes about them."""

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
