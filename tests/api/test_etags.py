"""Versions: ETag, If-Match, If-None-Match (RFC 9110)."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tests.api.commands import BY_NAME, V1, Cast, Command
from tests.api.conftest import Api, state
from tradepost.api import responses
from tradepost.errors import Malformed

# The version that each of them meets.
CONDITIONAL = {
    f"PATCH {V1}/products/{{product}}": "0.2",
    f"DELETE {V1}/products/{{product}}": "0.2",
    f"PATCH {V1}/orders/{{order}}": "1",
    f"POST {V1}/orders/{{order}}/cancel": "1",
}
each_conditional = pytest.mark.parametrize(
    ("command", "version"),
    [(BY_NAME[name], version) for name, version in CONDITIONAL.items()],
    ids=CONDITIONAL,
)
# What is read, and its version.
READS = {
    "product": (f"{V1}/products/{{product}}", "0.2"),
    "order": (f"{V1}/orders/{{order}}", "1"),
}
BAD_TAGS = (
    "",
    " ",
    ",",
    "1",
    '"1',
    '1"',
    '"1" "2"',
    '"1"2',
    '"1";"2"',
    'w/"1"',
    'W/ "1"',
    "W/",
    '*, "1"',
    '"1", *',
    "**",
    '"a b"',
    '"\x7f"',
    "'1'",
    "€",
)


@pytest.fixture(params=READS)
def read(request: pytest.FixtureRequest, cast: Cast) -> tuple[str, str]:
    """The path of something with a version, and the version."""
    path, version = READS[request.param]
    return path.format(**cast._asdict()), version


@pytest.mark.django_db
class TestIfMatch:
    """A change on condition."""

    @each_conditional
    @pytest.mark.parametrize("tags", ['"{}"', '"x", "{}"', ' "y" ,, "{}",', "*", " * ", None])
    def test_is_made_where_the_version_is_one_of_these(
        self, api: Api, cast: Cast, command: Command, version: str, tags: str | None
    ) -> None:
        headers = {"If-Match": tags.format(version)} if tags else None

        assert api(**command.request(cast), headers=headers).status_code == command.status

    @each_conditional
    @pytest.mark.parametrize(
        "tags", ['"{}0"', '"0{}"', 'W/"{}"', 'W/"{}", "x"', '""', '"*"', '"\xe9"']
    )
    def test_is_refused_where_it_is_none_of_these(
        self, api: Api, cast: Cast, command: Command, version: str, tags: str
    ) -> None:
        """A weak tag is never the same (strong comparison); the version there is is told."""
        before = state()

        refused = api(**command.request(cast), HTTP_IF_MATCH=tags.format(version))

        told = refused.json()
        assert (refused.status_code, told["code"]) == (412, "version_changed")
        assert (told["version"], told["retryable"]) == (version, False)
        assert state() == before

    @each_conditional
    @pytest.mark.parametrize("tags", BAD_TAGS)
    def test_is_refused_where_it_cannot_be_read(
        self, api: Api, cast: Cast, command: Command, version: str, tags: str, quiet: None
    ) -> None:
        before = state()

        refused = api(**command.request(cast), HTTP_IF_MATCH=tags)

        assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
        assert "the header If-Match takes" in refused.json()["detail"]
        assert state() == before

    @each_conditional
    def test_is_part_of_the_request_that_a_key_names(
        self, api: Api, cast: Cast, command: Command, version: str
    ) -> None:
        """A replay is answered as then, with the version of then, though it is another now."""
        request, key = command.request(cast), {"Idempotency-Key": "again"}
        headers = key | {"If-Match": f'"{version}"'}
        made = api(**request, headers=headers)
        after = state()

        replayed = api(**request, headers=headers)
        other = api(**request, headers=key | {"If-Match": '"x"'})

        assert (replayed.status_code, replayed.content) == (200, made.content)
        assert replayed.headers.get("ETag") == made.headers.get("ETag")
        assert ("ETag" in made.headers) == (command.method != "DELETE")
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
        assert state() == after

    def test_is_met_but_once(self, api: Api, read: tuple[str, str], cast: Cast) -> None:
        """Of two who saw the same, one changes it, and the other is told."""
        path, version = read
        product = {"product": str(cast.product), "quantity": 1}
        body = {"lines": [product]} if "orders" in path else {"price": "1"}
        headers = {"If-Match": f'"{version}"'}

        first = api.patch(path, body, headers=headers)
        second = api.patch(path, body, headers=headers)

        assert [first.status_code, second.status_code] == [200, 412]
        assert first.headers["ETag"] == f'"{second.json()["version"]}"'
        again = api.patch(path, body, headers={"If-Match": first.headers["ETag"]})
        assert again.status_code == 200

    def test_of_what_is_not_there_is_not_found(self, api: Api, cast: Cast) -> None:
        for command in (BY_NAME[name] for name in CONDITIONAL):
            request = command.request(cast.others())
            answer = api(**request, headers={"If-Match": '"1"'})
            assert answer.status_code == 404

    def test_depends_on_the_stock_of_a_product_too(self, api: Api, cast: Cast) -> None:
        path = f"{V1}/products/{cast.product}"
        seen = api.get(path).headers["ETag"]
        api.post(f"{path}/deliveries", {"quantity": 1})

        refused = api.delete(path, headers={"If-Match": seen})

        assert (refused.status_code, refused.json()["version"]) == (412, "0.3")


@pytest.mark.django_db
class TestIfNoneMatch:
    """A read on condition."""

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("tags", ['"{}"', 'W/"{}"', '"x", W/"{}"', '"x" , , "{}"', "*"])
    def test_of_what_is_known_answers_304(
        self, api: Api, read: tuple[str, str], method: str, tags: str
    ) -> None:
        """The comparison is the weak one; no body, and the tag once more."""
        path, version = read

        known = api(method, path, headers={"If-None-Match": tags.format(version)})

        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["ETag"] == f'"{version}"'
        assert "Content-Type" not in known.headers

    @pytest.mark.parametrize("tags", ['"{}0"', '""', 'W/"x"', None])
    def test_of_anything_else_answers_it(
        self, api: Api, read: tuple[str, str], tags: str | None
    ) -> None:
        path, version = read
        headers = {"If-None-Match": tags.format(version)} if tags else None

        found = api.get(path, headers=headers)

        assert (found.status_code, found.json()["version"]) == (200, version)
        assert found.headers["ETag"] == f'"{version}"'

    def test_of_what_was_changed_answers_it(self, api: Api, cast: Cast) -> None:
        """Also where but the stock of a product is another."""
        paths = [path.format(**cast._asdict()) for path, _ in READS.values()]
        seen = [api.get(path).headers["ETag"] for path in paths]
        api.post(f"{V1}/orders/{cast.order}/cancel")

        now = [
            api.get(path, headers={"If-None-Match": tag})
            for path, tag in zip(paths, seen, strict=True)
        ]

        assert [one.status_code for one in now] == [200, 200]
        assert [one.headers["ETag"] for one in now] == ['"0.3"', '"2"']

    @pytest.mark.parametrize("tags", BAD_TAGS)
    def test_is_refused_where_it_cannot_be_read(
        self, api: Api, read: tuple[str, str], tags: str, quiet: None
    ) -> None:
        refused = api.get(read[0], HTTP_IF_NONE_MATCH=tags)

        assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
        assert "the header If-None-Match takes" in refused.json()["detail"]

    def test_of_what_is_not_there_is_not_found(self, api: Api, cast: Cast) -> None:
        for path, _ in READS.values():
            found = api.get(path.format(**cast.others()._asdict()), headers={"If-None-Match": "*"})
            assert found.status_code == 404


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        ('"1"', ["1"]),
        ('"1","2"', ["1", "2"]),
        ('"a,b", "c"', ["a,b", "c"]),
        ('W/"1", "2"', ["2"]),
        ('W/"1"', []),
        (',, "1" ,\t,', ["1"]),
        ('"\xe9!#~"', ["\xe9!#~"]),
        ("*", None),
    ],
)
def test_tags_are_read(header: str, versions: list[str] | None) -> None:
    """A comma may be part of one."""
    request = RequestFactory().get("/", HTTP_IF_MATCH=header)

    assert responses.wanted_versions(request) == versions


@pytest.mark.parametrize("header", ['"' + "a" * 10**6, ", \t" * 10**5, " " * 10**6 + "x"])
def test_a_long_header_is_refused_in_no_time(header: str) -> None:
    request = RequestFactory().get("/", HTTP_IF_MATCH=header)

    with pytest.raises(Malformed):
        responses.wanted_versions(request)
