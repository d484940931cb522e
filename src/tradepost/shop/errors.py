"""The shop's refusals."""

from tradepost.errors import NotFound, Refusal, Unprocessable
from tradepost.ledger import Insufficient, LimitExceeded


class CustomerNotFound(NotFound):
    """There is no such customer."""

    code = "customer_not_found"
    template = "There is no customer {customer}."


class ProductNotFound(NotFound):
    """There is no such product."""

    code = "product_not_found"
    template = "There is no product {product}."


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "order_not_found"
    template = "There is no order {order}."


class CustomerExists(Refusal):
    """The username or the number belongs to another customer."""

    code = "customer_exists"
    template = "The {identifier} {value!r} belongs to another customer."


class NobodyNamed(Unprocessable):
    """No customer is named, or in more than one way at once."""

    code = "nobody_named"
    template = "Name the customer by id, or by username or uid (or both of these)."


class OutOfStockError(Insufficient):
    """There is nothing left of a product."""

    code = "out_of_stock"
    template = "Product {product} is out of stock: {required} asked for, {available} left."


class InsufficientQuantityError(Insufficient):
    """There is less left of a product than is asked for."""

    code = "insufficient_quantity"
    template = "Product {product}: {required} asked for, {available} left."


class StockTooLarge(LimitExceeded):
    """There would be more of a product than a stock can hold."""

    code = "stock_too_large"
    template = "Product {product} would have a stock of {required}; {limit} is the most."


class StockNotTracked(Refusal):
    """The product's stock is not tracked, so it cannot be adjusted."""

    code = "stock_not_tracked"
    template = "The stock of product {product} is not tracked; receiving some begins to."


class PriceChanged(Refusal):
    """A product costs something else than was expected."""

    code = "price_changed"
    template = "Product {product} costs {price}, and {expected} was expected."


class TotalTooLarge(Refusal):
    """An order would cost more than an amount can hold."""

    code = "total_too_large"
    template = "The order would cost {total}; {limit} is the most."


class OrderNotPlaced(Refusal):
    """The order is in a state that does not allow this."""

    code = "order_not_placed"
    template = "Order {order} is {state}; only a placed order can be changed or cancelled."


class VersionChanged(Refusal):
    """It was changed since the caller saw it."""

    code = "version_changed"
    template = "It was changed since: its version is {version} now."


class QuantityOutOfRange(Unprocessable):
    """A quantity is outside its limits."""

    code = "quantity_out_of_range"
    template = "The quantity {quantity} is not a whole number from {least} to {limit}."


class AmountOutOfRange(Unprocessable):
    """An amount of money is outside its limits."""

    code = "amount_out_of_range"
    template = "{amount} is not an amount from 0.00 to {limit} with at most {places} places."


class NothingToChange(Unprocessable):
    """A change of nothing."""

    code = "nothing_to_change"
    template = "Nothing is to be changed."


# The refusals of an order's lines, of placing an order, and of changing one.
CONTENT_REFUSALS: tuple[type[Refusal], ...] = (
    ProductNotFound,
    OutOfStockError,
    InsufficientQuantityError,
    PriceChanged,
    TotalTooLarge,
    QuantityOutOfRange,
)
ORDER_REFUSALS = (CustomerNotFound, CustomerExists, NobodyNamed, *CONTENT_REFUSALS)
CHANGE_REFUSALS = (OrderNotFound, OrderNotPlaced, StockTooLarge, *CONTENT_REFUSALS)
