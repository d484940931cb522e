"""Only a plan that is signed, recent and the sender's own is imported."""

from __future__ import annotations

import pytest
from django.core import signing
from django.test import Client

from tests.backoffice.conftest import Stage, errors_of, rows, text_of
from tests.backoffice.uploads import IMPORT, all_products, confirm, upload
from tradepost.backoffice.product_import import execution

pytestmark = pytest.mark.django_db


class TestConfirming:
    """Confirming a plan."""

    @pytest.mark.parametrize("token", ["", "x", "a:b:c", "\0", "." * 5000])
    def test_what_we_did_not_write_is_refused(
        self, operator: Client, stage: Stage, token: str
    ) -> None:
        before = rows()

        answer = operator.post(IMPORT, {"plan": token})

        assert "no longer good" in text_of(answer)
        assert rows() == before

    def test_a_changed_plan_is_refused(self, operator: Client) -> None:
        token = upload(operator, "name,price\nRug,1\n").context["token"]

        answer = operator.post(IMPORT, {"plan": token[:5] + "x" + token[6:]})

        assert "no longer good" in text_of(answer)
        assert all_products() == []

    def test_what_was_signed_for_something_else_is_refused(self, operator: Client) -> None:
        plan = {"actor": "user:otto", "key": "k", "lines": [[2, None, "Rug", "1", None, True]]}

        answer = operator.post(IMPORT, {"plan": signing.dumps(plan, salt="other")})

        assert "no longer good" in text_of(answer)
        assert all_products() == []

    def test_an_old_plan_is_refused(
        self, operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = upload(operator, "name,price\nRug,1\n")
        monkeypatch.setattr(execution, "TOKEN_MAX_AGE_S", -1)

        assert "no longer good" in text_of(confirm(operator, page))
        assert all_products() == []

    def test_anothers_plan_is_refused(self, operator: Client, admin: Client) -> None:
        page = upload(operator, "name,price\nRug,1\n")

        assert "Somebody else sent this file" in text_of(confirm(admin, page))
        assert all_products() == []

    def test_who_may_not_change_products_cannot_confirm(
        self, operator: Client, viewer: Client
    ) -> None:
        page = upload(operator, "name,price\nRug,1\n")

        assert viewer.post(IMPORT, {"plan": page.context["token"]}).status_code == 403
        assert all_products() == []

    def test_a_plan_that_would_not_come_back_is_refused_at_once(
        self, operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(execution, "TOKEN_MAX", 10)

        answer = upload(operator, "name,price\nRug,1\n")

        assert "more text than is imported at once" in errors_of(answer)["file"][0]
