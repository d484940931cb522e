"""The shop's request and response schemas in /api/v1; unknown fields are refused."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from tradepost.api import fields as f
from tradepost.limits import REASON_MAX_LENGTH
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, USERNAME_MAX_LENGTH
from tradepost.shop.orders import LINES_MAX

Stock = Annotated[int, Field(ge=0, le=STOCK_MAX)]
Quantity = Annotated[int, Field(ge=1, le=STOCK_MAX, examples=[1])]
Correction = Annotated[
    int, Field(ge=-STOCK_MAX, le=STOCK_MAX, json_schema_extra={"not": {"const": 0}})
]
Name = Annotated[str, f.text(NAME_MAX_LENGTH, least=1), f.PRINTABLE_TEXT]
Username = Annotated[str, f.text(USERNAME_MAX_LENGTH, least=1), f.PRINTABLE_TEXT]
ReasonIfAny = Annotated[str, f.text(REASON_MAX_LENGTH), f.PRINTABLE_TEXT]
ExpectedPrice = Annotated[
    f.Money | None, Field(description="What the buyer saw; another price is refused.")
]
NewId = Annotated[str | None, Field(examples=["1"], description="null in a dry run")]
Price = Annotated[str, Field(examples=["12.50"])]


class CustomerIn(f.In):
    """A customer to register."""

    name: Name
    username: Username | None = None
    uid: Annotated[f.Uid | None, Field(description="The number another system gave.")] = None


class CustomerChangeIn(f.ChangeIn):
    """What of a customer is to be changed."""

    name: Name | None = None
    username: Username | None = None
    uid: f.Uid | None = None


class ProductIn(f.In):
    """A product to add."""

    name: Name
    price: f.Money
    stock: Annotated[Stock | None, Field(description="null where nobody counts.")] = None


class ProductChangeIn(f.ChangeIn):
    """What of a product is to be changed; orders keep the price they had."""

    name: Name | None = None
    price: f.Money | None = None


class DeliveryIn(f.In):
    """So many that were received."""

    quantity: Quantity
    reason: ReasonIfAny = ""


class StockAdjustmentIn(f.In):
    """So many to add (above 0) or take away (below 0), and why."""

    quantity: Correction
    reason: f.Reason


class LineIn(f.GivenIn):
    """So many of one product."""

    product: Annotated[f.Id, Field(examples=["1"])]
    quantity: Quantity
    expected_price: ExpectedPrice = None


Lines = Annotated[list[LineIn], Field(min_length=1, max_length=LINES_MAX)]


def _by_one_name(schema: dict[str, Any]) -> None:
    f.without_null(schema)
    known_by = [{"required": ["username"]}, {"required": ["uid"]}]
    schema["oneOf"] = [{"required": ["customer"]}, {"anyOf": known_by}]


class BuyerIn(f.GivenIn):
    """The customer: by id, or by username or uid, which make a placeholder of who is not known."""

    model_config = ConfigDict(json_schema_extra=_by_one_name)

    customer: Annotated[f.Id | None, Field(examples=["1"])] = None
    username: Username | None = None
    uid: f.Uid | None = None


class OrderIn(BuyerIn):
    """What a customer orders: all of it or nothing."""

    lines: Lines


class OrderChangeIn(f.In):
    """What is ordered instead."""

    lines: Lines


class PurchaseIn(BuyerIn):
    """So many of one product for a customer."""

    product: Annotated[f.Id, Field(examples=["1"])]
    quantity: Quantity = 1
    expected_price: ExpectedPrice = None


class CustomerOut(Schema):
    """A customer; a placeholder has no name."""

    id: NewId
    name: str
    username: str | None
    uid: str | None
    created_at: datetime
    updated_at: datetime


class ProductOut(Schema):
    """A product; its version is another one after every change of what is shown."""

    id: NewId
    name: str
    price: Price
    stock: Annotated[int | None, Field(description="null where nobody counts.")]
    version: Annotated[str, Field(examples=["0.1"])]
    created_at: datetime
    updated_at: datetime


class StockEntryOut(Schema):
    """A change of a product's stock, and the stock after it."""

    product: str
    number: int
    kind: Literal["received", "sold", "returned", "adjusted"]
    quantity: int
    stock_after: int
    order: Annotated[str | None, Field(examples=["1"])]
    actor: str
    reason: str
    at: datetime


class LineOut(Schema):
    """So many of one product, at the price they had."""

    product: str
    quantity: int
    price: Price


class OrderOut(Schema):
    """An order; its total is the sum of its lines, or what a client stated."""

    id: NewId
    customer: Annotated[str | None, Field(description="null in a dry run that makes one")]
    state: Literal["placed", "cancelled"]
    total: Price
    total_stated: bool
    version: Annotated[str, Field(examples=["1"])]
    lines: list[LineOut]
    created_at: datetime
    updated_at: datetime


class CustomersQuery(f.PageQuery):
    """What the list of customers takes."""

    item = CustomerOut

    username: Username | None = None
    uid: f.Uid | None = None


class ProductsQuery(f.PageQuery):
    """What the list of products takes."""

    item = ProductOut

    name_prefix: Annotated[
        Name | None, Field(description="What the name begins with, whatever its case.")
    ] = None
    price_min: f.Money | None = None
    price_max: f.Money | None = None
    in_stock: Annotated[
        bool | None,
        BeforeValidator(f.parse_bool),
        Field(description="Whether there is some (or nobody counts), or none."),
    ] = None


class StockEntriesQuery(f.PageQuery):
    """What the list of a product's stock entries takes."""

    item = StockEntryOut


class OrdersQuery(f.PageQuery):
    """What the list of orders takes."""

    item = OrderOut

    customer: f.Id | None = None
    state: Literal["placed", "cancelled"] | None = None


CustomerPage = f.page_of(CustomerOut, "customers")
ProductPage = f.page_of(ProductOut, "products")
StockEntryPage = f.page_of(StockEntryOut, "a product's stock entries")
OrderPage = f.page_of(OrderOut, "orders")
