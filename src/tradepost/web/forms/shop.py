"""Forms of the shop: search, buy, cancel."""

from decimal import Decimal
from typing import Any, Unpack

from django import forms
from django.core.exceptions import ValidationError

from tradepost import txn
from tradepost.errors import TradepostError
from tradepost.pages.act_form import fresh_key
from tradepost.shop import errors, orders, queries
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, USERNAME_MAX_LENGTH, OrderState
from tradepost.shop.money import DIGITS, MONEY_MAX, PLACES
from tradepost.shop.queries import ProductFilter
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.web.customers import DATABASE_UNAVAILABLE, own_customer
from tradepost.web.forms.act import ActForm, one_line

UNREADABLE = "A part of this form that is not seen could not be read. It is mended: send it again."
# A number input would drop what is not a number, instead of showing it with the error.
AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
STATES = [("", "All"), *OrderState.choices]


class Amount(forms.DecimalField):
    default_error_messages = {
        "invalid": "Enter an amount, such as 12.50.",
        "min_value": "Enter an amount from 0.00.",
        "max_value": f"Enter an amount up to {MONEY_MAX:,}.",
        "max_decimal_places": "Enter an amount with at most two places, such as 12.50.",
        "max_digits": f"Enter an amount up to {MONEY_MAX:,}.",
        "max_whole_digits": f"Enter an amount up to {MONEY_MAX:,}.",
    }

    def __init__(self, **options: Any) -> None:
        limits = {"min_value": 0, "max_digits": DIGITS, "decimal_places": PLACES}
        super().__init__(**limits | options)


class Search(forms.Form):
    """A search, which finds everything while its fields are empty."""

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class ProductSearch(Search):
    name = forms.CharField(
        required=False,
        max_length=NAME_MAX_LENGTH,
        label="Name begins with",
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    price_min = Amount(required=False, label="Price from", widget=forms.TextInput(AMOUNT))
    price_max = Amount(required=False, label="Price to", widget=forms.TextInput(AMOUNT))
    in_stock = forms.BooleanField(required=False, label="Only available")

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        low, high = values.get("price_min"), values.get("price_max")
        if low is not None and high is not None and low > high:
            self.add_error("price_max", f"This is below {low:,}, where the range begins.")
        return values

    def product_filter(self) -> ProductFilter:
        values = self.cleaned_data
        return ProductFilter(
            name_prefix=values["name"] or None,
            price_min=values["price_min"],
            price_max=values["price_max"],
            in_stock=True if values["in_stock"] else None,
        )


class OwnOrderSearch(Search):
    state = forms.ChoiceField(required=False, choices=STATES, label="State")


class OrderSearch(OwnOrderSearch):
    """Searches all orders."""

    username = forms.CharField(
        required=False,
        max_length=USERNAME_MAX_LENGTH,
        label="Username",
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class ShopForm(ActForm):
    """A form that repairs its hidden fields, which its user cannot correct."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Report an error of a hidden field as one of the whole form, once."""
        if field and self.fields[field].widget.is_hidden:
            if UNREADABLE in self.non_field_errors():
                return
            field, error = None, ValidationError(UNREADABLE)
        super().add_error(field, error)

    def repair(self, **values: object) -> None:
        """Set hidden fields, and replace the key if it was unreadable."""
        if not self.cleaned_data.get("key"):
            values = values | {"key": fresh_key()}
        self.replace(**values)


class BuyForm(ShopForm):
    """Buys a product at the price that was shown; staff name the customer.

    Args:
        names_customer: Whether the form has a field for the customer.
    """

    error_fields = {
        errors.InsufficientQuantityError: "quantity",
        errors.OutOfStockError: "quantity",
        errors.QuantityOutOfRange: "quantity",
        errors.TotalTooLarge: "quantity",
        errors.CustomerExists: "username",
        errors.CustomerNotFound: "username",
    }

    username = forms.CharField(
        max_length=USERNAME_MAX_LENGTH,
        validators=[one_line],
        label="Customer's username",
        help_text="A name that nobody has yet makes a new customer.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    quantity = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=STOCK_MAX,
        initial=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={
            "min_value": "Enter a number from 1.",
            "max_value": f"Enter a number up to {STOCK_MAX:,}.",
        },
    )
    expected_price = Amount(widget=forms.HiddenInput)

    def __init__(self, *args: Any, names_customer: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.names_customer = names_customer
        if not names_customer:
            del self.fields["username"]

    def call(self, **options: Unpack[txn.Call]) -> txn.Outcome[Any]:
        """Buy for the customer who is signed in, or for the one named."""
        values = self.cleaned_data
        own = own_customer(self.request)
        buyer = Buyer(username=values["username"]) if own is None else Buyer(id=own)
        line = LineRequest(self.object_id, values["quantity"], values["expected_price"])
        return orders.purchase(buyer, line, **options)

    @property
    def available(self) -> int | None:
        """How many are left, if some are, but fewer than were ordered."""
        if isinstance(self.failure, errors.InsufficientQuantityError):
            return int(str(self.failure.facts["available"]))
        return None

    @property
    def new_price(self) -> Decimal | None:
        """The current price, if it is not the one that was shown."""
        if isinstance(self.failure, errors.PriceChanged):
            return Decimal(str(self.failure.facts["price"]))
        return None

    def for_available(self) -> "BuyForm | None":
        """Return the same form for the quantity that is left."""
        if self.available is None:
            return None
        values = self.cleaned_data | {"quantity": self.available, "key": fresh_key()}
        return BuyForm(initial=values, names_customer=self.names_customer, auto_id="fewer_%s")

    def error_text(self, error: TradepostError) -> str:
        facts: dict[str, Any] = error.facts
        if isinstance(error, errors.InsufficientQuantityError):
            available, required = facts["available"], facts["required"]
            return f"Someone was faster: {available:,} left, you asked for {required:,}."
        if isinstance(error, errors.OutOfStockError):
            return f"Someone was faster: it is sold out, and you asked for {facts['required']:,}."
        if isinstance(error, errors.PriceChanged):
            now, seen = Decimal(facts["price"]), Decimal(facts["expected"])
            return f"The price is now {now:,}, you saw {seen:,}. Buy at the new price?"
        if isinstance(error, errors.TotalTooLarge):
            return "One order cannot cost as much; order fewer."
        if isinstance(error, errors.CustomerNotFound):
            return "The shop has closed your customer account, so you cannot order. Ask the shop."
        return super().error_text(error)


class CancelForm(ShopForm):
    """Cancels an order, if it is still as it was shown."""

    version = forms.RegexField(r"^[0-9]{1,19}$", widget=forms.HiddenInput)

    def call(self, **options: Unpack[txn.Call]) -> txn.Outcome[Any]:
        """Cancel the order, if the caller may see it."""
        own = own_customer(self.request)
        if own is not None:
            # An order's customer never changes, so this read needs no lock.
            try:
                queries.get_order(self.object_id, customer_id=own)
            except DATABASE_UNAVAILABLE as error:
                raise txn.DatabaseUnavailable from error
        return orders.cancel(self.object_id, versions=[self.cleaned_data["version"]], **options)

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, errors.VersionChanged):
            return "This order was changed meanwhile; look again."
        if isinstance(error, errors.OrderNotPlaced):
            return "This order is cancelled already."
        return super().error_text(error)
