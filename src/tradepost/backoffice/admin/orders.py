"""Orders."""

from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, form_action, parse_id
from tradepost.backoffice.forms import customers as forms
from tradepost.backoffice.site import site
from tradepost.shop import rules
from tradepost.shop.models import NAME_MAX_LENGTH, Order, OrderLine, OrderState, StockEntry
from tradepost.shop.orders import LINES_MAX


class OfProduct(SimpleListFilter):
    """Filters by product; product pages link to it."""

    title = "product"
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = parse_id(request.GET.get("product", ""))
        return [] if chosen is None else [(str(chosen), f"Product {chosen}")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        chosen = parse_id(self.value() or "")
        if chosen is None:
            return queryset
        return queryset.filter(
            pk__in=OrderLine.objects.filter(product_id=chosen).values("order_id")
        )


def _product(row: OrderLine | StockEntry) -> str:
    return reverse("admin:shop_product_change", args=(row.product_id,))


LINE_COLUMNS = (
    columns.column("number", "#", is_number=True),
    columns.column("product", link=_product),
    columns.column("quantity", is_number=True),
    columns.column("price", is_number=True),
    columns.Column(title="Cost", value=lambda line: line.quantity * line.price, is_number=True),
    columns.Column(title="From stock", value=lambda line: "yes" if line.from_stock else "no"),
)
STOCK_COLUMNS = (
    columns.column("at", "When"),
    columns.column("kind"),
    columns.column("product", link=_product),
    columns.column("quantity", is_number=True, is_change=True),
    columns.column("stock_after", is_number=True),
    links.ACTOR,
)


@register(Order, site=site)
class OrderAdmin(ServiceAdmin):
    exports = columns.named(
        "id customer_id customer state total total_stated version created_at updated_at updated_by"
    )
    list_display = (
        "id", "customer_link", "shown_state", "total", "version", "created_at", "updated_by",
    )  # fmt: skip
    list_filter = ("state", OfProduct, "created_at")
    list_select_related = ("customer",)
    extra_lookups = frozenset({"customer__id__exact"})
    search_help_text = "Id, or the customer's username or how the name begins"
    fields = (
        "id", "customer_link", "shown_state", "total", "shown_stated", "version", "created_at",
        "updated_at", "updated_by",
    )  # fmt: skip
    actions_detail = ("cancel",)
    change_form_outer_after_template = "backoffice/order_parts.html"

    cancel = form_action(forms.Cancel, "cancel", "block")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("customer")

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        lines = OrderLine.objects.filter(order_id=number or 0).order_by("-version", "number")
        entries = StockEntry.objects.filter(order_id=number or 0).order_by(
            "at", "product_id", "number"
        )
        newest = list(lines.select_related("product")[:LINES_MAX])
        current = [line for line in newest if line.version == newest[0].version]
        return {
            "lines": columns.table(LINE_COLUMNS, current, request),
            "moves": columns.table(
                STOCK_COLUMNS, entries.select_related("product")[:LINES_MAX], request
            ),
        }

    @display(description="customer")
    def customer_link(self, order: Order) -> SafeString:
        return links.object_link("shop_customer", order.customer_id, order.customer)

    @display(description="state")
    def shown_state(self, order: Order) -> SafeString:
        kind = "good" if order.state == OrderState.PLACED else ""
        return links.badge(order.get_state_display(), kind)

    @display(description="total is")
    def shown_stated(self, order: Order) -> str:
        return "as a client stated it" if order.total_stated else "the sum of the lines"

    def search(self, rows: QuerySet[Order], term: str) -> QuerySet[Order]:
        """Return the order with an id, or the orders of a customer."""
        number = parse_id(term)
        if number is not None:
            return rows.filter(pk=number)
        by_username = Q(customer__username_digest=rules.digest(term))
        by_name = Q(customer__name__istartswith=term[:NAME_MAX_LENGTH])
        return rows.filter(by_username | by_name)

    def facts(self, order: Order) -> list[Fact]:
        return [
            ("Order", order.pk),
            ("Customer", order.customer),
            ("State", order.get_state_display()),
            ("Total", order.total),
        ]
