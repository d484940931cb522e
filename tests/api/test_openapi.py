"""The OpenAPI document: the file is the document, and the document is the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api import snapshot
from tests.api.conftest import Api
from tradepost.api.app import api as tradepost_api
from tradepost.api.problems import PROBLEM_JSON

pytestmark = pytest.mark.django_db

EXTERNAL = re.compile(r"""(?:src|href|url)\s*[=:(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/api/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def test_the_file_is_the_document(document: dict[str, Any]) -> None:
    """After a change that is meant: python -m tests.api.snapshot."""
    assert json.loads(snapshot.rendered()) == document
    assert snapshot.FILE.read_text() == snapshot.rendered()


def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    listed = {name for name, _ in operations(document)}

    assert listed == {
        "GET /api/v1/players",
        "POST /api/v1/players",
        "POST /api/v1/players/batch",
        "GET /api/v1/players/{id}",
        "PATCH /api/v1/players/{id}",
        "DELETE /api/v1/players/{id}",
        "POST /api/v1/players/{id}/adjustments",
        "GET /api/v1/players/{id}/entries",
        "GET /api/v1/trades",
        "POST /api/v1/trades",
        "POST /api/v1/trades/batch",
        "GET /api/v1/trades/{id}",
        "GET /api/v1/customers",
        "POST /api/v1/customers",
        "GET /api/v1/customers/{id}",
        "PATCH /api/v1/customers/{id}",
        "DELETE /api/v1/customers/{id}",
        "GET /api/v1/products",
        "POST /api/v1/products",
        "GET /api/v1/products/{id}",
        "PATCH /api/v1/products/{id}",
        "DELETE /api/v1/products/{id}",
        "POST /api/v1/products/{id}/deliveries",
        "POST /api/v1/products/{id}/adjustments",
        "GET /api/v1/products/{id}/entries",
        "GET /api/v1/orders",
        "POST /api/v1/orders",
        "GET /api/v1/orders/{id}",
        "PATCH /api/v1/orders/{id}",
        "POST /api/v1/orders/{id}/cancel",
        "POST /api/v1/purchases",
        "GET /api/v1/receipts/{key}",
    }


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(names)) == len(names)
    assert "execute_trade" in names


def test_every_problem_has_its_example(document: dict[str, Any]) -> None:
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]

    assert set(codes) == set(document["components"]["examples"])
    for code, example in document["components"]["examples"].items():
        assert example["value"]["code"] == code


def test_a_problem_stands_under_its_status(document: dict[str, Any]) -> None:
    told = set()
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get(PROBLEM_JSON)
            assert (content is None) == (int(status) < 400), (name, status)
            for code, example in (content or {"examples": {}})["examples"].items():
                value = resolved(document, example)["value"]
                assert (value["code"], value["status"]) == (code, int(status)), name
                told.add(code)
    # Of no operation, these are for what is none; amounts are told by their place; and the others
    # are known of pages alone.
    unsaid = {"route_not_found", "method_not_allowed", "amount_out_of_range"}
    unsaid |= {"balance_changed", "own_account"}
    assert told == set(document["components"]["examples"]) - unsaid


# What answers with an ETag, and what depends on it, if asked to.
TAGGED = {
    "POST /api/v1/products",
    "GET /api/v1/products/{id}",
    "PATCH /api/v1/products/{id}",
    "POST /api/v1/orders",
    "GET /api/v1/orders/{id}",
    "PATCH /api/v1/orders/{id}",
    "POST /api/v1/orders/{id}/cancel",
    "POST /api/v1/purchases",
}
CONDITIONAL = (TAGGED | {"DELETE /api/v1/products/{id}"}) - {
    "POST /api/v1/products",
    "POST /api/v1/orders",
    "POST /api/v1/purchases",
}
# What makes something that is found somewhere.
LOCATED = {
    "POST /api/v1/players",
    "POST /api/v1/trades",
    "POST /api/v1/customers",
    "POST /api/v1/products",
    "POST /api/v1/orders",
    "POST /api/v1/purchases",
}


def test_commands_take_their_headers_and_reads_none(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        headers = {
            parameter["name"]
            for parameter in (resolved(document, one) for one in operation["parameters"])
            if parameter["in"] == "header"
        }
        is_read = name.startswith("GET")
        expected = set() if is_read else {"Idempotency-Key", "Prefer"}
        if name in CONDITIONAL:
            expected.add("If-None-Match" if is_read else "If-Match")
        assert headers == expected, name
        known, changed = (status in operation["responses"] for status in ("304", "412"))
        assert (known, changed) == (
            is_read and name in CONDITIONAL,
            not is_read and name in CONDITIONAL,
        ), name


def test_examples_of_parameters_are_named(document: dict[str, Any]) -> None:
    """A list of them is JSON Schema, and no OpenAPI: tools stumble over it."""
    for name, operation in operations(document):
        for parameter in operation["parameters"]:
            assert isinstance(parameter.get("examples", {}), dict), name


def test_answers_tell_their_headers(document: dict[str, Any]) -> None:
    """The request's id in all, where it is in those that make something, when to try again."""
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            headers = set(response["headers"])
            assert "X-Request-ID" in headers, (name, status)
            waits = "content" in response and any(
                resolved(document, example)["value"]["retryable"]
                for content in response["content"].values()
                for example in content.get("examples", {}).values()
            )
            assert ("Retry-After" in headers) == waits, (name, status)
            is_good = int(status) < 400
            assert ("Location" in headers) == (name in LOCATED and is_good), (name, status)
            assert ("ETag" in headers) == (name in TAGGED and is_good), (name, status)


ID_FIELDS = (
    "id",
    "seller",
    "buyer",
    "player",
    "counterparty",
    "trade",
    "customer",
    "product",
    "order",
    "uid",
)
MONEY_FIELDS = ("price", "expected_price", "total")


def test_ids_are_strings(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field in ID_FIELDS:
            shape = schema.get("properties", {}).get(field)
            # What refers to another schema is no id.
            shapes = [one for one in (shape or {}).get("anyOf", [shape]) if one]
            kinds = [one["type"] for one in shapes if "$ref" not in one]
            assert set(kinds) <= {"string", "null"}, (name, field)


def test_amounts_of_money_are_strings(document: dict[str, Any]) -> None:
    found = set()
    for name, schema in document["components"]["schemas"].items():
        for field in schema.get("properties", {}).keys() & set(MONEY_FIELDS):
            assert schema["properties"][field]["type"] == "string", (name, field)
            found.add(field)
    assert found == set(MONEY_FIELDS)


def test_a_page_has_whole_items_or_parts_of_them(document: dict[str, Any]) -> None:
    """Parts have the same fields, none of which is required; `fields` names them."""
    schemas, lists = document["components"]["schemas"], 0
    for name, operation in operations(document):
        for parameter in operation["parameters"]:
            if parameter.get("name") != "fields":
                continue
            lists += 1
            shape = operation["responses"]["200"]["content"]["application/json"]["schema"]
            pages = [resolved(document, one) for one in shape["anyOf"]]
            whole, part = (resolved(document, one["properties"]["items"]["items"]) for one in pages)
            assert list(whole["properties"]) == list(part["properties"])
            assert set(whole["required"]) == set(whole["properties"])
            assert "required" not in part
            named = f"({'|'.join(whole['properties'])})"
            assert parameter["schema"]["pattern"] == f"^{named}(,{named})*$", name
    assert lists == sum(name.endswith("Page") for name in schemas) / 2 == 7


def test_the_page_asks_nobody_else(api: Api) -> None:
    """No CDN, no validator: the page works on a machine without a network."""
    page = api.get("/api/docs").content.decode()

    assert "http://" not in page
    assert "https://" not in page
    assert EXTERNAL.search(page) is None
    assert '"validatorUrl": null' in page
    linked = re.findall(r"""(?:src|href)="(/static/[^"]+)\"""", page)
    assert len(linked) == 5
    for path in linked:
        assert api.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/api/docs", "/api/openapi.json"])
def test_the_pages_take_get_and_head_alone(api: Api, path: str) -> None:
    assert api("HEAD", path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = api(method, path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert answer.json()["allowed"] == "GET, HEAD"


def test_the_document_is_made_anew_each_time() -> None:
    """Making it changes nothing that the next one is made of."""
    assert tradepost_api.get_openapi_schema() == tradepost_api.get_openapi_schema()
