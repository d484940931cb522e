"""Forms about products."""

from typing import Any, ClassVar

from tradepost.backoffice.forms.service_form import (
    PreviewRow,
    ServiceForm,
    integer_field,
    money_field,
    reason_field,
    text_field,
    version_field,
)
from tradepost.limits import REASON_MAX_LENGTH
from tradepost.pages.act_form import Service
from tradepost.shop import products, rules
from tradepost.shop.acts import StockEntryAnswer
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
    error_fields = {AmountOutOfRange: "price"}

    name = text_field("Name", NAME_MAX_LENGTH)
    price = money_field("Price")


class Add(ProductForm):
    service = staticmethod(products.add)
    title, button = "Add a product", "Add"
    done = "Product {answer.id}, {answer.name}, was added."

    stock = integer_field(
        "Stock", 0, STOCK_MAX, required=False, help_text="Empty: nobody counts it."
    )


class Edit(ProductForm):
    """Changes a product's name or price, if it is still as it was shown."""

    service = staticmethod(products.edit)
    title, button = "Edit the product", "Save"
    object_fields = ("name", "price")
    done = "Product {answer.id} is {answer.name} at {answer.price} now."

    price = money_field("Price", help_text="Orders keep the price that they had.")
    version = version_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            self.initial["version"] = rules.product_version(self.instance)


class Receive(ServiceForm):
    service: ClassVar[Service] = staticmethod(products.receive)
    title, button = "Receive a delivery", "Receive"
    done = "Done: {answer.stock_after:,} in stock now."
    has_preview = True
    error_fields = dict.fromkeys(QUANTITY_ERRORS, "quantity")

    quantity = integer_field("Quantity", 1, STOCK_MAX)
    reason = text_field("Note", REASON_MAX_LENGTH, required=False)

    def preview_of(self, answer: StockEntryAnswer) -> list[PreviewRow]:
        after = answer.stock_after
        return [PreviewRow("stock", after - answer.quantity, after)]


class Adjust(Receive):
    service = staticmethod(products.adjust)
    title, button = "Adjust the stock", "Adjust"

    quantity = integer_field(
        "Change", -STOCK_MAX, STOCK_MAX, help_text="By so many; below 0 takes away."
    )
    reason = reason_field()


class Delete(ServiceForm):
    service = staticmethod(products.delete)
    title, button = "Delete the product", "Yes, delete"
    done = "Product {answer.id} was deleted."
    is_destructive = deletes_object = True
    warning = "Nobody can order it any more. Its entries and orders stay."
