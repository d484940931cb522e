"""The receipt: proof that a keyed unit committed, stored by the same commit."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class Receipt(models.Model):
    """What became of a request, under its idempotency key.

    No receipt means that nothing happened: a refusal stores none.
    """

    # Derived from actor and key: see `Key.receipt_id`.
    id = models.UUIDField(primary_key=True, editable=False)
    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.UUIDField()
    act = models.CharField(max_length=32)
    # JSON as it was first answered, letter by letter.
    outcome = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "receipt"

    def __str__(self) -> str:
        return f"{self.actor}: {self.key}"

    @property
    def answer(self) -> Any:
        """What the request was answered."""
        return json.loads(self.outcome)
