"""What can be done with a product."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.backoffice.forms.act import ActForm, Foreseen, hidden, money, text, whole, why
from tradepost.errors import TradepostError
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

OF_A_QUANTITY = (InsufficientQuantityError, OutOfStockError, QuantityOutOfRange, StockTooLarge)


class Add(ActForm):
    """A new product."""

    title, button = "Add a product", "Add"

    name = text("Name", NAME_MAX_LENGTH)
    price = money("Price")
    stock = whole("Stock", 0, STOCK_MAX, required=False, help_text="Empty: nobody counts it.")

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        """Add the product."""
        values = self.cleaned_data
        return products.add(values["name"], values["price"], stock=values["stock"], **call)

    def told(self, answer: ProductAnswer) -> str:
        """Return the message for when it is done."""
        return f"Product {answer.id}, {answer.name}, was added."

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about."""
        return "price" if isinstance(error, AmountOutOfRange) else None


class Edit(ActForm):
    """Another name or price, of the product as it was shown."""

    title, button = "Edit the product", "Save"

    name = text("Name", NAME_MAX_LENGTH)
    price = money("Price", help_text="Orders keep the price that they had.")
    version = hidden()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.found is not None:
            self.initial.update(
                name=self.found.name,
                price=self.found.price,
                version=rules.product_version(self.found),
            )

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        """Edit the product."""
        values = self.cleaned_data
        versions = [values["version"]] if values["version"] else None
        return products.edit(
            self.object_id, name=values["name"], price=values["price"], versions=versions, **call
        )

    def told(self, answer: ProductAnswer) -> str:
        """Return the message for when it is done."""
        return f"Product {answer.id} is {answer.name} at {answer.price} now."

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about."""
        return "price" if isinstance(error, AmountOutOfRange) else None


class Receive(ActForm):
    """A delivery."""

    title, button = "Receive a delivery", "Receive"
    reviewed = True

    quantity = whole("Quantity", 1, STOCK_MAX)
    reason = text("Note", 200, required=False)

    def call(self, **call: Any) -> txn.Outcome[StockEntryAnswer]:
        """Receive the delivery."""
        values = self.cleaned_data
        return products.receive(self.object_id, values["quantity"], reason=values["reason"], **call)

    def told(self, answer: StockEntryAnswer) -> str:
        """Return the message for when it is done."""
        return f"Done: {answer.stock_after:,} in stock now."

    def foresee(self, answer: StockEntryAnswer) -> list[Foreseen]:
        """Return the stock before and after."""
        after = answer.stock_after
        return [Foreseen("stock", after - answer.quantity, after)]

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about."""
        return "quantity" if isinstance(error, OF_A_QUANTITY) else None


class Adjust(Receive):
    """A correction of the stock."""

    title, button = "Adjust the stock", "Adjust"

    quantity = whole("Change", -STOCK_MAX, STOCK_MAX, help_text="By so many; below 0 takes away.")
    reason = why()

    def call(self, **call: Any) -> txn.Outcome[StockEntryAnswer]:
        """Adjust the stock."""
        values = self.cleaned_data
        return products.adjust(self.object_id, values["quantity"], reason=values["reason"], **call)


class Delete(ActForm):
    """A product that is taken away."""

    title, button, is_grave = "Delete the product", "Yes, delete", True
    leaves = True
    warning = "Nobody can order it any more. Its entries and orders stay."

    def call(self, **call: Any) -> txn.Outcome[ProductAnswer]:
        """Take the product away."""
        return products.delete(self.object_id, **call)

    def told(self, answer: ProductAnswer) -> str:
        """Return the message for when it is done."""
        return f"Product {answer.id} was deleted."
