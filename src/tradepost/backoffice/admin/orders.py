"""Orders: looked at, and cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, act, id_of
from tradepost.backoffice.forms import customers as forms
from tradepost.backoffice.site import site
from tradepost.shop import rules
from tradepost.shop.models import NAME_MAX_LENGTH, Order, OrderLine, OrderState, StockEntry
from tradepost.shop.orders import LINES_MAX


class OfProduct(SimpleListFilter):
    """The orders of one product, to which the product's page leads."""

    title = "product"
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the one that was chosen."""
        chosen = id_of(request.GET.get("product", ""))
        return [] if chosen is None else [(str(chosen), f"Product {chosen}")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Return the orders that have, or had, the product."""
        chosen = id_of(self.value() or "")
        if chosen is None:
            return queryset
        return queryset.filter(
            pk__in=OrderLine.objects.filter(product_id=chosen).values("order_id")
        )


def _product(row: OrderLine | StockEntry) -> str:
    return reverse("admin:shop_product_change", args=(row.product_id,))


LINE_COLUMNS = (
    columns.of("number", "#", is_number=True),
    columns.of("product", link=_product),
    columns.of("quantity", is_number=True),
    columns.of("price", is_number=True),
    columns.Column(title="Cost", value=lambda line: line.quantity * line.price, is_number=True),
    columns.Column(title="From stock", value=lambda line: "yes" if line.from_stock else "no"),
)
MOVE_COLUMNS = (
    columns.of("at", "When"),
    columns.of("kind"),
    columns.of("product", link=_product),
    columns.of("quantity", is_number=True, is_change=True),
    columns.of("stock_after", is_number=True),
    links.ACTOR,
)


class OrderAdmin(ServiceAdmin):
    """Orders."""

    exports = tuple(
        columns.of(name)
        for name in (
            "id", "customer_id", "customer", "state", "total", "total_stated", "version",
            "created_at", "updated_at", "updated_by",
        )
    )  # fmt: skip
    list_display = (
        "id", "customer_link", "shown_state", "total", "version", "created_at", "updated_by",
    )  # fmt: skip
    list_filter = ("state", OfProduct, "created_at")
    list_select_related = ("customer",)
    filtered = frozenset({"customer__id__exact"})
    search_help_text = "Id, or the customer's username or how the name begins"
    fields = (
        "id", "customer_link", "shown_state", "total", "shown_stated", "version",
        "created_at", "updated_at", "updated_by",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("cancel",)
    change_form_outer_after_template = "backoffice/order_parts.html"

    cancel = act(forms.Cancel, "cancel", "block")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the orders, each with its customer."""
        return super().get_queryset(request).select_related("customer")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the order, with its lines and what it took from stock."""
        number = id_of(object_id)
        lines = OrderLine.objects.filter(order_id=number or 0).order_by("-version", "number")
        moves = StockEntry.objects.filter(order_id=number or 0).order_by(
            "at", "product_id", "number"
        )
        found = list(lines.select_related("product")[:LINES_MAX])
        latest = found[0].version if found else 0
        shown = [line for line in found if line.version == latest]
        moved = moves.select_related("product")[:LINES_MAX]
        more = {
            "lines": columns.table(LINE_COLUMNS, shown, request),
            "moves": columns.table(MOVE_COLUMNS, moved, request),
        }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    @display(description="customer")
    def customer_link(self, order: Order) -> SafeString:
        """Return the link to who ordered."""
        return links.to("shop_customer", order.customer_id, order.customer)

    @display(description="state")
    def shown_state(self, order: Order) -> SafeString:
        """Return the state, framed."""
        kind = "good" if order.state == OrderState.PLACED else ""
        return links.mark(order.get_state_display(), kind)

    @display(description="total is")
    def shown_stated(self, order: Order) -> str:
        """Return where the total is from."""
        return "as a client stated it" if order.total_stated else "the sum of the lines"

    def searched(self, rows: QuerySet[Order], term: str) -> QuerySet[Order]:
        """Return the order with an id, or those of a customer."""
        number = id_of(term)
        if number is not None:
            return rows.filter(pk=number)
        by_username = Q(customer__username_digest=rules.digest(term))
        by_name = Q(customer__name__istartswith=term[:NAME_MAX_LENGTH])
        return rows.filter(by_username | by_name)

    def facts(self, found: Order) -> list[Fact]:
        """Return what the order is."""
        return [
            ("Order", found.pk),
            ("Customer", found.customer),
            ("State", found.get_state_display()),
            ("Total", found.total),
        ]


site.register(Order, OrderAdmin)
