"""Products: search, show, buy."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tradepost.access.caller import caller_of
from tradepost.access.rights import Right
from tradepost.shop import queries, rules
from tradepost.shop.errors import ProductNotFound
from tradepost.shop.models import Product
from tradepost.web.customers import DATABASE_UNAVAILABLE
from tradepost.web.faults import is_htmx
from tradepost.web.forms.shop import BuyForm, ProductSearch
from tradepost.web.views.common import (
    PAGE_SIZE,
    cursor_of,
    fingerprint,
    form_view,
    get_or_404,
    page_of,
    page_or_part,
    require_id,
)

# A stock of at most this many is shown as low.
LOW_STOCK = 5


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """List products, or for the page's script only the part that changes."""
    form = ProductSearch(request.GET)
    before = cursor_of(request)
    found = (
        queries.list_products(limit=PAGE_SIZE + 1, before=before, filters=form.product_filter())
        if form.is_valid()
        else []
    )
    page = page_of(request, found, lambda product: product.pk)
    rights = sorted(caller_of(request).rights)
    tag = fingerprint(request.get_full_path(), rights, _versions(found), form.errors)
    context = {"form": form, "page": page, "tag": tag, "few": LOW_STOCK}
    return page_or_part(request, "web/shop/products.html", "web/shop/_products.html", tag, context)


@require_safe
def product_detail(request: HttpRequest, id: int) -> HttpResponse:
    """Show a product, or for the page's script only the part that changes."""
    product = get_or_404(queries.get_product, id)
    tag = fingerprint(_versions([product]))
    context: dict[str, Any] = {"id": id, "product": product, "tag": tag, "few": LOW_STOCK}
    caller = caller_of(request)
    if caller.may(Right.READ) and not is_htmx(request):
        before = cursor_of(request)
        entries = queries.list_stock_entries(id, limit=PAGE_SIZE + 1, before=before)
        context["page"] = page_of(request, entries, lambda entry: entry.number)
    if caller.may(Right.SHOP) or caller.may(Right.BUY):
        context["form"] = BuyForm(
            initial={"expected_price": product.price}, names_customer=_names_customer(request)
        )
    return page_or_part(request, "web/shop/product.html", "web/shop/_product.html", tag, context)


@form_view
def product_buy(request: HttpRequest, id: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("product-detail", require_id(id))
    names_customer = _names_customer(request)
    form = BuyForm(request.POST, object_id=require_id(id), names_customer=names_customer)
    if (outcome := form.submit(request)) is None:
        return _not_bought(request, id, form)
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
        product = get_or_404(queries.get_product, id)
    except DATABASE_UNAVAILABLE:
        if not form.is_unanswered:
            raise
        # The form is shown without the product, so that it can be sent again.
        product = None
    price = form.new_price
    if price is None and "expected_price" not in form.cleaned_data and product:
        price = product.price
    form.repair(**({} if price is None else {"expected_price": price}))
    context = {
        "product": product,
        "form": form,
        "fewer": form.for_available(),
        "few": LOW_STOCK,
        "tag": fingerprint(_versions([product])) if product else "",
        "id": id,
    }
    return render(request, "web/shop/product.html", context, status=form.status)


def _versions(found: list[Product]) -> list[tuple[int, str]]:
    return [(product.pk, rules.product_version(product)) for product in found]


def _names_customer(request: HttpRequest) -> bool:
    return not caller_of(request).buys_for_themself
