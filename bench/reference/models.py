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


class Customer(models.Model):
    """Somebody who buys."""

    name = models.CharField(max_length=100)

    objects: ClassVar[models.Manager[Customer]] = models.Manager()

    class Meta:
        app_label = "reference"
        db_table = "customer"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something to buy, as long as there is some."""

    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=18, decimal_places=2)
    stock = models.PositiveIntegerField()

    objects: ClassVar[models.Manager[Product]] = models.Manager()

    class Meta:
        app_label = "reference"
        db_table = "product"

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """What was bought."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE)
    quantity = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=18, decimal_places=2)

    objects: ClassVar[models.Manager[Order]] = models.Manager()

    class Meta:
        app_label = "reference"
        db_table = "orders"

    def __str__(self) -> str:
        return f"order {self.pk}"
