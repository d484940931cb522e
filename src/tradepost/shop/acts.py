"""The shop's acts, each with its terms and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tradepost.shop.rules import Buyer, LineRequest
from tradepost.txn import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to change, delete or cancel, and in which versions; None allows any."""

    id: int
    versions: list[str] | None = None


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """A customer; a new one has no ID in a dry run, and a placeholder has no name."""

    id: int | None
    name: str
    username: str | None
    uid: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """A customer to register."""

    name: str
    username: str | None
    uid: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEdit:
    """A customer's new values; None leaves one as it is."""

    id: int
    name: str | None
    username: str | None
    uid: int | None


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """A product; a new one has no ID in a dry run. A stock of None is not tracked."""

    id: int | None
    name: str
    price: Decimal
    stock: int | None
    version: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to add."""

    name: str
    price: Decimal
    stock: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEdit(Target):
    """A product's new values; None leaves one as it is."""

    name: str | None
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class StockEntryAnswer:
    """A stock entry."""

    product_id: int
    number: int
    kind: str
    quantity: int
    stock_after: int
    order_id: int | None
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StockChange:
    """A quantity to add to a stock, or to remove (below 0)."""

    product_id: int
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of one product at the price it had when ordered.

    Attributes:
        from_stock: Whether the quantity was taken from a tracked stock.
    """

    product_id: int
    quantity: int
    price: Decimal
    from_stock: bool


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order; in a dry run, a new one has no ID, nor has a new customer."""

    id: int | None
    customer_id: int | None
    state: str
    total: Decimal
    total_stated: bool
    version: str
    lines: tuple[Line, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to place; a total of None is the sum of the lines."""

    buyer: Buyer
    lines: Sequence[LineRequest]
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdit(Target):
    """An order's new lines."""

    lines: Sequence[LineRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalOverride(Target):
    """An order's new total."""

    total: Decimal


REGISTER_CUSTOMER = Act("register customer", Registration, CustomerAnswer)
EDIT_CUSTOMER = Act("edit customer", CustomerEdit, CustomerAnswer)
DELETE_CUSTOMER = Act("delete customer", Target, CustomerAnswer)
ADD_PRODUCT = Act("add product", NewProduct, ProductAnswer)
EDIT_PRODUCT = Act("edit product", ProductEdit, ProductAnswer)
DELETE_PRODUCT = Act("delete product", Target, ProductAnswer)
RECEIVE_STOCK = Act("receive stock", StockChange, StockEntryAnswer)
ADJUST_STOCK = Act("adjust stock", StockChange, StockEntryAnswer)
PLACE_ORDER = Act("place order", NewOrder, OrderAnswer)
PURCHASE = Act("purchase", NewOrder, OrderAnswer)
CHANGE_ORDER = Act("change order", OrderEdit, OrderAnswer)
CANCEL_ORDER = Act("cancel order", Target, OrderAnswer)
OVERRIDE_TOTAL = Act("restate order", TotalOverride, OrderAnswer)


def id_of(answer: CustomerAnswer | ProductAnswer | OrderAnswer) -> int:
    """Return the ID in an answer; a dry run has none."""
    if answer.id is None:
        raise LookupError("nothing gets an ID in a dry run")
    return answer.id
