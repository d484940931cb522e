"""Products, and the entries of their stocks."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tradepost.api import cursors, examples, openapi, request_options, rights
from tradepost.api.etags import wanted_versions
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import product_id
from tradepost.api.reads import get
from tradepost.api.responses import answered, found
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.shop import errors, products, queries
from tradepost.shop.queries import ProductFilter

router = Router(tags=["products"])
MADE = (200, 201)


@router.post(
    "/products",
    response={201: s.ProductOut, 200: s.ProductOut},
    openapi_extra=openapi.describe(
        examples.OUT_OF_RANGE, command=True, statuses=MADE, located=True, tagged=True
    ),
)
@rights.SHOP
def add_product(
    request: HttpRequest, response: HttpResponse, body: s.ProductIn, query: Query[CommandQuery]
) -> Status[Any]:
    """Add a product."""
    options = request_options.read(request, "POST /products", dry_run=query.dry_run)
    outcome = products.add(body.name, body.price, stock=body.stock, **options)
    product = present.product(outcome.answer)
    return answered(
        response,
        outcome,
        product,
        dry_run=query.dry_run,
        location=f"/api/v1/products/{product['id']}",
        version=product["version"],
    )


@get(
    router,
    "/products",
    response=s.ProductPage,
    exclude_unset=True,
    openapi_extra=openapi.describe(examples.OUT_OF_RANGE),
)
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
    listed = queries.list_products(
        limit=query.limit + 1, before_id=cursors.decode(query.cursor, listing), filters=filters
    )
    return cursors.page(
        listed,
        limit=query.limit,
        listing=listing,
        place=lambda product: product.pk,
        present=present.product,
        fields=query.fields,
    )


@get(
    router,
    "/products/{id}",
    response=s.ProductOut,
    openapi_extra=openapi.describe(errors.ProductNotFound, tagged=True, conditional=True),
)
@rights.SHOP
def get_product(request: HttpRequest, response: HttpResponse, id: str) -> Any:
    """Get a product."""
    product = present.product(queries.get_product(product_id(id)))
    return found(request, response, product)


@router.patch(
    "/products/{id}",
    response=s.ProductOut,
    openapi_extra=openapi.describe(
        errors.ProductNotFound,
        errors.NothingToChange,
        examples.OUT_OF_RANGE,
        command=True,
        tagged=True,
        conditional=True,
    ),
)
@rights.SHOP
def edit_product(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.ProductChangeIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Give a product another name or price."""
    options = request_options.read(request, "PATCH /products/{id}", dry_run=query.dry_run)
    outcome = products.edit(
        product_id(id),
        name=body.name,
        price=body.price,
        versions=wanted_versions(request),
        **options,
    )
    product = present.product(outcome.answer)
    return answered(
        response, outcome, product, dry_run=query.dry_run, made=200, version=product["version"]
    )


@router.delete(
    "/products/{id}",
    response=s.ProductOut,
    openapi_extra=openapi.describe(errors.ProductNotFound, command=True, conditional=True),
)
@rights.SHOP
def delete_product(
    request: HttpRequest, response: HttpResponse, id: str, query: Query[CommandQuery]
) -> Status[Any]:
    """Delete a product; answers it as it was last. Its entries and the orders stay."""
    options = request_options.read(request, "DELETE /products/{id}", dry_run=query.dry_run)
    outcome = products.delete(product_id(id), versions=wanted_versions(request), **options)
    product = present.product(outcome.answer)
    return answered(response, outcome, product, dry_run=query.dry_run, made=200)


@router.post(
    "/products/{id}/deliveries",
    response={201: s.StockEntryOut, 200: s.StockEntryOut},
    openapi_extra=openapi.describe(
        errors.ProductNotFound,
        errors.StockTooLarge,
        examples.OUT_OF_RANGE,
        command=True,
        statuses=MADE,
    ),
)
@rights.SHOP
def receive_stock(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.DeliveryIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Add what was received to a stock; one that nobody counted is counted from here on."""
    options = request_options.read(request, "POST /products/{id}/deliveries", dry_run=query.dry_run)
    outcome = products.receive(product_id(id), body.quantity, reason=body.reason, **options)
    entry = present.stock_entry(outcome.answer)
    return answered(response, outcome, entry, dry_run=query.dry_run)


@router.post(
    "/products/{id}/adjustments",
    response={201: s.StockEntryOut, 200: s.StockEntryOut},
    openapi_extra=openapi.describe(
        errors.ProductNotFound,
        errors.OutOfStockError,
        errors.InsufficientQuantityError,
        errors.StockTooLarge,
        errors.StockNotTracked,
        errors.NothingToChange,
        examples.OUT_OF_RANGE,
        command=True,
        statuses=MADE,
    ),
)
@rights.SHOP
def adjust_stock(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.StockAdjustmentIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Correct a stock by so many, with a reason."""
    options = request_options.read(
        request, "POST /products/{id}/adjustments", dry_run=query.dry_run
    )
    outcome = products.adjust(product_id(id), body.quantity, reason=body.reason, **options)
    entry = present.stock_entry(outcome.answer)
    return answered(response, outcome, entry, dry_run=query.dry_run)


@get(
    router,
    "/products/{id}/entries",
    response=s.StockEntryPage,
    exclude_unset=True,
    openapi_extra=openapi.describe(errors.ProductNotFound, examples.OUT_OF_RANGE),
)
@rights.SHOP
def list_stock_entries(
    request: HttpRequest, id: str, query: Query[s.StockEntriesQuery]
) -> dict[str, Any]:
    """List the changes of a product's stock, the newest first; a deleted product's too."""
    product, listing = product_id(id), f"stock {id}"
    before = cursors.decode(query.cursor, listing)
    listed = queries.list_stock_entries(product, limit=query.limit + 1, before_number=before)
    return cursors.page(
        listed,
        limit=query.limit,
        listing=listing,
        place=lambda entry: entry.number,
        present=present.stock_entry,
        fields=query.fields,
    )
