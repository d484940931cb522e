"""The shop's locked rows, as decisions see them."""

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tradepost.shop.errors import CustomerNotFound, ProductNotFound
from tradepost.shop.models import Customer, Order, Product
from tradepost.txn import Id, RowLock, Rows


class CustomerRow(Protocol):
    """A customer; one that was just inserted has no id yet."""

    id: Id
    name: str
    username: str | None
    uid: int | None
    created_at: datetime
    deleted_at: datetime | None


class ProductRow(Protocol):
    """A product."""

    id: int
    name: str
    price: Decimal
    price_count: int
    stock: int | None
    entry_count: int
    last_entry_at: datetime | None
    edit_count: int
    created_at: datetime
    deleted_at: datetime | None


class OrderRow(Protocol):
    """An order."""

    id: int
    customer_id: int
    state: str
    total: Decimal
    total_stated: bool
    version: int
    lines_version: int
    created_at: datetime


def customer_lock(customer_id: int) -> RowLock[CustomerRow]:
    """Return the lock on a customer's row."""
    return RowLock(Customer, customer_id)


def product_lock(product_id: int) -> RowLock[ProductRow]:
    """Return the lock on a product's row."""
    return RowLock(Product, product_id)


def order_lock(order_id: int) -> RowLock[OrderRow]:
    """Return the lock on an order's row."""
    return RowLock(Order, order_id)


def require_customer(rows: Rows, customer_id: int) -> CustomerRow:
    """Return a customer who is not deleted, or raise `CustomerNotFound`."""
    customer = rows.get(customer_lock(customer_id))
    if customer is None or customer.deleted_at is not None:
        raise CustomerNotFound(customer=customer_id)
    return customer


def require_product(rows: Rows, product_id: int) -> ProductRow:
    """Return a product that is not deleted, or raise `ProductNotFound`."""
    product = rows.get(product_lock(product_id))
    if product is None or product.deleted_at is not None:
        raise ProductNotFound(product=product_id)
    return product
