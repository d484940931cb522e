"""What can be done in the shop: each act with its terms and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tradepost.shop.rules import Buyer, LineRequest
from tradepost.txn import Act


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """A customer.

    Attributes:
        id: None in a dry run that would create the customer.
        name: Empty for a placeholder.
    """

    id: int | None
    name: str
    username: str | None
    uid: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterCustomer:
    """The terms of `customers.register`."""

    name: str
    username: str | None
    uid: int | None


@dataclass(frozen=True, slots=True)
class EditCustomer:
    """The terms of `customers.edit`."""

    customer_id: int
    name: str | None
    username: str | None
    uid: int | None


@dataclass(frozen=True, slots=True)
class DeleteCustomer:
    """The terms of `customers.delete`."""

    customer_id: int


REGISTER_CUSTOMER = Act("register customer", RegisterCustomer, CustomerAnswer)
EDIT_CUSTOMER = Act("edit customer", EditCustomer, CustomerAnswer)
DELETE_CUSTOMER = Act("delete customer", DeleteCustomer, CustomerAnswer)


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """A product.

    Attributes:
        id: None in a dry run that would add the product.
        stock: None if stock is not tracked.
    """

    id: int | None
    name: str
    price: Decimal
    stock: int | None
    version: str
    created_at: datetime
    updated_at: datetime


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
class AddProduct:
    """The terms of `products.add`."""

    name: str
    price: Decimal
    stock: int | None


@dataclass(frozen=True, slots=True)
class EditProduct:
    """The terms of `products.edit`."""

    product_id: int
    name: str | None
    price: Decimal | None
    versions: list[str] | None


@dataclass(frozen=True, slots=True)
class DeleteProduct:
    """The terms of `products.delete`."""

    product_id: int
    versions: list[str] | None


@dataclass(frozen=True, slots=True)
class ChangeStock:
    """The terms of `products.receive` and `products.adjust`."""

    product_id: int
    quantity: int
    reason: str


ADD_PRODUCT = Act("add product", AddProduct, ProductAnswer)
EDIT_PRODUCT = Act("edit product", EditProduct, ProductAnswer)
DELETE_PRODUCT = Act("delete product", DeleteProduct, ProductAnswer)
RECEIVE_STOCK = Act("receive stock", ChangeStock, StockEntryAnswer)
ADJUST_STOCK = Act("adjust stock", ChangeStock, StockEntryAnswer)


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """An order line."""

    product_id: int
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order with its lines.

    Attributes:
        id: None in a dry run that would place the order.
        customer_id: None in a dry run that would create the customer.
    """

    id: int | None
    customer_id: int | None
    state: str
    total: Decimal
    total_stated: bool
    version: str
    lines: tuple[LineAnswer, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """The terms of `orders.place` and `orders.purchase`."""

    buyer: Buyer
    lines: Sequence[LineRequest]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """The terms of `orders.change`."""

    order_id: int
    lines: Sequence[LineRequest]
    versions: list[str] | None


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """The terms of `orders.cancel`."""

    order_id: int
    versions: list[str] | None


@dataclass(frozen=True, slots=True)
class OverrideTotal:
    """The terms of `orders.override_total`."""

    order_id: int
    total: Decimal
    versions: list[str] | None


PLACE_ORDER = Act("place order", PlaceOrder, OrderAnswer)
PURCHASE = Act("purchase", PlaceOrder, OrderAnswer)
CHANGE_ORDER = Act("change order", ChangeOrder, OrderAnswer)
CANCEL_ORDER = Act("cancel order", CancelOrder, OrderAnswer)
OVERRIDE_TOTAL = Act("restate order", OverrideTotal, OrderAnswer)


def id_of(answer: CustomerAnswer | ProductAnswer | OrderAnswer) -> int:
    """Return the ID in an answer.

    Raises:
        LookupError: The answer is a dry run's, so nothing has an ID.
    """
    if answer.id is None:
        raise LookupError("a dry run gives no IDs")
    return answer.id
