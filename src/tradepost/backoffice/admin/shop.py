"""Customers and orders."""

from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from tradepost.backoffice import columns, links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, form_action, parse_id
from tradepost.backoffice.forms import customers as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.site import site
from tradepost.shop import queries, rules
from tradepost.shop.models import (
    NAME_MAX_LENGTH,
    Customer,
    Order,
    OrderLine,
    OrderState,
    StockEntry,
)
from tradepost.shop.orders import LINES_MAX

LATEST = 10
ORDER_COLUMNS = (
    columns.column("id", "Order", link=links.to_page("shop_order_change", "id")),
    columns.column("state"),
    columns.column("total", is_number=True),
    columns.column("created_at", "When"),
    links.actor_column("updated_by"),
)
PRODUCT = columns.column("product", link=links.to_page("shop_product_change", "product_id"))
LINE_COLUMNS = (
    columns.column("number", "#", is_number=True),
    PRODUCT,
    columns.column("quantity", is_number=True),
    columns.column("price", is_number=True),
    columns.Column(title="Cost", value=lambda line: line.quantity * line.price, is_number=True),
    columns.Column(title="From stock", value=lambda line: "yes" if line.from_stock else "no"),
)
STOCK_COLUMNS = (
    columns.column("at", "When"),
    columns.column("kind"),
    PRODUCT,
    columns.column("quantity", is_number=True, is_change=True),
    columns.column("stock_after", is_number=True),
    links.actor_column("actor"),
)


class Registered(ConditionFilter):
    title = "state"
    parameter_name = "is"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        exists = Q(deleted_at__isnull=True)
        return {
            "registered": ("Registered", exists & ~Q(name="")),
            "placeholder": ("Placeholder", exists & Q(name="")),
            "deleted": ("Deleted", ~exists),
        }


@register(Customer, site=site)
class CustomerAdmin(ServiceAdmin):
    add_form_class = forms.Register
    exports = columns.named("id name username uid created_at updated_at updated_by deleted_at")
    list_display = (
        "id", "shown_name", "username", "uid", "orders_link", "created_at", "updated_by",
    )  # fmt: skip
    list_filter = (Registered, "created_at")
    search_help_text = "Id, number, username, or a part of the name"
    fields = (
        "id", "shown_name", "username", "uid", "orders_link", "created_at", "updated_at",
        "updated_by", "deleted_at",
    )  # fmt: skip
    actions_detail = ("edit", "remove")
    change_form_outer_after_template = "backoffice/latest.html"

    edit = form_action(forms.Edit, "edit", "edit")
    remove = form_action(forms.Delete, "delete", "delete")

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        orders = queries.list_orders(limit=LATEST, customer_id=number) if number else []
        return {
            "latest": columns.table(ORDER_COLUMNS, orders, request),
            "latest_title": "Latest orders",
            "latest_url": reverse(
                "admin:shop_order_changelist", query={"customer__id__exact": number or 0}
            ),
        }

    @display(description="name")
    def shown_name(self, customer: Customer) -> SafeString | str:
        if customer.deleted_at is not None:
            return links.badge(f"deleted: {customer}", "bad")
        return customer.name or links.badge("placeholder", "warn")

    @display(description="orders")
    def orders_link(self, customer: Customer) -> SafeString:
        return links.list_link("shop_order", "Orders", customer__id__exact=customer.pk)

    def search_number(self, number: int) -> Q:
        return Q(pk=number) | Q(uid=number)

    def search_text(self, term: str) -> Q:
        by_name = Q(name__icontains=term[:NAME_MAX_LENGTH])
        return Q(username_digest=rules.digest(term)) | by_name

    def facts(self, customer: Customer) -> list[Fact]:
        return [
            ("Customer", f"{customer.pk}, {customer}"),
            ("Username", customer.username or "—"),
            ("Number", customer.uid or "—"),
        ]


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
        lines = OrderLine.objects.filter(product_id=chosen)
        return queryset.filter(pk__in=lines.values("order_id"))


@register(Order, site=site)
class OrderAdmin(ServiceAdmin):
    exports = columns.named(
        "id customer_id customer state total total_stated version created_at updated_at updated_by"
    )
    list_display = (
        "id", "customer_link", "shown_state", "total", "version", "created_at", "updated_by",
    )  # fmt: skip
    list_filter = ("state", OfProduct, "created_at")
    related = ("customer",)
    extra_lookups = frozenset({"customer__id__exact"})
    search_help_text = "Id, or the customer's username or how the name begins"
    fields = (
        "id", "customer_link", "shown_state", "total", "shown_stated", "version", "created_at",
        "updated_at", "updated_by",
    )  # fmt: skip
    actions_detail = ("cancel",)
    change_form_outer_after_template = "backoffice/order_parts.html"

    cancel = form_action(forms.Cancel, "cancel", "block")

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        lines = OrderLine.objects.filter(order_id=number or 0).select_related("product")
        moves = StockEntry.objects.filter(order_id=number or 0).select_related("product")
        newest = list(lines.order_by("-version", "number")[:LINES_MAX])
        current = [line for line in newest if line.version == newest[0].version]
        moves = moves.order_by("at", "product_id", "number")[:LINES_MAX]
        return {
            "lines": columns.table(LINE_COLUMNS, current, request),
            "moves": columns.table(STOCK_COLUMNS, moves, request),
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

    def search_text(self, term: str) -> Q:
        by_name = Q(customer__name__istartswith=term[:NAME_MAX_LENGTH])
        return Q(customer__username_digest=rules.digest(term)) | by_name

    def facts(self, order: Order) -> list[Fact]:
        return [
            ("Order", order.pk),
            ("Customer", order.customer),
            ("State", order.get_state_display()),
            ("Total", order.total),
        ]
