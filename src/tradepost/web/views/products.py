"""The shop's products: look for them, see one, buy it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.access.rights import Right
from tradepost.shop import orders, queries, rules
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.errors import ProductNotFound
from tradepost.shop.models import Product
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.web.forms.shop import BuyForm, ProductSearch
from tradepost.web.views.shop_common import (
    AWAY,
    PAGE_SIZE,
    cursor_of,
    own_customer,
    page_of,
    part,
    require_id,
    tag_of,
    varied,
)

# Of so few, and fewer, it is told how many are left.
FEW = 5


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """Show what there is to buy, or, to the page's script, the part of it that changes."""
    form = ProductSearch(request.GET)
    before = cursor_of(request)
    found = (
        queries.list_products(limit=PAGE_SIZE + 1, before_id=before, filters=form.wanted())
        if form.is_valid()
        else []
    )
    page = page_of(request, found, lambda product: product.pk)
    rights = sorted(caller_of(request).rights)
    tag = tag_of(request.get_full_path(), rights, _seen(found), form.errors)
    context = {"form": form, "page": page, "tag": tag, "few": FEW}
    if request.htmx:  # type: ignore[attr-defined]
        return part(request, "web/shop/_products.html", tag, context)
    return varied(render(request, "web/shop/products.html", context))


@require_safe
def product_detail(request: HttpRequest, id: int) -> HttpResponse:
    """Show a product, and to staff its stock entries; to the page's script what changes of it."""
    product = _product(id)
    tag = tag_of(_seen([product]))
    context: dict[str, Any] = {"id": id, "product": product, "tag": tag, "few": FEW}
    if request.htmx:  # type: ignore[attr-defined]
        return part(request, "web/shop/_product.html", tag, context)
    caller = caller_of(request)
    if caller.may(Right.READ):
        before = cursor_of(request)
        entries = queries.list_stock_entries(id, limit=PAGE_SIZE + 1, before_number=before)
        context["page"] = page_of(request, entries, lambda entry: entry.number)
    if _may_buy(request):
        context["form"] = BuyForm(
            initial={"expected_price": product.price}, names_customer=_names_customer(request)
        )
    return varied(render(request, "web/shop/product.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def product_buy(request: HttpRequest, id: int) -> HttpResponse:
    """Buy a product, and go to the order."""
    if request.method != "POST":
        return redirect("product-detail", require_id(id))
    form = BuyForm(request.POST, names_customer=_names_customer(request))
    if form.is_valid():
        outcome = form.attempt(request, _purchase(request, require_id(id), form))
        if outcome is not None:
            return _ordered(request, outcome)
    return _not_bought(request, id, form)


def _purchase(
    request: HttpRequest, id: int, form: BuyForm
) -> Callable[..., txn.Outcome[OrderAnswer]]:
    """Return the call that buys: for oneself, whatever the form says, or for who is named."""
    given = form.cleaned_data
    wish = LineRequest(id, given["quantity"], given["expected_price"])

    def call(**options: Any) -> txn.Outcome[OrderAnswer]:
        own = own_customer(request)
        buyer = Buyer(username=given["username"]) if own is None else Buyer(id=own)
        return orders.purchase(buyer, wish, **options)

    return call


def _ordered(request: HttpRequest, outcome: txn.Outcome[OrderAnswer]) -> HttpResponse:
    order = outcome.answer
    if outcome.replayed:
        messages.info(request, "This was ordered already; here is the order.")
    else:
        messages.success(request, f"Order {order.id} is placed.")
    return redirect("order-detail", order.id)


def _not_bought(request: HttpRequest, id: int, form: BuyForm) -> HttpResponse:
    if isinstance(form.failure, ProductNotFound):
        raise Http404
    try:
        product = _product(id)
    except AWAY:
        if not form.is_open:
            raise
        # Then the form is shown without: it is what must not be lost.
        product = None
    seen = form.new_price
    if seen is None and "expected_price" not in form.cleaned_data and product:
        seen = product.price
    form.mend(**({} if seen is None else {"expected_price": seen}))
    context = {
        "product": product,
        "form": form,
        "fewer": form.of_fewer(),
        "few": FEW,
        "tag": tag_of(_seen([product])) if product else "",
        "id": id,
    }
    return render(request, "web/shop/product.html", context, status=form.status)


def _product(id: int) -> Product:
    try:
        return queries.get_product(id)
    except ProductNotFound as error:
        raise Http404 from error


def _seen(found: list[Product]) -> list[tuple[int, str]]:
    """Return what tells whether a page shows products as they are."""
    return [(product.pk, rules.product_version(product)) for product in found]


def _may_buy(request: HttpRequest) -> bool:
    caller = caller_of(request)
    return caller.may(Right.SHOP) or caller.may(Right.BUY)


def _names_customer(request: HttpRequest) -> bool:
    return not caller_of(request).buys_for_themself
