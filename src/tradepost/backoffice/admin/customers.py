"""Customers."""

from typing import Any

from django.contrib.admin import display, register
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
from tradepost.shop.models import NAME_MAX_LENGTH, Customer

LATEST = 10
ORDER_COLUMNS = (
    columns.column(
        "id",
        "Order",
        is_number=False,
        link=lambda order: reverse("admin:shop_order_change", args=(order.pk,)),
    ),
    columns.column("state"),
    columns.column("total", is_number=True),
    columns.column("created_at", "When"),
    links.UPDATER,
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
        """Return the name, or a badge for a customer without one."""
        if customer.deleted_at is not None:
            return links.badge(f"deleted: {customer}", "bad")
        return customer.name or links.badge("placeholder", "warn")

    @display(description="orders")
    def orders_link(self, customer: Customer) -> SafeString:
        return links.list_link("shop_order", "Orders", customer__id__exact=customer.pk)

    def search(self, rows: QuerySet[Customer], term: str) -> QuerySet[Customer]:
        """Return the customers with an id or number, a username, or a part of the name."""
        number = parse_id(term)
        if number is not None:
            return rows.filter(Q(pk=number) | Q(uid=number))
        by_name = Q(name__icontains=term[:NAME_MAX_LENGTH])
        return rows.filter(Q(username_digest=rules.digest(term)) | by_name)

    def facts(self, customer: Customer) -> list[Fact]:
        return [
            ("Customer", f"{customer.pk}, {customer}"),
            ("Username", customer.username or "—"),
            ("Number", customer.uid or "—"),
        ]
