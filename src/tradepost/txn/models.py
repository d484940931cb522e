"""The receipt: proof that a keyed unit committed, stored by the same commit."""

from typing import Any

from django.db import models

from tradepost.txn.act import act_named


class Receipt(models.Model):
    """The result of a request, by its idempotency key.

    No receipt means that nothing happened: a refusal stores none.
    """

    # Derived from actor and key: see `Key.receipt_id`.
    id = models.UUIDField(primary_key=True, editable=False)
    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.UUIDField()
    act = models.CharField(max_length=32)
    # The answer as JSON, and the version of the act's answer type that it was written with.
    outcome = models.TextField()
    version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "receipt"

    def __str__(self) -> str:
        return f"{self.actor}: {self.key}"

    @property
    def answer(self) -> Any:
        """The answer to the request, as the act's answer type.

        Raises:
            LookupError: No act of this name is declared.
        """
        return act_named(self.act).load(self.outcome, self.version)
