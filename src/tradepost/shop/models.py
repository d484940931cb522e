"""Customers, products with their stock and price entries, and orders with their lines.

No row is ever deleted: a deleted customer or product is marked as such. Rows refer to each other
without foreign key constraints, because checking one would lock the product's row, which has the
most contention. Decisions read what they refer to under its lock, and the audit looks for orphans.
"""

from django.db import models
from django.db.models import CompositePrimaryKey, Q

from tradepost.limits import WHOLE_MAX, within
from tradepost.shop.money import MONEY_MAX, MoneyField, from_cents

NAME_MAX_LENGTH = 250
USERNAME_MAX_LENGTH = 150
STOCK_MAX = WHOLE_MAX
NOTHING = from_cents(0)


class Customer(models.Model):
    """A customer; a placeholder, created by a first order, has no name yet."""

    name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, default="")
    username = models.CharField(  # noqa: DJ001 - null is not an empty one
        max_length=USERNAME_MAX_LENGTH, null=True, blank=True
    )
    # A hash of the username's bytes: collations treat some different usernames as equal, and
    # engines differ in which. Null after deletion, so that another customer may have the username.
    username_digest = models.CharField(  # noqa: DJ001 - the same
        max_length=64, null=True, editable=False
    )
    # The customer's number in another system.
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
    """A product."""

    name = models.CharField(max_length=NAME_MAX_LENGTH)
    # The name as search compares it, which is the same on every engine.
    folded_name = models.CharField(max_length=NAME_MAX_LENGTH, editable=False, db_index=True)
    price = MoneyField()
    # The quantity on hand; null if stock is not tracked.
    stock = models.PositiveBigIntegerField(null=True, blank=True)
    # The number of the last stock entry.
    entry_count = models.PositiveBigIntegerField(default=0, editable=False)
    # The number of the last price entry.
    price_count = models.PositiveBigIntegerField(default=0, editable=False)
    # The time of the last stock or price entry.
    last_entry_at = models.DateTimeField(null=True, editable=False)
    # Counts edits and the deletion.
    edit_count = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=64, default="", blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "product"
        constraints = [
            within("stock", 0, STOCK_MAX, name="product_stock_in_range"),
            within("price", NOTHING, MONEY_MAX, name="product_price_in_range"),
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
    """A change of a product's stock, and the stock after it; never changed or deleted."""

    pk = CompositePrimaryKey("product_id", "number")
    product = models.ForeignKey(
        Product, models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=StockKind)
    quantity = models.BigIntegerField()
    stock_after = models.PositiveBigIntegerField()
    # Set for stock that was sold or returned.
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
            within("stock_after", 0, STOCK_MAX, name="stock_entry_in_range"),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} #{self.number}: {self.kind} {self.quantity}"


class PriceEntry(models.Model):
    """A change of a product's price; never changed or deleted."""

    pk = CompositePrimaryKey("product_id", "number")
    product = models.ForeignKey(
        Product, models.DO_NOTHING, related_name="prices", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    # Null when the product was added.
    price_before = MoneyField(null=True)
    price_after = MoneyField()
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "price_entry"
        verbose_name_plural = "price entries"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="price_entry_from_one"),
            within("price_after", NOTHING, MONEY_MAX, name="price_entry_in_range"),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} #{self.number}: {self.price_after}"


class OrderState(models.TextChoices):
    """The state of an order."""

    PLACED = "placed"
    CANCELLED = "cancelled"


class Order(models.Model):
    """An order."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="orders", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=9, choices=OrderState, default=OrderState.PLACED)
    total = MoneyField()
    # Whether the client stated the total; otherwise it is the sum of the lines.
    total_stated = models.BooleanField(default=False)
    # Counts the order's changes, from 1.
    version = models.PositiveBigIntegerField(default=1)
    # The version of the current lines: lines are never changed, but replaced.
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
            within("total", NOTHING, MONEY_MAX, name="order_total_in_range"),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"


class OrderLine(models.Model):
    """A quantity of one product at the price it had when ordered; never changed or deleted."""

    pk = CompositePrimaryKey("order_id", "version", "number")
    order = models.ForeignKey(
        Order, models.DO_NOTHING, related_name="lines", db_constraint=False, db_index=False
    )
    # The version of the order that these lines belong to.
    version = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField()
    product = models.ForeignKey(
        Product, models.DO_NOTHING, related_name="lines", db_constraint=False
    )
    quantity = models.PositiveBigIntegerField()
    price = MoneyField()
    # Whether the quantity was taken from a tracked stock; only then is it ever returned.
    from_stock = models.BooleanField()

    class Meta:
        db_table = "order_line"
        constraints = [
            within("quantity", 1, STOCK_MAX, name="order_line_quantity_in_range"),
            within("price", NOTHING, MONEY_MAX, name="order_line_price_in_range"),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id} #{self.number}: {self.quantity} of {self.product_id}"
