"""Customers, and what can be done with them."""

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
from tradepost.shop import queries, rules
from tradepost.shop.models import NAME_MAX_LENGTH, Customer

LATEST = 10
ORDER_COLUMNS = (
    columns.of(
        "id",
        "Order",
        is_number=False,
        link=lambda order: reverse("admin:shop_order_change", args=(order.pk,)),
    ),
    columns.of("state"),
    columns.of("total", is_number=True),
    columns.of("created_at", "When"),
    links.UPDATER,
)


class Registered(SimpleListFilter):
    """Who has said their name, and who is gone."""

    title = "state"
    parameter_name = "is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [
            ("registered", "Registered"),
            ("placeholder", "Placeholder"),
            ("deleted", "Deleted"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Return the customers who are meant."""
        there = Q(deleted_at__isnull=True)
        chosen = {
            "registered": there & ~Q(name=""),
            "placeholder": there & Q(name=""),
            "deleted": ~there,
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class CustomerAdmin(ServiceAdmin):
    """Customers."""

    adding = forms.Register
    exports = tuple(
        columns.of(name)
        for name in (
            "id", "name", "username", "uid", "created_at", "updated_at", "updated_by", "deleted_at",
        )
    )  # fmt: skip
    list_display = (
        "id",
        "shown_name",
        "username",
        "uid",
        "orders_link",
        "created_at",
        "updated_by",
    )
    list_filter = (Registered, "created_at")
    search_help_text = "Id, number, username, or a part of the name"
    fields = (
        "id", "shown_name", "username", "uid", "orders_link",
        "created_at", "updated_at", "updated_by", "deleted_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("edit", "remove")
    change_form_outer_after_template = "backoffice/latest.html"

    edit = act(forms.Edit, "edit", "edit")
    remove = act(forms.Delete, "delete", "delete")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the customer, with the latest orders."""
        number = id_of(object_id)
        orders = queries.list_orders(limit=LATEST, customer_id=number) if number else []
        more = {
            "latest": columns.table(ORDER_COLUMNS, orders, request),
            "latest_title": "Latest orders",
            "latest_url": reverse(
                "admin:shop_order_changelist", query={"customer__id__exact": number or 0}
            ),
        }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    @display(description="name")
    def shown_name(self, customer: Customer) -> SafeString | str:
        """Return the name, or what it is that has none."""
        if customer.deleted_at is not None:
            return links.mark(f"deleted: {customer}", "bad")
        return customer.name or links.mark("placeholder", "warn")

    @display(description="orders")
    def orders_link(self, customer: Customer) -> SafeString:
        """Return the link to the customer's orders."""
        return links.listed("shop_order", "Orders", customer__id__exact=customer.pk)

    def searched(self, rows: QuerySet[Customer], term: str) -> QuerySet[Customer]:
        """Return those with an id or a number, a username, or a part of a name."""
        number = id_of(term)
        if number is not None:
            return rows.filter(Q(pk=number) | Q(uid=number))
        by_name = Q(name__icontains=term[:NAME_MAX_LENGTH])
        return rows.filter(Q(username_digest=rules.digest(term)) | by_name)

    def facts(self, found: Customer) -> list[Fact]:
        """Return who the customer is."""
        return [
            ("Customer", f"{found.pk}, {found}"),
            ("Username", found.username or "—"),
            ("Number", found.uid or "—"),
        ]


site.register(Customer, CustomerAdmin)
