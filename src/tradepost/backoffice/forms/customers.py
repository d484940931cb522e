"""Forms about customers and orders."""

from typing import Any, ClassVar

from tradepost.backoffice.forms import fields
from tradepost.backoffice.forms.service_form import ServiceForm
from tradepost.limits import ID_MAX
from tradepost.pages.act_form import Service
from tradepost.shop import customers, orders
from tradepost.shop.errors import CustomerExists
from tradepost.shop.models import NAME_MAX_LENGTH, USERNAME_MAX_LENGTH


class Register(ServiceForm):
    """Registers a customer, or completes a placeholder."""

    service: ClassVar[Service] = staticmethod(customers.register)
    title, button = "Register a customer", "Register"
    error_fields = {CustomerExists: "{identifier}"}
    done = "Customer {answer.id}, {answer.name}, was registered."

    name = fields.text("Name", NAME_MAX_LENGTH)
    username = fields.text("Username", USERNAME_MAX_LENGTH, required=False, empty_value=None)
    uid = fields.integer("Number", 1, ID_MAX, required=False, help_text="That another system gave.")


class Edit(Register):
    """Edits a customer; what is left empty stays as it is."""

    service = staticmethod(customers.edit)
    title, button = "Edit the customer", "Save"
    object_fields = ("name", "username", "uid")
    done = "Customer {answer.id} was changed."

    name = fields.text("Name", NAME_MAX_LENGTH, required=False, empty_value=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.object_fields:
            self.fields[name].help_text = "Empty: it stays as it is."


class Delete(ServiceForm):
    service = staticmethod(customers.delete)
    title, button = "Delete the customer", "Yes, delete"
    done = "Customer {answer.id} was deleted."
    is_destructive = deletes_object = True
    warning = "The orders go with the customer; what was bought stays in the books."


class Cancel(ServiceForm):
    """Cancels an order, if it is still as it was shown."""

    service = staticmethod(orders.cancel)
    title, button, is_destructive = "Cancel the order", "Yes, cancel", True
    done = "Order {answer.id} was cancelled."
    warning = "What it took from stock goes back. A cancelled order stays cancelled."

    object_fields = ("version",)

    version = fields.version()
