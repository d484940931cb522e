"""What people fill in in the shop: what they look for, what they buy, what they cancel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tradepost.errors import TradepostError, Unavailable
from tradepost.shop import errors
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, USERNAME_MAX_LENGTH, OrderState
from tradepost.shop.money import DIGITS, MONEY_MAX, PLACES
from tradepost.shop.queries import ProductFilter
from tradepost.web.forms.act import ActForm, fresh_key
from tradepost.web.forms.text import one_line

UNREADABLE = "A part of this form that is not seen could not be read. It is mended: send it again."
# A number's own input would not keep what is no number.
AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
STATES = [("", "All"), *OrderState.choices]


class Amount(forms.DecimalField):
    """An amount of money."""

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


class ProductSearch(forms.Form):
    """Which products are looked for."""

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
        """Refuse a range that holds nothing."""
        given = self.cleaned_data
        low, high = given.get("price_min"), given.get("price_max")
        if low is not None and high is not None and low > high:
            self.add_error("price_max", f"This is below {low:,}, where the range begins.")
        return given

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> ProductFilter:
        """Return the products that are looked for."""
        given = self.cleaned_data
        return ProductFilter(
            name_prefix=given["name"] or None,
            price_min=given["price_min"],
            price_max=given["price_max"],
            in_stock=True if given["in_stock"] else None,
        )


class OwnOrderSearch(forms.Form):
    """Which of their own orders somebody looks for."""

    state = forms.ChoiceField(required=False, choices=STATES, label="State")

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any(self.data.get(name) for name in self.fields)


class OrderSearch(OwnOrderSearch):
    """Which orders are looked for."""

    username = forms.CharField(
        required=False,
        max_length=USERNAME_MAX_LENGTH,
        label="Username",
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class ShopForm(ActForm):
    """A form whose hidden fields are nobody's to correct: what is wrong with one is mended."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Tell what is wrong with a hidden field on top, once."""
        if field and self.fields[field].widget.is_hidden:
            if UNREADABLE in self.non_field_errors():
                return
            field, error = None, ValidationError(UNREADABLE)
        super().add_error(field, error)

    def mend(self, **values: object) -> None:
        """Give hidden fields these values; the key is good unless it could not be read."""
        data = dict(self.data.items())
        if not self.cleaned_data.get("key"):
            values = values | {"key": fresh_key()}
        self.data = data | {self.add_prefix(name): str(value) for name, value in values.items()}

    @property
    def is_open(self) -> bool:
        """Whether it may still become something: it was not refused, but got no answer."""
        return isinstance(self.failure, Unavailable)


class BuyForm(ShopForm):
    """So many of a product, at the price that was seen; staff say for whom.

    Args:
        names_customer: Whether somebody else buys than who fills it in.
    """

    act = "buy"

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

    @property
    def left(self) -> int | None:
        """How many could be had, if it is fewer than were asked for, and some."""
        if isinstance(self.failure, errors.InsufficientQuantityError):
            return int(str(self.failure.facts["available"]))
        return None

    @property
    def new_price(self) -> Decimal | None:
        """The price, if it is not the one that was seen."""
        if isinstance(self.failure, errors.PriceChanged):
            return Decimal(str(self.failure.facts["price"]))
        return None

    def of_fewer(self) -> BuyForm | None:
        """Return the same for those that are left, to be sent as it is."""
        if self.left is None:
            return None
        values = self.cleaned_data | {"quantity": self.left, "key": fresh_key()}
        return BuyForm(initial=values, names_customer=self.names_customer, auto_id="fewer_%s")

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that a refusal is about."""
        if isinstance(
            error,
            (
                errors.InsufficientQuantityError,
                errors.OutOfStockError,
                errors.QuantityOutOfRange,
                errors.TotalTooLarge,
            ),
        ):
            return "quantity"
        if isinstance(error, (errors.CustomerExists, errors.CustomerNotFound)):
            return "username" if self.names_customer else None
        return None

    def told(self, error: TradepostError) -> str:
        """Return a refusal in words for who buys."""
        facts: dict[str, Any] = error.facts
        if isinstance(error, errors.InsufficientQuantityError):
            left, wanted = facts["available"], facts["required"]
            return f"Someone was faster: {left:,} left, you asked for {wanted:,}."
        if isinstance(error, errors.OutOfStockError):
            return f"Someone was faster: it is sold out, and you asked for {facts['required']:,}."
        if isinstance(error, errors.PriceChanged):
            now, seen = Decimal(facts["price"]), Decimal(facts["expected"])
            return f"The price is now {now:,}, you saw {seen:,}. Buy at the new price?"
        if isinstance(error, errors.TotalTooLarge):
            return "One order cannot cost as much; order fewer."
        if isinstance(error, errors.CustomerNotFound):
            return "The shop has closed your customer account, so you cannot order. Ask the shop."
        return super().told(error)


class CancelForm(ShopForm):
    """That an order is to be cancelled as it was seen."""

    act = "cancel order"

    version = forms.RegexField(r"^[0-9]{1,19}$", widget=forms.HiddenInput)

    def told(self, error: TradepostError) -> str:
        """Return a refusal in words for who cancels."""
        if isinstance(error, errors.VersionChanged):
            return "This order was changed meanwhile; look again."
        if isinstance(error, errors.OrderNotPlaced):
            return "This order is cancelled already."
        return super().told(error)
