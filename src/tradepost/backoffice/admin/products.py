"""Products, their stock entries, and what can be done with them."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.ledger import LedgerAdmin
from tradepost.backoffice.admin.service_admin import Fact, act, id_of
from tradepost.backoffice.forms import products as forms
from tradepost.backoffice.product_import import views as catalogue
from tradepost.backoffice.site import site
from tradepost.shop import rules
from tradepost.shop.models import Product, StockEntry, StockKind

# So few are told as few.
FEW = 5


class Stock(SimpleListFilter):
    """What is there, and what is not."""

    title = "stock"
    parameter_name = "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [
            ("none", "Sold out"),
            ("few", f"1 to {FEW} left"),
            ("uncounted", "Nobody counts it"),
            ("deleted", "Deleted"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Return the products that are meant."""
        there: dict[str, Any] = {"deleted_at__isnull": True}
        chosen: dict[str, dict[str, Any]] = {
            "none": there | {"stock": 0},
            "few": there | {"stock__gte": 1, "stock__lte": FEW},
            "uncounted": there | {"stock__isnull": True},
            "deleted": {"deleted_at__isnull": False},
        }
        wanted = chosen.get(self.value() or "")
        return queryset.filter(**wanted) if wanted else queryset


def _order(entry: StockEntry) -> str | None:
    if entry.order_id is None:
        return None
    return reverse("admin:shop_order_change", args=(entry.order_id,))


class ProductAdmin(LedgerAdmin):
    """Products."""

    adding = forms.Add
    entry_model, owner_field, kinds = StockEntry, "product_id", StockKind.choices
    entry_columns = (
        columns.of("number", "#", is_number=True),
        columns.of("at", "When"),
        columns.of("kind"),
        columns.of("quantity", is_number=True, is_change=True),
        columns.of("stock_after", is_number=True),
        columns.of("order_id", "Order", link=_order),
        links.ACTOR,
        columns.of("reason"),
    )
    exports = tuple(
        columns.of(name)
        for name in (
            "id", "name", "price", "stock", "created_at", "updated_at", "updated_by", "deleted_at",
        )
    )  # fmt: skip
    list_display = (
        "id", "name", "price", "shown_stock", "entries_link", "orders_link", "updated_by",
    )  # fmt: skip
    list_filter = (Stock, "created_at")
    search_help_text = "Id, or how the name begins"
    fields = (
        "id", "name", "price", "shown_stock", "entries_link", "orders_link", "edit_count",
        "created_at", "updated_at", "updated_by", "deleted_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("edit", "receive", "adjust", "remove")
    list_before_template = "backoffice/product_links.html"

    edit = act(forms.Edit, "edit", "edit")
    receive = act(forms.Receive, "receive", "local_shipping")
    adjust = act(forms.Adjust, "adjust", "tune")
    remove = act(forms.Delete, "delete", "delete")

    def get_urls(self) -> list[URLPattern]:
        """Return the pages' routes."""
        return [*catalogue.urls(self), *super().get_urls()]

    @display(description="stock")
    def shown_stock(self, product: Product) -> SafeString | str:
        """Return how many there are, in a word where that says more."""
        if product.deleted_at is not None:
            return links.mark("deleted", "bad")
        if product.stock is None:
            return links.mark("not counted")
        if product.stock == 0:
            return links.mark("sold out", "bad")
        few = links.mark(f"only {product.stock}", "warn")
        return few if product.stock <= FEW else f"{product.stock:,}"

    @display(description="entries")
    def entries_link(self, found: Any) -> SafeString:
        """Return the link to the entries."""
        return super().entries_link(found)

    @display(description="orders")
    def orders_link(self, product: Product) -> SafeString:
        """Return the link to the orders of the product."""
        return links.listed("shop_order", "Orders", product=product.pk)

    def searched(self, rows: QuerySet[Product], term: str) -> QuerySet[Product]:
        """Return the product with an id, or those whose name begins so."""
        number = id_of(term)
        if number is not None:
            return rows.filter(pk=number)
        return rows.filter(folded_name__startswith=rules.folded(term))

    def facts(self, found: Product) -> list[Fact]:
        """Return what the product is."""
        stock = "not counted" if found.stock is None else f"{found.stock:,}"
        return [("Product", f"{found.pk}, {found.name}"), ("Price", found.price), ("Stock", stock)]


site.register(Product, ProductAdmin)
