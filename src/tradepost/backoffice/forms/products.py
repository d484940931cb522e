"""Forms about products."""

from typing import Any, ClassVar

from tradepost.backoffice.forms import fields
from tradepost.backoffice.forms.service_form import PreviewRow, ServiceForm
from tradepost.limits import REASON_MAX_LENGTH
from tradepost.pages.act_form import Service
from tradepost.shop import errors, products, rules
from tradepost.shop.acts import StockEntryAnswer
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX

QUANTITY_ERRORS = (
    errors.InsufficientQuantityError, errors.OutOfStockError, errors.QuantityOutOfRange,
    errors.StockTooLarge,
)  # fmt: skip


class ProductForm(ServiceForm):
    error_fields = {errors.AmountOutOfRange: "price"}

    name = fields.text("Name", NAME_MAX_LENGTH)
    price = fields.money("Price")


class Add(ProductForm):
    service = staticmethod(products.add)
    title, button = "Add a product", "Add"
    done = "Product {answer.id}, {answer.name}, was added."

    stock = fields.integer(
        "Stock", 0, STOCK_MAX, required=False, help_text="Empty: nobody counts it."
    )


class Edit(ProductForm):
    """Changes a product's name or price, if it is still as it was shown."""

    service = staticmethod(products.edit)
    title, button = "Edit the product", "Save"
    object_fields = ("name", "price")
    done = "Product {answer.id} is {answer.name} at {answer.price} now."

    price = fields.money("Price", help_text="Orders keep the price that they had.")
    version = fields.version()

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

    quantity = fields.integer("Quantity", 1, STOCK_MAX)
    reason = fields.text("Note", REASON_MAX_LENGTH, required=False)

    def preview_of(self, answer: StockEntryAnswer) -> list[PreviewRow]:
        after = answer.stock_after
        return [PreviewRow("stock", after - answer.quantity, after)]


class Adjust(Receive):
    service = staticmethod(products.adjust)
    title, button = "Adjust the stock", "Adjust"

    quantity = fields.integer(
        "Change", -STOCK_MAX, STOCK_MAX, help_text="By so many; below 0 takes away."
    )
    reason = fields.reason()


class Delete(ServiceForm):
    service = staticmethod(products.delete)
    title, button = "Delete the product", "Yes, delete"
    done = "Product {answer.id} was deleted."
    is_destructive = deletes_object = True
    warning = "Nobody can order it any more. Its entries and orders stay."
