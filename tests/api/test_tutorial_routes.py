"""What every route of the player document keeps: both slashes, keys, HEAD."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api, state

FORM = "sellID={}&buyID={}&amount={}&price={}"
SLASHES = [
    ("POST", "/player", 200),
    ("GET", "/player/{id}", 200),
    ("GET", "/player/limit/1", 200),
    ("GET", "/player/limit/0", 200),
    ("GET", "/player/count", 200),
    ("GET", "/player/page?index=0&size=1", 200),
    ("POST", "/player/trade", 400),
    ("GET", "/player/999999999", 404),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "status"), SLASHES)
def test_a_path_answers_with_and_without_its_last_slash(
    api: Api, pair: tuple[int, int], method: str, path: str, status: int
) -> None:
    """Neither is a redirect to the other."""
    bare, _, query = path.format(id=pair[0]).partition("?")

    answers = [api(method, f"{form}?{query}", raw="[]") for form in (bare, f"{bare}/")]

    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].content == answers[1].content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "fields", "first"),
    [
        ("/player/", '[{"coins": 1, "goods": 1}]', b"create 1 players."),
        ("/player/trade", None, b"trade successful"),
    ],
)
def test_an_idempotency_key_is_honoured(
    api: Api, pair: tuple[int, int], path: str, fields: str | None, first: bytes
) -> None:
    """The same request again changes nothing and answers the same."""
    key = {"Idempotency-Key": "again"}
    body = fields or FORM.format(*pair, 1, 1)
    send = api.form if fields is None else lambda path, raw, **more: api.post(path, raw=raw, **more)
    made = send(path, body, headers=key)
    after = state()

    replayed = send(path, body, headers=key)

    assert made.content == replayed.content == first
    assert "Idempotency-Replayed" not in made.headers
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert state() == after


def test_the_documents_postman_collection_is_answered(api: Api, fresh: None) -> None:
    """In its order, with what newman sends besides; its last-but-one request asks for a page."""
    besides = {
        "User-Agent": "PostmanRuntime/7.39.1",
        "Accept": "*/*",
        "Cache-Control": "no-cache",
        "Postman-Token": "5f2b1c9e-5c68-4c1c-9a8e-0d4b9a7f6c11",
        "Host": "localhost:8080",
        "Accept-Encoding": "gzip, deflate, br",
    }
    paths = ("/player/1", "/player/limit/3", "/player/page?index=1&size=2")

    created = [
        api.post("/player/", raw='[{"coins":100,"goods":20}]', headers=besides) for _ in range(3)
    ]
    found = [api.get(path, headers=besides) for path in paths]
    traded = api.form("/player/trade", FORM.format(1, 2, 10, 100), headers=besides)

    assert {answer.status_code for answer in (*created, *found, traded)} == {200}
    assert [len(answer.json()) for answer in found] == [3, 3, 1]
    assert traded.content == b"trade successful"


@pytest.mark.django_db
def test_a_key_used_elsewhere_is_told_in_a_line(api: Api, pair: tuple[int, int]) -> None:
    key = {"Idempotency-Key": "again"}
    api.form("/player/trade", FORM.format(*pair, 1, 1), headers=key)
    before = state()

    answer = api.form("/player/trade", FORM.format(*pair, 2, 1), headers=key)

    assert answer.status_code == 422
    assert answer.content.decode() == (
        "The idempotency key 'again' was used before, for another request."
    )
    assert state() == before


@pytest.mark.django_db
def test_head_is_get_without_a_body(api: Api, pair: tuple[int, int]) -> None:
    got, asked = api.get("/player/count"), api("HEAD", "/player/count")

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Content-Length"] == got.headers["Content-Length"] == "1"
