"""Money: decimals with two places, exact on every engine."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.shop.errors import AmountOutOfRange

DIGITS, PLACES = 18, 2
CENTS_MAX = 10**DIGITS - 1
MONEY_MAX = Decimal(CENTS_MAX).scaleb(-PLACES)


def cents(amount: Decimal) -> int:
    """Return an amount as whole cents.

    Raises:
        AmountOutOfRange: The amount is below 0 or above `MONEY_MAX`, or has over two places.
    """
    if amount.is_finite() and 0 <= amount <= MONEY_MAX:
        whole = int(amount.scaleb(PLACES))
        # Scaling rounds to 28 digits, and an amount may have more.
        if from_cents(whole) == amount:
            return whole
    raise AmountOutOfRange(amount=str(amount), places=PLACES, limit=str(MONEY_MAX))


def from_cents(whole: int) -> Decimal:
    """Return whole cents as an amount, always with two places."""
    return Decimal(whole).scaleb(-PLACES)


def exact(amount: Decimal) -> Decimal:
    """Return an amount with two places, or raise `AmountOutOfRange`; see `cents`."""
    return from_cents(cents(amount))


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """A decimal(18,2), stored as whole cents.

    One engine stores decimals as doubles, which have 15 digits. A bigint is exact on all of them.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_digits": DIGITS, "decimal_places": PLACES})

    def deconstruct(self) -> Any:
        """Leave out the options that every money field has."""
        name, path, arguments, options = super().deconstruct()
        del options["max_digits"], options["decimal_places"]
        return name, path, arguments, options

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def get_prep_value(self, value: Any) -> Any:
        amount = self.to_python(value)
        return None if amount is None else cents(amount)

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - the field's own signature
        prepared: bool = False,  # noqa: FBT001, FBT002 - the same
    ) -> Any:
        return value if prepared else self.get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return cents, or an expression for them, for a statement that stores them."""
        if hasattr(value, "as_sql"):
            return value
        return self.get_db_prep_value(value, connection)

    def from_db_value(
        self,
        value: Any,
        expression: Any,  # noqa: ARG002 - the field's own signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - the same
    ) -> Decimal | None:
        return None if value is None else from_cents(int(value))
