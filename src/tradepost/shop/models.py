"""Customers, products with their stock ledger, and orders with their lines.

Nothing here is ever deleted: a customer or a product that is taken away keeps its row. Rows refer
to each other without foreign key constraints, whose checks would lock a product's row, the
hottest there is; a decision reads what it refers to under its lock, and the audit looks for
orphans.
"""

from __future__ import annotations

from django.db import models
from django.db.models import CompositePrimaryKey, Q

from tradepost.limits import WHOLE_MAX, within
from tradepost.shop.money import MONEY_MAX, MoneyField, from_cents

NAME_MAX_LENGTH = 250
USERNAME_MAX_LENGTH = 150
STOCK_MAX = WHOLE_MAX
NOTHING = from_cents(0)


def _money_within(column: str) -> Q:
    return Q(**{f"{column}__gte": NOTHING, f"{column}__lte": MONEY_MAX})


class Customer(models.Model):
    """Somebody who orders; a placeholder, made at a first order, has no name yet."""

    name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, default="")
    username = models.CharField(  # noqa: DJ001 - none is not an empty one
        max_length=USERNAME_MAX_LENGTH, null=True, blank=True
    )
    # Of the username's bytes, for as long as the customer has it: collations differ in what they
    # take for the same, and this is the same nowhere else.
    username_digest = models.CharField(  # noqa: DJ001 - the same
        max_length=64, null=True, editable=False
    )
    # The number that another system gave.
    uid = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=64, default="", blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "customer"
        constraints = [
            models.UniqueConstraint(fields=["username_digest"], name="customer_username_unique"),
            models.UniqueConstraint(fields=["uid"], name="customer_uid_unique"),
        ]

    def __str__(self) -> str:
        return self.name or self.username or f"customer {self.pk}"


class Product(models.Model):
    """Something to order."""

    name = models.CharField(max_length=NAME_MAX_LENGTH)
    # As a search compares it, on every engine alike.
    folded_name = models.CharField(max_length=NAME_MAX_LENGTH, editable=False, db_index=True)
    price = MoneyField()
    # How many there are; null where nobody counts them.
    stock = models.PositiveBigIntegerField(null=True, blank=True)
    # How many stock entries the product has: the number of the last one.
    entry_count = models.PositiveBigIntegerField(default=0, editable=False)
    # How often name or price were changed.
    edit_count = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=64, default="", blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "product"
        constraints = [
            models.CheckConstraint(
                condition=within("stock", 0, STOCK_MAX), name="product_stock_in_range"
            ),
            models.CheckConstraint(condition=_money_within("price"), name="product_price_in_range"),
        ]

    def __str__(self) -> str:
        return self.name


class StockKind(models.TextChoices):
    """Why a stock changed."""

    RECEIVED = "received"
    SOLD = "sold"
    RETURNED = "returned"
    ADJUSTED = "adjusted"


class StockEntry(models.Model):
    """One change of a product's stock, and the stock after it; never changed or deleted."""

    pk = CompositePrimaryKey("product_id", "number")
    product = models.ForeignKey(
        Product, models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=StockKind)
    quantity = models.BigIntegerField()
    stock_after = models.PositiveBigIntegerField()
    # The order that sold it, or returned it.
    order = models.ForeignKey(
        "Order", models.DO_NOTHING, related_name="stock_entries", null=True, db_constraint=False
    )
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "stock_entry"
        verbose_name_plural = "stock entries"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="stock_entry_from_one"),
            models.CheckConstraint(
                condition=within("stock_after", 0, STOCK_MAX), name="stock_entry_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} #{self.number}: {self.kind} {self.quantity}"


class OrderState(models.TextChoices):
    """Where an order is in its life."""

    PLACED = "placed"
    CANCELLED = "cancelled"


class Order(models.Model):
    """What a customer ordered."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="orders", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=9, choices=OrderState, default=OrderState.PLACED)
    total = MoneyField()
    # Whether a client stated the total, or it is the sum of the lines.
    total_stated = models.BooleanField(default=False)
    # Counts the order's changes.
    version = models.PositiveBigIntegerField(default=1)
    # The version that the lines are of: they are not changed, but replaced.
    lines_version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=64, default="", blank=True, editable=False)

    class Meta:
        db_table = "shop_order"
        indexes = [
            models.Index(fields=["customer", "id"], name="order_by_customer"),
            models.Index(fields=["state", "id"], name="order_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=_money_within("total"), name="order_total_in_range"),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"


class OrderLine(models.Model):
    """So many of one product in an order, at the price they had; never changed or deleted."""

    pk = CompositePrimaryKey("order_id", "version", "number")
    order = models.ForeignKey(
        Order, models.DO_NOTHING, related_name="lines", db_constraint=False, db_index=False
    )
    # Of the order, when it got these lines.
    version = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField()
    product = models.ForeignKey(
        Product, models.DO_NOTHING, related_name="lines", db_constraint=False
    )
    quantity = models.PositiveBigIntegerField()
    price = MoneyField()
    # Whether they were taken from a stock: only those are returned to it.
    from_stock = models.BooleanField()

    class Meta:
        db_table = "order_line"
        constraints = [
            models.CheckConstraint(
                condition=within("quantity", 1, STOCK_MAX), name="order_line_quantity_in_range"
            ),
            models.CheckConstraint(
                condition=_money_within("price"), name="order_line_price_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id} #{self.number}: {self.quantity} of {self.product_id}"
