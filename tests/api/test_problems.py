"""Errors become HTTP in one place: each has a status, a code, an example, and one shape."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

import tradepost
from tests.api.commands import BY_NAME
from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost import errors, ledger, txn
from tradepost.api import examples, problems
from tradepost.errors import TradepostError
from tradepost.trading import queries

# What is never raised itself: only what stands below it.
ABSTRACT = {
    errors.TradepostError,
    errors.Refusal,
    errors.NotFound,
    errors.Unprocessable,
    errors.Unavailable,
    # Each book raises its domain's own.
    ledger.Insufficient,
    ledger.LimitExceeded,
}
# What each problem is answered with; the documents know no 422 of their own making.
STATUSES = {
    "malformed": 400,
    "bad_host": 400,
    "sign_in_required": 401,
    "key_refused": 401,
    "remote_caller": 403,
    "forbidden": 403,
    "csrf_refused": 403,
    "cross_site_request": 403,
    "player_not_found": 404,
    "trade_not_found": 404,
    "customer_not_found": 404,
    "product_not_found": 404,
    "order_not_found": 404,
    "route_not_found": 404,
    "receipt_not_found": 404,
    "method_not_allowed": 405,
    "balance_too_large": 409,
    "own_account": 409,
    "constraint_refused": 409,
    "insufficient_coins": 409,
    "insufficient_goods": 409,
    "key_in_progress": 409,
    "customer_exists": 409,
    "out_of_stock": 409,
    "insufficient_quantity": 409,
    "stock_too_large": 409,
    "stock_not_tracked": 409,
    "price_changed": 409,
    "total_too_large": 409,
    "order_not_placed": 409,
    "balance_changed": 409,
    "version_changed": 412,
    "body_too_slow": 408,
    "body_too_large": 413,
    "key_reused": 422,
    "nothing_to_adjust": 422,
    "out_of_range": 422,
    "same_player": 422,
    "nobody_named": 422,
    "quantity_out_of_range": 422,
    "amount_out_of_range": 422,
    "nothing_to_change": 422,
    "locked": 423,
    "quota_exceeded": 429,
    "internal_error": 500,
    "busy": 503,
    "database_unavailable": 503,
    "outcome_unknown": 503,
}
RETRYABLE = {
    "busy",
    "database_unavailable",
    "key_in_progress",
    "locked",
    "outcome_unknown",
    "quota_exceeded",
}
BAD_REQUESTS_OF_DOCUMENTS = {
    "amount_out_of_range",
    "nobody_named",
    "nothing_to_adjust",
    "nothing_to_change",
    "out_of_range",
    "quantity_out_of_range",
    "same_player",
}
MEMBERS = {"type", "title", "status", "detail", "code", "retryable"}

EXAMPLES = list(examples.EXAMPLES.values())
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)


def kinds(above: type[TradepostError] = TradepostError) -> Iterator[type[TradepostError]]:
    """Yield every error of the product."""
    yield above
    for below in above.__subclasses__():
        # A code that is another's says no more to a caller.
        if below.__module__.startswith("tradepost.") and "code" in vars(below):
            yield from kinds(below)


def test_every_error_there_is_has_an_example() -> None:
    """Whoever adds an error adds its example, and so its status and its documentation."""
    for module in pkgutil.walk_packages(tradepost.__path__, "tradepost."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    assert set(kinds()) - ABSTRACT == set(examples.EXAMPLES)


def test_every_code_is_told_once_and_has_its_status() -> None:
    assert {example.code: problems.status_of(example) for example in EXAMPLES} == STATUSES
    assert len(EXAMPLES) == len(STATUSES)


@each_example
def test_a_problem_has_its_shape(example: TradepostError) -> None:
    """RFC 9457, and the facts behind the sentence beside it."""
    body = problems.body_of(example)

    assert body.keys() >= MEMBERS
    assert body["type"] == f"urn:tradepost:problem:{example.code}"
    assert (body["code"], body["status"]) == (example.code, STATUSES[example.code])
    assert body["retryable"] is (example.code in RETRYABLE)
    assert body["title"]
    assert not body["title"].endswith(".")
    assert body["detail"] == str(example)
    assert body.keys() - MEMBERS - {"errors"} == example.facts.keys()


def test_no_fact_hides_a_member_of_the_problem() -> None:
    assert [example for example in EXAMPLES if MEMBERS & example.facts.keys()] == []


@each_way_in
@each_example
def test_what_a_service_raises_is_answered(
    api: Api, monkeypatch: pytest.MonkeyPatch, example: TradepostError
) -> None:
    """As a problem by /api/v1, as a line of plain text by the documents' routes."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise example

    monkeypatch.setattr(txn, "execute", fail)
    monkeypatch.setattr(txn, "submit", fail)
    status = STATUSES[example.code]

    v1 = api(**BY_NAME["POST /api/v1/trades"].request((1, 2)))
    document = api(**BY_NAME["POST /player/trade"].request((1, 2)))

    assert v1.status_code == status
    assert v1.headers["Content-Type"] == "application/problem+json"
    assert v1.json() == problems.body_of(example)
    assert document.status_code == (400 if example.code in BAD_REQUESTS_OF_DOCUMENTS else status)
    assert document.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"\n" not in document.content
    for answer in (v1, document):
        assert ("Retry-After" in answer.headers) == (example.code in RETRYABLE)


@pytest.mark.django_db
class TestOurOwnMistakes:
    """What nobody expected."""

    @pytest.fixture(autouse=True)
    def mistake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> NoReturn:
            raise ZeroDivisionError("the secret")

        monkeypatch.setattr(queries, "get_player", fail)

    @pytest.mark.parametrize("path", ["/api/v1/players/1", "/player/1"])
    def test_are_logged_and_not_told(
        self, api: Api, caplog: pytest.LogCaptureFixture, path: str
    ) -> None:
        answer = api.get(path)

        assert answer.status_code == 500
        assert b"secret" not in answer.content
        assert b"request id" in answer.content
        assert answer.headers["X-Request-ID"]
        logged = next(
            record for record in caplog.records if record.name.startswith("tradepost.api")
        )
        assert logged.exc_info
        assert "the secret" in str(logged.exc_info[1])


@pytest.mark.django_db
class TestNothingThere:
    """What no route matches."""

    @pytest.mark.parametrize(
        "path",
        [
            "/api",
            "/api/",
            "/api/v1",
            "/api/v1/",
            "/api/v1/players/",
            "/api/v1/players/1/",
            "/api/v1/players/1/nothing",
            "/api/v1/receipts/",
            "/api/v2/players",
            "/api/docs/",
            "/api/%00",
            "/API/v1/players",
        ],
    )
    def test_is_a_problem_below_api(self, api: Api, path: str, quiet: None) -> None:
        for method in ("GET", "POST", "DELETE", "TRACE"):
            answer = api(method, path)
            assert answer.status_code == 404
            if path.startswith("/api/"):
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert answer.json()["code"] == "route_not_found"
                assert answer.json()["path"] == path

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("/nothing", "/nothing"),
            ("/player/limit", "There is no player limit."),
            ("/player/1/2", "/player/1/2"),
            ("/player//", "/player//"),
            ("/player/count/%0A", "/player/count/%0A"),
            ("/x%0d%0aSet-Cookie:a", "/x%0D%0ASet-Cookie:a"),
            ("/%e2%80%ae%00", "/%E2%80%AE%00"),
            ("/%ff%fe", "/%25FF%25FE"),
            ("/livez/", "/livez/"),
        ],
    )
    def test_is_a_line_elsewhere(self, api: Api, path: str, told: str, quiet: None) -> None:
        answer = api.get(path)

        line = told if " " in told else f"There is nothing at {told}."
        assert (answer.status_code, answer.content.decode()) == (404, line)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_many_errors_are_told_in_part(api: Api, db: None) -> None:
    """An answer does not grow with what was wrong in the question."""
    body: dict[str, Any] = {"k" * 10_000: 1} | {f"field{place}": 1 for place in range(10_000)}
    before = state()

    answer = api.post("/api/v1/players", body)

    told = answer.json()
    assert answer.status_code == 400
    assert len(told["errors"]) == 20
    assert len(answer.content) < 10_000
    assert told["errors"][0]["pointer"] == "/" + "k" * 99 + "…"
    assert state() == before


def test_a_pointer_is_escaped(api: Api, db: None) -> None:
    """RFC 6901."""
    told = api.post("/api/v1/players", {"a/b~c": 1}).json()

    assert told["errors"][0]["pointer"] == "/a~1b~0c"
