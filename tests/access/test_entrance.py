"""Who a request comes from: a key before a login, a login before this machine."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.access.conftest import SignIn, with_key
from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost.access import keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role
from tradepost.trading.models import Entry

pytestmark = pytest.mark.django_db
PLAYERS, TRADES = "/api/v1/players", "/api/v1/trades"
REMOTE = {"REMOTE_ADDR": "203.0.113.9"}


def bearer(*scopes: Right, name: str = "till") -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.make(name, scopes, by='test').secret}"}


def basic(*scopes: Right) -> dict[str, str]:
    secret = keys.make("till", scopes, by="test").secret
    return {"Authorization": "Basic " + base64.b64encode(f"any:{secret}".encode()).decode()}


def terms(pair: tuple[int, int]) -> dict[str, Any]:
    return {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 1, "coins": 1}


@each_way_in
class TestWithoutOpenMode:
    """On each way in: by Django's views, and by the hot routes beside them."""

    def test_nobody_is_served(self, api: Api, pair: tuple[int, int], closed: None) -> None:
        """Also not from this machine: the proxy is on it."""
        before = state()

        v1 = api.post(TRADES, terms(pair))
        line = api.form("/player/trade", f"sellID={pair[0]}&buyID={pair[1]}&amount=1&price=1")

        assert (v1.status_code, v1.json()["code"]) == (401, "sign_in_required")
        assert line.status_code == 401
        for answer in (v1, line):
            assert answer.headers["WWW-Authenticate"].startswith('Basic realm="Tradepost"')
        assert state() == before

    @pytest.mark.parametrize("give", [bearer, basic])
    def test_a_key_trades_in_its_own_name(
        self, api: Api, pair: tuple[int, int], closed: None, give: Any
    ) -> None:
        headers = give(Right.TRADE)

        first = api.post(TRADES, terms(pair), headers=headers, **REMOTE)
        again = api.post(TRADES, terms(pair), headers=headers, **REMOTE)
        fields = f"sellID={pair[0]}&buyID={pair[1]}&amount=1&price=1"
        document = api.form("/player/trade", fields, headers=headers, **REMOTE)

        assert (first.status_code, again.status_code, document.status_code) == (201, 201, 200)
        actors = Entry.objects.filter(kind="sold").values_list("actor", flat=True)
        assert list(actors) == ["key:till"] * 3

    def test_a_key_without_the_right_is_refused(
        self, api: Api, pair: tuple[int, int], closed: None
    ) -> None:
        headers = bearer(Right.READ, Right.SHOP)
        api.get("/api/v1/receipts/x", headers=headers)
        before = state()
        for _ in range(2):
            refused = api.post(TRADES, terms(pair), headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert state() == before

    def test_a_wrong_key_is_not_served_as_anybody_else(
        self, api: Api, pair: tuple[int, int]
    ) -> None:
        """Not even in open mode, on this machine: a mistyped key is told."""
        before = state()
        for given in ("Bearer tp_wrong", "Basic !", "Bearer"):
            refused = api.post(TRADES, terms(pair), headers={"Authorization": given})
            assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")
        assert state() == before

    def test_keys_have_idempotency_keys_of_their_own(
        self, api: Api, pair: tuple[int, int], closed: None
    ) -> None:
        """One key's receipts are nobody else's business."""
        mine, yours = bearer(Right.TRADE), bearer(Right.TRADE, Right.READ, name="other")
        same = {"Idempotency-Key": "order-42"}

        first = api.post(TRADES, terms(pair), headers=mine | same)
        replayed = api.post(TRADES, terms(pair), headers=mine | same)
        other = api.post(TRADES, terms(pair) | {"coins": 2}, headers=yours | same)

        assert (first.status_code, replayed.status_code, other.status_code) == (201, 200, 201)
        receipt = api.get("/api/v1/receipts/order-42", headers=yours)
        assert receipt.json()["outcome"]["coins"] == 2
        assert (
            api.get(
                "/api/v1/receipts/order-42", headers=bearer(Right.READ, name="third")
            ).status_code
            == 404
        )

    def test_a_quota_is_kept(self, api: Api, pair: tuple[int, int], closed: None) -> None:
        made = keys.make("slow", (Right.TRADE,), by="test", limit_per_minute=3)
        headers = {"Authorization": f"Bearer {made.secret}"}

        answers = [api.post(TRADES, terms(pair), headers=headers) for _ in range(5)]

        assert [one.status_code for one in answers] == [201, 201, 201, 429, 429]
        assert answers[-1].json()["code"] == "quota_exceeded"
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert Entry.objects.filter(kind="sold").count() == 3

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    )
    def test_another_sites_page_cannot_use_a_browsers_key(
        self, api: Api, pair: tuple[int, int], closed: None, headers: dict[str, str]
    ) -> None:
        """A browser sends basic authentication by itself once it was typed in."""
        given = basic(Right.TRADE)
        assert api.post(TRADES, terms(pair), headers=given).status_code == 201
        before = state()

        refused = api.post(TRADES, terms(pair), headers=given | headers)

        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")
        assert state() == before

    def test_a_body_has_its_limit(self, api: Api, closed: None, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

        refused = api.post(TRADES, {"x": "y" * 200}, headers=bearer(Right.TRADE))

        assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")


class TestPrecedence:
    """Who one is, when one says it in several ways."""

    def test_somebody_signed_in_is_not_this_machine(self, sign_in: SignIn) -> None:
        """In open mode, too: who signs in acts as themself, and may no more than that."""
        viewer = sign_in(Role.VIEWER)

        assert viewer.get(PLAYERS).status_code == 200
        assert viewer.post(PLAYERS, {}, content_type="application/json").status_code == 403
        assert Client().post(PLAYERS, {}, content_type="application/json").status_code == 201

    def test_a_key_goes_before_a_login(self, sign_in: SignIn, closed: None) -> None:
        admin = sign_in(Role.ADMIN)
        headers = bearer(Right.READ)

        assert admin.get(PLAYERS, headers=headers).status_code == 200
        refused = admin.post(PLAYERS, {}, content_type="application/json", headers=headers)
        assert (refused.status_code, refused.json()["actor"]) == (403, "key:till")

    @pytest.mark.parametrize("cookie", ["", "x", "a" * 32, "' OR 1=1 --", "\u00e9"])
    def test_a_made_up_session_is_nobody(self, closed: None, cookie: str) -> None:
        client = Client()
        client.cookies["sessionid"] = cookie

        assert client.get(PLAYERS).status_code == 401

    def test_a_role_taken_away_counts_at_once(self, sign_in: SignIn, closed: None) -> None:
        operator = sign_in(Role.OPERATOR)
        create = {"data": {}, "content_type": "application/json"}
        assert operator.post(PLAYERS, **create).status_code == 201

        Account.objects.update(role=Role.VIEWER)
        assert operator.post(PLAYERS, **create).status_code == 403
        Account.objects.update(is_active=False)
        assert operator.get(PLAYERS).status_code == 401

    def test_who_did_it_is_on_the_entry(self, sign_in: SignIn) -> None:
        sign_in(Role.OPERATOR, "olga").post(PLAYERS, {}, content_type="application/json")
        with_key(Right.TRADE, name="till").post(PLAYERS, {}, content_type="application/json")
        Client().post(PLAYERS, {}, content_type="application/json")

        actors = Entry.objects.order_by("player_id").values_list("actor", flat=True)
        assert list(actors) == ["user:olga", "key:till", "local"]
