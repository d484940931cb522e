"""What each role may see and submit in the back office."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    ACCOUNTS,
    BACKOFFICE,
    CUSTOMERS,
    KEYS,
    LOG,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    account_named,
    rows,
)
from tradepost.access import keys
from tradepost.access.rights import Right, Role

pytestmark = pytest.mark.django_db

PEOPLE = (Role.CUSTOMER, Role.VIEWER, Role.OPERATOR, Role.ADMIN)
# The status for each role: customer, viewer, operator, admin.
SEEN = (403, 200, 200, 200)
ACTED = (403, 403, 200, 200)
ADMINS = (403, 403, 403, 200)
GETS = {
    f"{BACKOFFICE}/": SEEN,
    f"{BACKOFFICE}/trading/": SEEN,
    f"{BACKOFFICE}/shop/": SEEN,
    f"{BACKOFFICE}/jsi18n/": SEEN,
    f"{PLAYERS}/": SEEN,
    f"{PLAYERS}/{{ann}}/change/": SEEN,
    f"{PLAYERS}/{{ann}}/entries/": SEEN,
    f"{PLAYERS}/{{ann}}/entries/export/csv/": SEEN,
    f"{PLAYERS}/export/csv/": SEEN,
    f"{PLAYERS}/add/": ACTED,
    f"{PLAYERS}/{{ann}}/grant/": ACTED,
    f"{PLAYERS}/{{ann}}/rename/": ACTED,
    f"{PLAYERS}/{{ann}}/delete/": ACTED,
    f"{PRODUCTS}/": SEEN,
    f"{PRODUCTS}/{{lamp}}/change/": SEEN,
    f"{PRODUCTS}/{{lamp}}/entries/": SEEN,
    f"{PRODUCTS}/{{lamp}}/prices/": SEEN,
    f"{PRODUCTS}/export/xlsx/": SEEN,
    f"{PRODUCTS}/add/": ACTED,
    f"{PRODUCTS}/import/": ACTED,
    f"{PRODUCTS}/{{lamp}}/edit/": ACTED,
    f"{PRODUCTS}/{{lamp}}/receive/": ACTED,
    f"{PRODUCTS}/{{lamp}}/adjust/": ACTED,
    f"{PRODUCTS}/{{lamp}}/delete/": ACTED,
    f"{CUSTOMERS}/": SEEN,
    f"{CUSTOMERS}/{{customer}}/change/": SEEN,
    f"{CUSTOMERS}/export/csv/": SEEN,
    f"{CUSTOMERS}/add/": ACTED,
    f"{CUSTOMERS}/{{customer}}/edit/": ACTED,
    f"{CUSTOMERS}/{{customer}}/delete/": ACTED,
    f"{ORDERS}/": SEEN,
    f"{ORDERS}/{{order}}/change/": SEEN,
    f"{ORDERS}/export/csv/": SEEN,
    f"{ORDERS}/{{order}}/cancel/": ACTED,
    # Orders are not created in the back office.
    f"{ORDERS}/add/": (403, 403, 403, 403),
    f"{RECEIPTS}/": SEEN,
    f"{RECEIPTS}/add/": (403, 403, 403, 403),
    f"{RECEIPTS}/export/csv/": (403, 403, 403, 403),
    f"{LOG}/": ADMINS,
    f"{LOG}/add/": (403, 403, 403, 403),
    f"{BACKOFFICE}/access/": (403, 404, 404, 200),
    f"{ACCOUNTS}/": ADMINS,
    f"{ACCOUNTS}/add/": ADMINS,
    f"{ACCOUNTS}/{{account}}/change/": ADMINS,
    f"{ACCOUNTS}/{{account}}/role/": ADMINS,
    f"{ACCOUNTS}/{{account}}/password/": ADMINS,
    f"{ACCOUNTS}/export/csv/": (403, 403, 403, 403),
    f"{KEYS}/": ADMINS,
    f"{KEYS}/add/": ADMINS,
    f"{KEYS}/{{key}}/change/": ADMINS,
    f"{KEYS}/{{key}}/revoke/": ADMINS,
    f"{KEYS}/export/csv/": (403, 403, 403, 403),
}
# Forms that only those who see them may submit; an empty form changes nothing.
ACTS = [path for path, who in GETS.items() if who in (ACTED, ADMINS) and path.count("/") > 4]


def there(path: str, stage: Stage) -> str:
    """Return a path with the ids of the sample data."""
    account, key = account_named("somebody", Role.CUSTOMER), keys.ApiKey.objects.first()
    return path.format(**stage._asdict(), account=account.pk, key=key.pk if key else 0)


@pytest.fixture
def full(stage: Stage) -> Stage:
    """The sample data, with an API key."""
    keys.make("program", [Right.READ], by="test")
    return stage


class TestByRole:
    """What each role may see and submit."""

    @pytest.mark.parametrize("path", GETS)
    def test_each_role_sees_what_it_may(
        self, sign_in: Callable[..., Client], full: Stage, path: str
    ) -> None:
        where = there(path, full)

        answered = tuple(sign_in(role).get(where).status_code for role in PEOPLE)

        assert answered == GETS[path]

    @pytest.mark.parametrize("path", ACTS)
    def test_who_may_not_see_a_form_cannot_send_it(
        self, sign_in: Callable[..., Client], full: Stage, path: str
    ) -> None:
        where = there(path, full)
        refused = [role for role, status in zip(PEOPLE, GETS[path], strict=True) if status == 403]
        clients = [sign_in(role) for role in refused]
        before = rows()

        answered = {client.post(where, {"reason": "x"}).status_code for client in clients}

        assert answered == {403}
        assert rows() == before

    def test_what_a_role_may_not_do_is_not_offered(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PLAYERS}/{stage.ann}/change/").content.decode()

        assert "grant/" not in page
        assert f"{PLAYERS}/add/" not in page
        assert f"{ACCOUNTS}/" not in page
        assert "/import/" not in viewer.get(f"{PRODUCTS}/").content.decode()

    def test_an_operator_is_offered_it(self, operator: Client, stage: Stage) -> None:
        page = operator.get(f"{PLAYERS}/{stage.ann}/change/").content.decode()

        assert f"{PLAYERS}/{stage.ann}/grant/" in page
        assert f"{ACCOUNTS}/" not in page
        assert f"{PRODUCTS}/import/" in operator.get(f"{PRODUCTS}/").content.decode()

    def test_an_account_that_is_shut_gets_no_further(
        self, operator: Client, stage: Stage, closed: None
    ) -> None:
        account = account_named("otto", Role.OPERATOR)
        account.is_active = False
        account.save()

        assert operator.get(f"{PLAYERS}/").status_code == 302
