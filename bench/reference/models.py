"""The table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Player(models.Model):
    """Somebody who owns coins and goods."""

    coins = models.IntegerField()
    goods = models.IntegerField()

    objects: ClassVar[models.Manager[Player]] = models.Manager()

    class Meta:
        app_label = "reference"
        db_table = "player"

    def __str__(self) -> str:
        return f"player {self.pk}"
