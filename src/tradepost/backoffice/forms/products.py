"""Forms about products."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.backoffice.forms.service_form import (
    PreviewRow,
    ServiceForm,
    integer_field,
    money_field,
    reason_field,
    text_field,
    version_field,
)
from tradepost.errors import TradepostError
from tradepost.limits import REASON_MAX_LENGTH
from tradepost.shop import products, rules
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer
from tradepost.shop.errors import (
    AmountOutOfRange,
    InsufficientQuantityError,
    OutOfStockError,
    QuantityOutOfRange,
    StockTooLarge,
)
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX

QUANTITY_ERRORS = (InsufficientQuantityError, OutOfStockError, QuantityOutOfRange, StockTooLarge)


class ProductForm(ServiceForm):
    """A product's name and price."""

    name = text_field("Name", NAME_MAX_LENGTH)
    price = money_field("Price")

    def field_of(self, error: TradepostError) -> str | None:
        return "price" if isinstance(error, AmountOutOfRange) else None


class Add(ProductForm):
    """Adds a product."""

    title, button = "Add a product", "Add"

    stock = integer_field(
        "Stock", 0, STOCK_MAX, required=False, help_text="Empty: nobody counts it."
    )

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        values = self.cleaned_data
        return products.add(values["name"], values["price"], stock=values["stock"], **call)

    def success_message(self, answer: ProductAnswer) -> str:
        return f"Product {answer.id}, {answer.name}, was added."


class Edit(ProductForm):
    """Changes a product's name or price, if it is still as it was shown."""

    title, button = "Edit the product", "Save"

    price = money_field("Price", help_text="Orders keep the price that they had.")
    version = version_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            self.initial.update(
                name=self.instance.name,
                price=self.instance.price,
                version=rules.product_version(self.instance),
            )

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        values = self.cleaned_data
        versions = [values["version"]] if values["version"] else None
        return products.edit(
            self.object_id, name=values["name"], price=values["price"], versions=versions, **call
        )

    def success_message(self, answer: ProductAnswer) -> str:
        return f"Product {answer.id} is {answer.name} at {answer.price} now."


class Receive(ServiceForm):
    """Records a delivery."""

    title, button = "Receive a delivery", "Receive"
    has_preview = True

    quantity = integer_field("Quantity", 1, STOCK_MAX)
    reason = text_field("Note", REASON_MAX_LENGTH, required=False)

    def call(self, **call: Any) -> txn.Outcome[StockEntryAnswer]:
        values = self.cleaned_data
        return products.receive(self.object_id, values["quantity"], reason=values["reason"], **call)

    def success_message(self, answer: StockEntryAnswer) -> str:
        return f"Done: {answer.stock_after:,} in stock now."

    def preview_of(self, answer: StockEntryAnswer) -> list[PreviewRow]:
        """Return the stock before and after."""
        after = answer.stock_after
        return [PreviewRow("stock", after - answer.quantity, after)]

    def field_of(self, error: TradepostError) -> str | None:
        return "quantity" if isinstance(error, QUANTITY_ERRORS) else None


class Adjust(Receive):
    """Corrects the stock."""

    title, button = "Adjust the stock", "Adjust"

    quantity = integer_field(
        "Change", -STOCK_MAX, STOCK_MAX, help_text="By so many; below 0 takes away."
    )
    reason = reason_field()

    def call(self, **call: Any) -> txn.Outcome[StockEntryAnswer]:
        values = self.cleaned_data
        return products.adjust(self.object_id, values["quantity"], reason=values["reason"], **call)


class Delete(ServiceForm):
    """Deletes a product."""

    title, button = "Delete the product", "Yes, delete"
    is_destructive = deletes_object = True
    warning = "Nobody can order it any more. Its entries and orders stay."

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        return products.delete(self.object_id, **call)

    def success_message(self, answer: ProductAnswer) -> str:
        return f"Product {answer.id} was deleted."
