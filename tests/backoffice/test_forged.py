"""Forged requests write nothing: every write goes through a service."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.backoffice.conftest import (
    ACCOUNTS,
    CUSTOMERS,
    KEYS,
    LOG,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    account_named,
    assert_audit_passes,
    rows,
)
from tradepost import txn
from tradepost.access import keys
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right, Role
from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.site import site
from tradepost.trading import players
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db

# The fields that Django's admin would save.
SAVE = {"_save": "Save", "_continue": "1", "_saveasnew": "1", "_addanother": "1", "post": "yes"}
BALANCES = {
    "id": "1",
    "name": "forged",
    "coins": "999999",
    "goods": "999999",
    "entry_count": "0",
    "stock": "999",
    "price": "0.01",
    "total": "0",
    "state": "cancelled",
    "version": "9",
    "customer": "1",
    "username": "forged",
    "uid": "99",
    "outcome": "{}",
    "role": "admin",
    "is_active": "",
    "password": "forged",
    "digest": "0" * 64,
    "revoked_at_0": "",
    "scopes": "read trade shop",
}
# What an editable list sends.
IN_PLACE = {
    "form-TOTAL_FORMS": "1",
    "form-INITIAL_FORMS": "1",
    "form-MIN_NUM_FORMS": "0",
    "form-MAX_NUM_FORMS": "1000",
    **{f"form-0-{name}": value for name, value in BALANCES.items()},
}
LISTS = (PLAYERS, PRODUCTS, CUSTOMERS, ORDERS, RECEIPTS, ACCOUNTS, KEYS, LOG)


@pytest.fixture
def full(stage: Stage) -> Stage:
    """The sample data, with an API key and a receipt."""
    keys.make("program", [Right.READ], by="test")
    key = txn.Key("test", "a-receipt")
    players.adjust(stage.ann, coins=1, reason="x", actor="test", key=key)
    return stage


def objects(full: Stage) -> dict[str, Any]:
    """Return the id of one object in each list."""
    return {
        PLAYERS: full.ann,
        PRODUCTS: full.lamp,
        CUSTOMERS: full.customer,
        ORDERS: full.order,
        RECEIPTS: Receipt.objects.get().pk,
        ACCOUNTS: account_named("otto", Role.OPERATOR).pk,
        KEYS: ApiKey.objects.get().pk,
        LOG: 1,
    }


def test_a_forged_change_changes_nothing(admin: Client, full: Stage) -> None:
    """Forged changes of objects."""
    there = objects(full)
    before = rows()

    for where, number in there.items():
        answer = admin.post(f"{where}/{number}/change/", BALANCES | SAVE)

        assert answer.status_code in (302, 403), where
        assert rows() == before
    assert_audit_passes()


class TestOtherWays:
    """Forged requests to the other pages."""

    def test_a_forged_deletion_deletes_nothing(self, admin: Client, full: Stage) -> None:
        there = objects(full)
        for where in (RECEIPTS, ACCOUNTS, KEYS, ORDERS, LOG):
            before = rows()

            answer = admin.post(f"{where}/{there[where]}/delete/", {"post": "yes"})

            assert answer.status_code in (302, 403), where
            assert rows() == before

    @pytest.mark.parametrize("where", LISTS)
    @pytest.mark.parametrize("name", ["delete_selected", "export_admin_action", "grant", "remove"])
    def test_lists_have_no_acts(self, admin: Client, full: Stage, where: str, name: str) -> None:
        selected = objects(full)[where]
        before = rows()

        admin.post(
            f"{where}/",
            {"action": name, "_selected_action": selected, "post": "yes", "index": "0"},
        )

        assert rows() == before

    @pytest.mark.parametrize("where", LISTS)
    def test_lists_are_not_edited_in_place(self, admin: Client, full: Stage, where: str) -> None:
        selected = objects(full)[where]
        before = rows()

        admin.post(f"{where}/", IN_PLACE | SAVE | {"form-0-id": selected})

        assert rows() == before

    @pytest.mark.parametrize("where", [ORDERS, RECEIPTS, LOG])
    def test_what_cannot_be_added_is_not(self, admin: Client, full: Stage, where: str) -> None:
        before = rows()

        answer = admin.post(f"{where}/add/", BALANCES | SAVE)

        assert answer.status_code == 403
        assert rows() == before

    @pytest.mark.parametrize("where", [PLAYERS, PRODUCTS, CUSTOMERS, ORDERS])
    def test_the_librarys_own_import_is_not_there(
        self, admin: Client, full: Stage, where: str
    ) -> None:
        before = rows()

        for path in ("import/", "process_import/", "export/"):
            answer = admin.post(
                f"{where}/{path}", {"import_file_name": "x", "format": "0", "resource": "0"}
            )

            assert answer.status_code in (200, 302, 404), path
        assert rows() == before

    def test_fields_that_a_form_does_not_have_are_not_heard(
        self, admin: Client, full: Stage
    ) -> None:
        admin.post(
            f"{PLAYERS}/{full.ann}/rename/",
            {"name": "anna", "coins": "999999", "entry_count": "0", "id": full.bob},
        )

        assert_audit_passes()
        assert admin.get(f"{PLAYERS}/?q=anna").context["cl"].result_list[0].coins == 131

    def test_a_popup_changes_no_more(self, admin: Client, full: Stage) -> None:
        before = rows()

        for path in (f"{PLAYERS}/{full.ann}/change/", f"{ORDERS}/{full.order}/change/"):
            answer = admin.post(f"{path}?_popup=1&_to_field=id", BALANCES | SAVE)

            assert answer.status_code == 403
        assert rows() == before

    def test_other_methods_write_nothing(self, admin: Client, full: Stage) -> None:
        there = objects(full)
        before = rows()

        for method, where in itertools.product(("PUT", "PATCH", "DELETE"), LISTS):
            number = there[where]
            admin.generic(method, f"{where}/{number}/change/", "coins=999999")
            admin.generic(method, f"{where}/", "coins=999999")
        assert rows() == before


class TestTheSite:
    """What holds for every model, including those added later."""

    def test_every_model_has_a_service_admin(self) -> None:
        assert [
            model for model, one in site._registry.items() if not isinstance(one, ServiceAdmin)
        ] == []

    def test_no_list_has_acts_or_editable_columns(self) -> None:
        for one in site._registry.values():
            assert one.actions is None
            assert tuple(one.list_editable) == ()
            assert not one.get_inlines(None, None)
        assert dict(site.actions) == {}

    def test_no_route_is_left_to_the_import_library(self) -> None:
        modules = {
            getattr(view, "__module__", "")
            for pattern in site.get_urls()
            for view in views_of(pattern)
        }

        assert not [name for name in modules if name.startswith("import_export")]

    def test_the_lists_count_no_more_than_they_show(self) -> None:
        for one in site._registry.values():
            assert not one.show_full_result_count
            assert one.paginator.__name__ == "BoundedPaginator"
            assert one.show_facets.name == "NEVER"
            assert one.list_max_show_all == 0


def views_of(pattern: URLPattern | URLResolver) -> list[Any]:
    if isinstance(pattern, URLPattern):
        return [pattern.callback]
    return [view for one in pattern.url_patterns for view in views_of(one)]


def test_columns_that_are_not_shown_cannot_be_asked_about(admin: Client, full: Stage) -> None:
    """A filter on a digest would reveal it letter by letter."""
    for path in (
        f"{KEYS}/?digest__startswith=a",
        f"{ACCOUNTS}/?password__startswith=pbkdf2",
        f"{CUSTOMERS}/?username_digest__startswith=a",
        f"{ORDERS}/?customer__username_digest__startswith=a",
        f"{LOG}/?user__password__startswith=p",
        f"{RECEIPTS}/?outcome__contains=a",
        f"{PLAYERS}/?coins__gte=1",
    ):
        assert admin.get(path).status_code == 400, path
