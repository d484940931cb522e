"""Every bad value in every input is refused clearly, changes nothing and logs no error."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.api import bad_values as values
from tests.api import player_inputs, shop_inputs
from tests.api.bad_values import UNREADABLE, Bad
from tests.api.commands import BY_NAME, COMMANDS, V1, Cast, Command
from tests.api.conftest import Api
from tests.api.inputs import JSON, Input, filled, get
from tests.api.routes import LISTS, ROUTES
from tests.api.sender import Sender
from tests.api.ways import over_each_way
from tradepost.trading.models import Player

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]


JSON_COMMANDS = [command for command in COMMANDS if command.raw and command.kind == JSON]
each_command = over_each_way("command", COMMANDS)


def each(*inputs: Input) -> pytest.MarkDecorator:
    return over_each_way("given", inputs)


@pytest.fixture
def sender(api: Api, cast: Cast) -> Sender:
    return Sender(api, cast)


def of_integer(given: Input, number: int | Bad, cast: Cast) -> tuple[int, list[str]]:
    """Return the expected status for a number, and the texts that a refusal has to contain."""
    if number is UNREADABLE:
        return 400, []
    if isinstance(number, Bad):
        return 400, [given.field]
    if given.least <= number <= given.most:
        return given.good(number, cast), []
    limit = given.least if number < given.least else given.most
    return (422 if given.is_v1 else 400), [given.field, str(limit)]


@each(*player_inputs.JSON_INTEGERS, *shop_inputs.JSON_INTEGERS)
def test_integers_in_json(sender: Sender, given: Input) -> None:
    """Numbers that are too large, too small or not whole, and values that are not numbers."""
    for token, number in values.INTEGERS.items():
        status, names = of_integer(given, number, sender.cast)
        if token == "null" and given.nullable:
            status, names = given.good(0, sender.cast), []
        sender.expect(token, given.request(token, sender.cast), status, names=names)

    assert sender.wrong == []


@each(*player_inputs.TEXT_INTEGERS, *shop_inputs.LIMITS)
def test_integers_in_queries_forms_and_paths(sender: Sender, given: Input) -> None:
    """Only digits are accepted, though Python's int() accepts more."""
    for token, number in values.TEXT_INTEGERS.items():
        status, names = of_integer(given, number, sender.cast)
        if token == "" and "/player/limit/" in given.path:
            # An empty value makes it another path.
            status, names = 404, []
        sender.expect(token, given.request(token, sender.cast), status, names=names)

    assert sender.wrong == []


@each(*player_inputs.TEXTS, *shop_inputs.TEXTS)
def test_texts(sender: Sender, given: Input) -> None:
    """Texts that are too long, too short or have control characters, and other types."""
    good = given.good(0, sender.cast)

    def send(text: str, status: int, *names: str, raw: bool = False) -> None:
        token = text if raw else json.dumps(text)
        sender.expect(token, given.request(token, sender.cast), status, names=names)

    for text in values.GOOD_TEXTS:
        send(text, good)
    for text in values.BAD_TEXTS:
        send(text, 400, given.field, "Text takes no control characters")
    for token in (*values.NO_TEXTS, *values.LONE_SURROGATES):
        if token == "null" and given.nullable:
            send(token, good, raw=True)
        else:
            told = () if token == "null" else ("should be a valid string",)
            send(token, 400, given.field, *told, raw=True)
    too_long = (422, given.field, f"at most {given.most} characters")
    for character in ("a", "😀", "é"):
        send(character * given.most, good)
        send(character * (given.most + 1), *too_long)
    for length in (255, 256, 10**6):
        send("a" * length, *too_long)
    send("", *((422, given.field, "at least 1 character") if given.least else (good,)))
    assert sender.wrong == []


@pytest.mark.engine
@pytest.mark.parametrize("text", [*values.GOOD_TEXTS, "😀" * 32], ids=ascii)
def test_good_texts_are_kept_as_they_are(api: Api, cast: Cast, text: str) -> None:
    """They are not trimmed, normalised or truncated."""
    path = f"{V1}/players/{cast.seller}"
    created = api.post(f"{V1}/players", {"name": text}).json()
    api.patch(path, {"name": text})
    api.post(f"{path}/adjustments", {"coins": 1, "reason": text})

    assert api.get(f"{V1}/players/{created['id']}").json()["name"] == text
    assert api.get(path).json()["name"] == text
    assert api.get(f"{path}/entries").json()["items"][0]["reason"] == text


@each(*player_inputs.IDS, *shop_inputs.IDS)
def test_ids_in_json(sender: Sender, given: Input) -> None:
    for token in values.NO_IDS:
        sender.expect(token, given.request(token, sender.cast), 400, names=[given.field])
    for token in values.NOBODYS_IDS:
        sender.expect(token, given.request(token, sender.cast), 404, names=[json.loads(token)])

    assert sender.wrong == []


@pytest.mark.engine
@each(*player_inputs.PATH_IDS, *shop_inputs.PATH_IDS)
def test_ids_in_paths(sender: Sender, given: Input) -> None:
    """Anything that is not an id is not found."""
    for token in values.NO_PATH_IDS:
        sender.expect(token, given.request(token, sender.cast), 404)

    assert sender.wrong == []


@over_each_way("command", JSON_COMMANDS)
def test_bodies(sender: Sender, command: Command) -> None:
    """Bodies that are not JSON, are ambiguous JSON, or have another shape."""
    request = command.request(sender.cast)
    for what, raw in values.NO_JSON.items():
        sender.expect(what, request | {"raw": raw}, 400)
    for raw in values.NO_SHAPE:
        sender.expect(repr(raw), request | {"raw": raw}, 400)

    good = json.loads(request["raw"])
    one = good[0] if isinstance(good, list) else good
    wrapped = (lambda body: [body]) if isinstance(good, list) else (lambda body: body)
    for name in values.UNKNOWN_FIELDS:
        raw = json.dumps(wrapped(one | {name: 1}))
        sender.expect(name, request | {"raw": raw}, 400, names=[name])
    swapped = json.dumps(one if isinstance(good, list) else [one])
    sender.expect("list for object", request | {"raw": swapped}, 400)
    for name in one.keys() - command.optional:
        raw = json.dumps(wrapped({key: one[key] for key in one if key != name}))
        sender.expect(f"no {name}", request | {"raw": raw}, 400, names=[name])
    assert sender.wrong == []


@each_command
def test_sizes_and_types(sender: Sender, command: Command) -> None:
    """Wrong lengths are refused; the type of a JSON body is ignored."""
    request = command.request(sender.cast)
    for length in ("104857600", "4194305", "9" * 30, "9" * 5000):
        sender.expect(length, request | {"CONTENT_LENGTH": length}, 413, names=["4194304"])
    for length in ("abc", "-1", "1.0", "1e3", "0x10", "\u0665", " 5", "+5"):
        sender.expect(length, request | {"CONTENT_LENGTH": length}, 400, names=["Content-Length"])
    chunked = request | {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    sender.expect("chunks", chunked, 400, names=["Content-Length"])
    gzipped = request | {"raw": values.NO_JSON["gzip"], "HTTP_CONTENT_ENCODING": "gzip"}
    if command.raw:
        sender.expect("gzip", gzipped, 400)
    if command.kind == JSON:
        for kind in ("", "text/plain", "application/x-www-form-urlencoded", "nonsense", ";;"):
            sender.expect(kind, request | {"kind": kind}, command.status)
    assert sender.wrong == []


@pytest.mark.parametrize(
    "command",
    [*(one for one in COMMANDS if one.is_v1), *LISTS],
    ids=lambda one: getattr(one, "name", one),
)
def test_queries(sender: Sender, command: Command | str) -> None:
    """Unknown names, names given twice, and booleans that are not true or false."""
    is_list = isinstance(command, str)
    if is_list:
        path, _, ours = filled(command, sender.cast).partition("?")
        request = {"method": "GET", "path": path}
    else:
        request, ours = command.request(sender.cast), "dry_run=true"
    name, _, value = ours.partition("&")[0].partition("=")

    def expect(query: str, status: int, *names: str) -> None:
        path = f"{request['path']}?{query}"
        sender.expect(query, request | {"path": path}, status, names=names)

    expect(ours, 200)
    expect(f"{ours}&{name}={value}", 400, f"query {name} is given twice")
    for unknown in ("dryrun", "Limit", "sort", "owner__password__startswith", "_"):
        expect(f"{ours}&{unknown}=1", 400, f"query {unknown}")
    for unknown in ("%00", "%FF", "%20limit", "=", "limit%00"):
        expect(f"{ours}&{unknown}=1", 400)
    expect("&".join(f"a{place}=1" for place in range(1001)), 400)
    if not is_list:
        for truth in ("", "1", "0", "yes", "on", "True", "TRUE", "true ", "null", "%00", "[]"):
            expect(f"dry_run={truth}", 400, "query dry_run")
    assert sender.wrong == []


@pytest.mark.parametrize("path", ROUTES)
def test_methods(sender: Sender, path: str) -> None:
    """The answer is 405 with Allow; a method in a header is ignored."""
    allowed = ROUTES[path]
    for method in values.METHODS:
        if method not in allowed.split(", "):
            answer = sender.expect(
                method,
                {
                    "method": method,
                    "path": filled(path, sender.cast),
                    "raw": "{}",
                    "HTTP_X_HTTP_METHOD_OVERRIDE": "GET",
                },
                405,
                names=[f"{method} is not allowed here; allowed: {allowed}"],
            )
            if answer.headers.get("Allow") != allowed:
                sender.note(f"{method}: allows {answer.headers.get('Allow')}")

    assert sender.wrong == []


@each_command
def test_bodies_that_end_too_soon(sender: Sender, command: Command) -> None:
    """An incomplete body is refused even if it can be read: the client disconnected."""
    request = command.request(sender.cast)
    # A form with a price of 20 starts like one with a price of 2.
    whole = (request["raw"] + ("0" if command.kind != JSON else "")).encode()
    for end in range(len(whole)):
        # The test client does not allow a body that is shorter than its length.
        cut = {"CONTENT_LENGTH": str(len(whole)), "wsgi.input": io.BytesIO(whole[:end])}
        sender.expect(f"the first {end} bytes", request | cut, 400)

    assert sender.wrong == []


def test_forms(sender: Sender) -> None:
    """Fields given twice, bodies that are not forms, and too many fields."""
    command = BY_NAME["POST /player/trade"]
    request = command.request(sender.cast)
    for field in ("sellID", "buyID", "amount", "price"):
        raw = f"{request['raw']}&{field}=1"
        sender.expect(field, request | {"raw": raw}, 400, names=[f"{field} is given twice"])
    for raw in ("", "null", "{}", "sellID", "=&=", "%00=%00", "%FF=1", "&" * 2000, "a=1&" * 2000):
        sender.expect(raw, request | {"raw": raw}, 400)
    for kind in ("", "application/json", "text/plain"):
        sender.expect(kind, request | {"kind": kind}, 400, names=["sellID"])
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        f"multipart/form-data; boundary={'x' * 300}",
    ):
        sender.expect(kind, request | {"kind": kind}, 400)
    assert sender.wrong == []


def test_a_refused_request_that_changes_something_is_found(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the sender compares the database after all requests."""
    call = Api.__call__

    def change_and_call(api: Api, *args: Any, **options: Any) -> Any:
        Player.objects.create(name="unexpected")
        return call(api, *args, **options)

    monkeypatch.setattr(Api, "__call__", change_and_call)
    sender.expect("nobody", get(f"{V1}/players/0"), 404)

    assert sender.wrong == ["a refused request changed something"]
