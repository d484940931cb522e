"""Products, and the entries of their stocks."""

import dataclasses
from functools import partial
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tradepost.api import cursors, rights
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.ids import product_id
from tradepost.api.responses import found, wanted_versions
from tradepost.api.routes import ApiRouter
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.shop import errors, products, queries
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer
from tradepost.shop.queries import ProductFilter
from tradepost.txn import Call, Outcome

router = ApiRouter(tags=["products"])


@router.command(
    "POST /products",
    s.ProductOut,
    present.product,
    OUT_OF_RANGE,
    creates=True,
    located="products",
    tagged=True,
)
@rights.SHOP
def add_product(request: HttpRequest, call: Call, body: s.ProductIn) -> Outcome[ProductAnswer]:
    """Add a product."""
    return products.add(body.name, body.price, stock=body.stock, **call)


@router.read_list("/products", s.ProductPage)
@rights.SHOP
def list_products(request: HttpRequest, query: Query[s.ProductsQuery]) -> dict[str, Any]:
    """List products, the newest first."""
    filters = ProductFilter(
        name_prefix=query.name_prefix,
        price_min=query.price_min,
        price_max=query.price_max,
        in_stock=query.in_stock,
    )
    listing = cursors.filtered("products", **dataclasses.asdict(filters))
    return query.page(listing, partial(queries.list_products, filters=filters), present.product)


@router.read("/products/{id}", s.ProductOut, errors.ProductNotFound, versioned=True)
@rights.SHOP
def get_product(request: HttpRequest, response: HttpResponse, id: str) -> Any:
    """Get a product."""
    product = present.product(queries.get_product(product_id(id)))
    return found(request, response, product)


@router.command(
    "PATCH /products/{id}",
    s.ProductOut,
    present.product,
    errors.ProductNotFound,
    errors.NothingToChange,
    OUT_OF_RANGE,
    tagged=True,
    conditional=True,
)
@rights.SHOP
def edit_product(
    request: HttpRequest, call: Call, id: str, body: s.ProductChangeIn
) -> Outcome[ProductAnswer]:
    """Give a product another name or price."""
    product, versions = product_id(id), wanted_versions(request)
    return products.edit(product, name=body.name, price=body.price, versions=versions, **call)


@router.command(
    "DELETE /products/{id}", s.ProductOut, present.product, errors.ProductNotFound, conditional=True
)
@rights.SHOP
def delete_product(request: HttpRequest, call: Call, id: str) -> Outcome[ProductAnswer]:
    """Delete a product; answers it as it was last. Its entries and the orders stay."""
    return products.delete(product_id(id), versions=wanted_versions(request), **call)


@router.command(
    "POST /products/{id}/deliveries",
    s.StockEntryOut,
    present.stock_entry,
    errors.ProductNotFound,
    errors.StockTooLarge,
    OUT_OF_RANGE,
    creates=True,
)
@rights.SHOP
def receive_stock(
    request: HttpRequest, call: Call, id: str, body: s.DeliveryIn
) -> Outcome[StockEntryAnswer]:
    """Add what was received to a stock; one that nobody counted is counted from here on."""
    return products.receive(product_id(id), body.quantity, reason=body.reason, **call)


@router.command(
    "POST /products/{id}/adjustments",
    s.StockEntryOut,
    present.stock_entry,
    errors.ProductNotFound,
    errors.OutOfStockError,
    errors.InsufficientQuantityError,
    errors.StockTooLarge,
    errors.StockNotTracked,
    errors.NothingToChange,
    OUT_OF_RANGE,
    creates=True,
)
@rights.SHOP
def adjust_stock(
    request: HttpRequest, call: Call, id: str, body: s.StockAdjustmentIn
) -> Outcome[StockEntryAnswer]:
    """Correct a stock by so many, with a reason."""
    return products.adjust(product_id(id), body.quantity, reason=body.reason, **call)


@router.read_list("/products/{id}/entries", s.StockEntryPage, errors.ProductNotFound)
@rights.SHOP
def list_stock_entries(
    request: HttpRequest, id: str, query: Query[s.StockEntriesQuery]
) -> dict[str, Any]:
    """List the changes of a product's stock, the newest first; a deleted product's too."""
    read = partial(queries.list_stock_entries, product_id(id))
    return query.page(f"stock {id}", read, present.stock_entry, attrgetter("number"))
