"""The forms about products, customers and orders."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    Stage,
    assert_audit_passes,
    errors_of,
    fill_form,
    form_values,
    messages_of,
    rows,
    submit,
)
from tradepost.shop import orders, products
from tradepost.shop.models import STOCK_MAX, Customer, Order, Product, StockEntry
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest

pytestmark = pytest.mark.django_db


def last(product: int) -> StockEntry:
    return StockEntry.objects.filter(product_id=product).latest("number")


class TestProducts:
    """The forms about products."""

    def test_a_product_is_added_with_its_stock(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{PRODUCTS}/add/", name="Rug", price="99.90", stock="3")

        rug = Product.objects.get(name="Rug")
        assert answer["Location"] == f"{PRODUCTS}/{rug.pk}/change/"
        assert (str(rug.price), rug.stock, rug.updated_by) == ("99.90", 3, "user:otto")
        assert (last(rug.pk).kind, last(rug.pk).actor) == ("received", "user:otto")
        assert_audit_passes()

    def test_a_product_that_nobody_counts_is_added(self, operator: Client, stage: Stage) -> None:
        submit(operator, f"{PRODUCTS}/add/", name="Rug", price="99.90", stock="")

        assert Product.objects.get(name="Rug").stock is None

    def test_a_delivery_is_received(self, operator: Client, stage: Stage) -> None:
        answer = submit(
            operator, f"{PRODUCTS}/{stage.lamp}/receive/", quantity="12", reason="note 7"
        )

        assert messages_of(answer, operator) == ["Done: 30 in stock now."]
        entry = last(stage.lamp)
        assert (entry.kind, entry.quantity, entry.stock_after) == ("received", 12, 30)
        assert (entry.actor, entry.reason) == ("user:otto", "note 7")
        assert_audit_passes()

    def test_the_stock_is_adjusted_with_a_reason(self, operator: Client, stage: Stage) -> None:
        answer = submit(
            operator, f"{PRODUCTS}/{stage.lamp}/adjust/", quantity="-4", reason="broken"
        )

        assert messages_of(answer, operator) == ["Done: 14 in stock now."]
        entry = last(stage.lamp)
        assert (entry.kind, entry.quantity, entry.reason) == ("adjusted", -4, "broken")
        assert entry.actor == "user:otto"
        assert_audit_passes()

    def test_what_the_stock_would_be_is_shown_before(self, operator: Client, stage: Stage) -> None:
        path = f"{PRODUCTS}/{stage.lamp}/adjust/"
        before = rows()

        page = operator.post(path, fill_form(operator, path, quantity="-4", reason="broken"))

        assert [tuple(one) for one in page.context["form"].preview] == [("stock", 18, 14)]
        assert rows() == before

    @pytest.mark.parametrize(
        ("what", "values", "field", "expected"),
        [
            ("add", {"name": "Rug", "price": "1.005"}, "price", "at most 2 places"),
            ("add", {"name": "Rug", "price": "-1"}, "price", "not an amount from 0.00"),
            ("add", {"name": "Rug", "price": "1e30"}, "price", "not an amount from 0.00"),
            ("add", {"name": "Rug", "price": "NaN"}, "price", "Enter a number"),
            ("add", {"name": "Rug", "price": ""}, "price", "required"),
            ("add", {"name": "", "price": "1"}, "name", "required"),
            ("add", {"name": "x" * 251, "price": "1"}, "name", "at most 250"),
            ("add", {"name": "Rug", "price": "1", "stock": "-1"}, "stock", "greater than"),
            ("edit", {"name": "Rug", "price": "1.005"}, "price", "at most 2 places"),
            ("receive", {"quantity": "0"}, "quantity", "greater than or equal to 1"),
            ("receive", {"quantity": str(STOCK_MAX)}, "quantity", "is the most"),
            ("adjust", {"quantity": "-19", "reason": "x"}, "quantity", "18 left"),
            ("adjust", {"quantity": "0", "reason": "x"}, "__all__", "Nothing is to be changed"),
            ("adjust", {"quantity": "-1", "reason": ""}, "reason", "required"),
        ],
    )
    def test_what_cannot_be_is_said_and_kept(
        self,
        operator: Client,
        stage: Stage,
        what: str,
        values: dict[str, str],
        field: str,
        expected: str,
    ) -> None:
        before = rows()
        path = f"{PRODUCTS}/add/" if what == "add" else f"{PRODUCTS}/{stage.lamp}/{what}/"

        answer = submit(operator, path, **values)

        errors = errors_of(answer)
        assert list(errors) == [field]
        assert expected in errors[field][0]
        kept = {name: answer.context["form"][name].value() for name in values}
        assert kept == values
        assert rows() == before

    def test_name_and_price_are_edited(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{PRODUCTS}/{stage.lamp}/edit/", name="Lantern", price="14")

        assert messages_of(answer, operator) == [f"Product {stage.lamp} is Lantern at 14.00 now."]
        lamp = Product.objects.get(pk=stage.lamp)
        assert (lamp.name, lamp.folded_name, str(lamp.price)) == ("Lantern", "lantern", "14.00")
        assert lamp.updated_by == "user:otto"
        assert str(Order.objects.get(pk=stage.order).total) == "25.00"

    def test_an_edit_of_what_was_changed_meanwhile_is_refused_once(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{PRODUCTS}/{stage.lamp}/edit/"
        sent = fill_form(operator, path, name="Lantern", price="14")
        products.edit(stage.lamp, price=from_cents(999), actor="test")
        before = rows()

        refused = operator.post(path, sent)

        assert "Somebody changed it" in errors_of(refused)["__all__"][0]
        assert refused.context["form"]["name"].value() == "Lantern"
        assert rows() == before
        assert operator.post(path, form_values(refused)).status_code == 302
        assert Product.objects.get(pk=stage.lamp).name == "Lantern"

    def test_an_adjustment_of_what_nobody_counts_is_refused(
        self, operator: Client, stage: Stage
    ) -> None:
        rug = products.add("Rug", from_cents(100), actor="test").answer.id

        answer = submit(operator, f"{PRODUCTS}/{rug}/adjust/", quantity="1", reason="found")

        assert "is not tracked" in errors_of(answer)["__all__"][0]

    def test_a_product_is_deleted_and_its_orders_stay(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{PRODUCTS}/{stage.lamp}/delete/")

        assert answer["Location"] == f"{PRODUCTS}/"
        lamp = Product.objects.get(pk=stage.lamp)
        assert lamp.deleted_at is not None
        assert lamp.updated_by == "user:otto"
        assert Order.objects.filter(pk=stage.order).exists()
        assert_audit_passes()

    def test_a_deleted_product_cannot_be_had_again(self, operator: Client, stage: Stage) -> None:
        products.delete(stage.lamp, actor="test")
        before = rows()

        for what, values in {"receive": {"quantity": "1"}, "delete": {}}.items():
            answer = submit(operator, f"{PRODUCTS}/{stage.lamp}/{what}/", **values)

            assert errors_of(answer) == {"__all__": [f"There is no product {stage.lamp}."]}
        assert rows() == before


class TestCustomers:
    """The forms about customers."""

    def test_a_customer_is_registered(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{CUSTOMERS}/add/", name="Dora", username="dora", uid="12")

        dora = Customer.objects.get(name="Dora")
        assert answer["Location"] == f"{CUSTOMERS}/{dora.pk}/change/"
        assert (dora.username, dora.uid, dora.updated_by) == ("dora", 12, "user:otto")
        assert_audit_passes()

    def test_a_placeholder_is_completed(self, operator: Client, stage: Stage) -> None:
        submit(operator, f"{CUSTOMERS}/add/", name="Carl", username="carl", uid="")

        assert Customer.objects.get(username="carl").pk == stage.customer
        assert Customer.objects.get(username="carl").name == "Carl"

    def test_anothers_username_is_refused_beside_it(self, operator: Client, stage: Stage) -> None:
        submit(operator, f"{CUSTOMERS}/add/", name="Dora", username="dora", uid="12")
        before = rows()

        for field, value in {"username": "dora", "uid": "12"}.items():
            answer = submit(operator, f"{CUSTOMERS}/add/", name="Dora 2", **{field: value})

            assert list(errors_of(answer)) == [field]
            assert "belongs to another customer" in errors_of(answer)[field][0]
        assert rows() == before

    def test_a_customer_is_edited(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{CUSTOMERS}/{stage.customer}/edit/", name="Carl")

        assert messages_of(answer, operator) == [f"Customer {stage.customer} was changed."]
        carl = Customer.objects.get(pk=stage.customer)
        assert (carl.name, carl.username, carl.uid) == ("Carl", "carl", 7)

    def test_an_edit_of_nothing_is_refused(self, operator: Client, stage: Stage) -> None:
        before = rows()

        answer = submit(
            operator, f"{CUSTOMERS}/{stage.customer}/edit/", name="", username="", uid=""
        )

        assert errors_of(answer) == {"__all__": ["Nothing is to be changed."]}
        assert rows() == before

    @pytest.mark.parametrize("uid", ["0", "-1", "x", str(2**63)])
    def test_a_number_that_can_be_none_is_refused(
        self, operator: Client, stage: Stage, uid: str
    ) -> None:
        before = rows()

        answer = submit(operator, f"{CUSTOMERS}/add/", name="Dora", uid=uid)

        assert list(errors_of(answer)) == ["uid"]
        assert rows() == before

    def test_a_customer_is_deleted(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{CUSTOMERS}/{stage.customer}/delete/")

        assert answer["Location"] == f"{CUSTOMERS}/"
        carl = Customer.objects.get(pk=stage.customer)
        assert (carl.deleted_at is not None, carl.updated_by) == (True, "user:otto")
        assert_audit_passes()


class TestOrders:
    """The forms about orders."""

    def test_an_order_is_cancelled_and_its_stock_comes_back(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{ORDERS}/{stage.order}/cancel/"
        sent = fill_form(operator, path)

        first, again = operator.post(path, sent), operator.post(path, sent)

        assert first["Location"] == again["Location"] == f"{ORDERS}/{stage.order}/change/"
        order = Order.objects.get(pk=stage.order)
        assert (order.state, order.updated_by) == ("cancelled", "user:otto")
        assert Product.objects.get(pk=stage.lamp).stock == 20
        entry = last(stage.lamp)
        assert (entry.kind, entry.quantity, entry.actor) == ("returned", 2, "user:otto")
        assert_audit_passes()

    def test_an_order_that_was_cancelled_is_refused(self, operator: Client, stage: Stage) -> None:
        orders.cancel(stage.order, actor="test")
        before = rows()

        answer = submit(operator, f"{ORDERS}/{stage.order}/cancel/")

        assert "is cancelled" in errors_of(answer)["__all__"][0]
        assert rows() == before

    def test_an_order_that_was_changed_meanwhile_is_refused_once(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{ORDERS}/{stage.order}/cancel/"
        sent = fill_form(operator, path)
        orders.change(stage.order, [LineRequest(stage.lamp, 5)], actor="test")
        before = rows()

        answer = operator.post(path, sent)

        assert "Somebody changed it" in errors_of(answer)["__all__"][0]
        assert rows() == before

    def test_an_order_has_no_other_acts(self, admin: Client, stage: Stage) -> None:
        orders.purchase(Buyer(id=stage.customer), LineRequest(stage.lamp), actor="test")
        before = rows()

        for what in ("edit", "delete", "restate", "change"):
            answer = admin.post(f"{ORDERS}/{stage.order}/{what}/", {"total": "0", "post": "yes"})

            assert answer.status_code in (302, 403, 404), what
        assert rows() == before
