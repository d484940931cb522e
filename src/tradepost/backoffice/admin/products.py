"""Products and their stock entries."""

from functools import partial

from django.contrib.admin import display, register
from django.db.models import Q
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.ledger import EntryList, LedgerAdmin
from tradepost.backoffice.admin.service_admin import Fact, form_action
from tradepost.backoffice.forms import products as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.product_import.views import import_view
from tradepost.backoffice.site import site
from tradepost.shop import rules
from tradepost.shop.models import PriceEntry, Product, StockEntry, StockKind

# A stock of at most this many is shown as low.
LOW_STOCK = 5


class Stock(ConditionFilter):
    title = "stock"
    parameter_name = "available"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        exists = Q(deleted_at__isnull=True)
        return {
            "none": ("Sold out", exists & Q(stock=0)),
            "few": (f"1 to {LOW_STOCK} left", exists & Q(stock__gte=1, stock__lte=LOW_STOCK)),
            "uncounted": ("Nobody counts it", exists & Q(stock__isnull=True)),
            "deleted": ("Deleted", ~exists),
        }


ENTRIES = EntryList(
    model=StockEntry,
    owner_field="product_id",
    kinds=StockKind.choices,
    columns=(
        columns.column("number", "#", is_number=True),
        columns.column("at", "When"),
        columns.column("kind"),
        columns.column("quantity", is_number=True, is_change=True),
        columns.column("stock_after", is_number=True),
        columns.column("order_id", "Order", link=links.to_page("shop_order_change", "order_id")),
        links.actor_column("actor"),
        columns.column("reason"),
    ),
)
PRICES = EntryList(
    name="prices",
    model=PriceEntry,
    owner_field="product_id",
    columns=(
        columns.column("number", "#", is_number=True),
        columns.column("at", "When"),
        columns.column("price_before", is_number=True),
        columns.column("price_after", is_number=True),
        links.actor_column("actor"),
    ),
)


@register(Product, site=site)
class ProductAdmin(LedgerAdmin):
    add_form_class = forms.Add
    entry_lists = (ENTRIES, PRICES)
    exports = columns.named("id name price stock created_at updated_at updated_by deleted_at")
    list_display = (
        "id", "name", "price", "shown_stock", "entries_link", "orders_link", "updated_by",
    )  # fmt: skip
    list_filter = (Stock, "created_at")
    search_help_text = "Id, or how the name begins"
    fields = (
        "id", "name", "price", "shown_stock", "entries_link", "prices_link", "orders_link",
        "edit_count", "created_at", "updated_at", "updated_by", "deleted_at",
    )  # fmt: skip
    actions_detail = ("edit", "receive", "adjust", "remove")
    list_before_template = "backoffice/product_links.html"

    edit = form_action(forms.Edit, "edit", "edit")
    receive = form_action(forms.Receive, "receive", "local_shipping")
    adjust = form_action(forms.Adjust, "adjust", "tune")
    remove = form_action(forms.Delete, "delete", "delete")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(import_view, self))
        return [path("import/", view, name="shop_product_import"), *super().get_urls()]

    @display(description="stock")
    def shown_stock(self, product: Product) -> SafeString | str:
        """Return the stock, or a badge where it needs attention."""
        if product.deleted_at is not None:
            return links.badge("deleted", "bad")
        if product.stock is None:
            return links.badge("not counted")
        if product.stock == 0:
            return links.badge("sold out", "bad")
        if product.stock <= LOW_STOCK:
            return links.badge(f"only {product.stock}", "warn")
        return f"{product.stock:,}"

    @display(description="prices")
    def prices_link(self, product: Product) -> SafeString:
        return self.count_link(PRICES, product.pk, product.price_count)

    @display(description="orders")
    def orders_link(self, product: Product) -> SafeString:
        return links.list_link("shop_order", "Orders", product=product.pk)

    def search_text(self, term: str) -> Q:
        return Q(folded_name__startswith=rules.folded(term))

    def facts(self, product: Product) -> list[Fact]:
        stock = "not counted" if product.stock is None else f"{product.stock:,}"
        return [
            ("Product", f"{product.pk}, {product.name}"),
            ("Price", product.price),
            ("Stock", stock),
        ]
