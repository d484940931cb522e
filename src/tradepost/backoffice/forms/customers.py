"""Forms about customers and orders."""

from typing import Any, Unpack

from tradepost import txn
from tradepost.backoffice.forms.service_form import (
    ServiceForm,
    integer_field,
    text_field,
    version_field,
)
from tradepost.limits import ID_MAX
from tradepost.pages.act_form import ServiceOptions
from tradepost.shop import customers, orders
from tradepost.shop.acts import CustomerAnswer, OrderAnswer
from tradepost.shop.errors import CustomerExists
from tradepost.shop.models import NAME_MAX_LENGTH, USERNAME_MAX_LENGTH


class Register(ServiceForm):
    """Registers a customer, or completes a placeholder."""

    title, button = "Register a customer", "Register"
    error_fields = {CustomerExists: "{identifier}"}
    done = "Customer {answer.id}, {answer.name}, was registered."

    name = text_field("Name", NAME_MAX_LENGTH)
    username = text_field("Username", USERNAME_MAX_LENGTH, required=False, empty_value=None)
    uid = integer_field("Number", 1, ID_MAX, required=False, help_text="That another system gave.")

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[CustomerAnswer]:
        values = self.cleaned_data
        return customers.register(
            values["name"], username=values["username"], uid=values["uid"], **options
        )


class Edit(Register):
    """Edits a customer; what is left empty stays as it is."""

    title, button = "Edit the customer", "Save"
    object_fields = ("name", "username", "uid")
    done = "Customer {answer.id} was changed."

    name = text_field("Name", NAME_MAX_LENGTH, required=False, empty_value=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.object_fields:
            self.fields[name].help_text = "Empty: it stays as it is."

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[CustomerAnswer]:
        values = {name: self.cleaned_data[name] for name in self.object_fields}
        return customers.edit(self.object_id, **values, **options)


class Delete(ServiceForm):
    title, button = "Delete the customer", "Yes, delete"
    done = "Customer {answer.id} was deleted."
    is_destructive = deletes_object = True
    warning = "The orders go with the customer; what was bought stays in the books."

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[CustomerAnswer]:
        return customers.delete(self.object_id, **options)


class Cancel(ServiceForm):
    """Cancels an order, if it is still as it was shown."""

    title, button, is_destructive = "Cancel the order", "Yes, cancel", True
    done = "Order {answer.id} was cancelled."
    warning = "What it took from stock goes back. A cancelled order stays cancelled."

    object_fields = ("version",)

    version = version_field()

    def call(self, **options: Unpack[ServiceOptions]) -> txn.Outcome[OrderAnswer]:
        version = self.cleaned_data["version"]
        return orders.cancel(self.object_id, versions=[version] if version else None, **options)
