"""The player API of the game tutorial: what its script and its clients send."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost.trading.models import BALANCE_MAX, Player

# The tutorial's request.sh, its echoes and empty lines left out, its port replaced.
SCRIPT = """
for((i=0;i<10;i++)); do
  curl -sS --location --request POST '{url}/player/' --header 'Content-Type: application/json' \
    --data-raw '[{{"coins":100,"goods":20}}]'
done
printf "\\n\\n"
curl -sS --location --request GET '{url}/player/1'
printf "\\n\\n"
curl -sS --location --request GET '{url}/player/limit/3'
printf "\\n\\n"
curl -sS --location --request GET '{url}/player/count'
printf "\\n\\n"
curl -sS --location --request POST '{url}/player/trade' \
  --header 'Content-Type: application/x-www-form-urlencoded' \
  --data-urlencode 'sellID=1' --data-urlencode 'buyID=2' \
  --data-urlencode 'amount=10' --data-urlencode 'price=100'
"""
PRINTED = [
    "create 1 players." * 10,
    '{"id": 1, "coins": 100, "goods": 20}',
    (
        '[{"id": 1, "coins": 100, "goods": 20}, {"id": 2, "coins": 100, "goods": 20}, '
        '{"id": 3, "coins": 100, "goods": 20}]'
    ),
    "10",
    "trade successful",
]
FORM = "sellID={}&buyID={}&amount={}&price={}"


def balances(*ids: int) -> list[tuple[int, int]]:
    found = Player.objects.in_bulk(ids)
    return [(found[one].coins, found[one].goods) for one in ids]


def test_the_documents_script_prints_what_the_document_prints(api: Api, fresh: None) -> None:
    """Body by body, on an empty database."""
    created = [api.post("/player/", [{"coins": 100, "goods": 20}]) for _ in range(10)]
    answers = [
        *(api.get(path) for path in ("/player/1", "/player/limit/3", "/player/count")),
        api.form("/player/trade", FORM.format(1, 2, 10, 100)),
    ]

    bodies = ["".join(one.content.decode() for one in created)]
    bodies += [answer.content.decode() for answer in answers]
    assert bodies == PRINTED
    assert {answer.status_code for answer in (*created, *answers)} == {200}
    assert balances(1, 2, 3) == [(200, 10), (0, 30), (100, 20)]


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no curl here")
def test_the_documents_script_runs_against_a_server(fresh: None, live_server: Any) -> None:
    """With bash and curl, over HTTP, and with curl's --location."""
    script = SCRIPT.format(url=live_server.url)

    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split("\n\n") == PRINTED


@pytest.mark.django_db
class TestCreate:
    """`POST /player/`."""

    def test_tells_how_many(self, api: Api) -> None:
        answer = api.post("/player/", [{"coins": 1, "goods": 2}, {"coins": 3, "goods": 4}])

        assert answer.content == b"create 2 players."
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert list(Player.objects.order_by("pk").values_list("coins", "goods")) == [(1, 2), (3, 4)]

    def test_takes_an_empty_list(self, api: Api) -> None:
        assert api.post("/player/", []).content == b"create 0 players."

    @pytest.mark.parametrize(
        "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""]
    )
    def test_reads_json_whatever_its_type_is_said_to_be(self, api: Api, kind: str) -> None:
        """`curl --data-raw` says that it sends a form; Postman says nothing."""
        answer = api.post("/player/", raw='[{"coins": 5, "goods": 6}]', kind=kind)

        assert (answer.status_code, answer.content) == (200, b"create 1 players.")

    def test_makes_a_thousand_and_no_more(self, api: Api) -> None:
        many = [{"coins": 1, "goods": 1}] * 1001

        refused = api.post("/player/", many)

        assert refused.status_code == 400
        assert "1000 are the limit" in refused.content.decode()
        assert Player.objects.count() == 0
        assert api.post("/player/", many[:1000]).content == b"create 1000 players."


@pytest.mark.django_db
class TestRead:
    """`GET` of a player, the first, a page, the count."""

    def test_one_player(self, api: Api, pair: tuple[int, int]) -> None:
        """Spaced as JsonResponse spaces it, ids as numbers."""
        answer = api.get(f"/player/{pair[0]}")

        assert answer.content.decode() == f'{{"id": {pair[0]}, "coins": 100, "goods": 20}}'
        assert answer.headers["Content-Type"] == "application/json"

    def test_nobody(self, api: Api) -> None:
        answer = api.get("/player/999999999")

        assert answer.status_code == 404
        assert answer.content == b"There is no player 999999999."
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"

    def test_the_first_in_the_order_of_their_ids(
        self, api: Api, enlist: Callable[..., list[int]]
    ) -> None:
        ids = enlist(4)

        assert [one["id"] for one in api.get("/player/limit/3").json()] == ids[:3]
        assert [one["id"] for one in api.get("/player/limit/100").json()] == ids

    def test_a_limit_of_0_answers_nothing_at_all(self, api: Api, pair: tuple[int, int]) -> None:
        answer = api.get("/player/limit/0")

        assert (answer.status_code, answer.content) == (200, b"")

    def test_no_players_are_an_empty_list(self, api: Api) -> None:
        assert api.get("/player/limit/3").content == b"[]"

    def test_the_count_is_a_bare_number(self, api: Api, pair: tuple[int, int]) -> None:
        answer = api.get("/player/count")

        assert answer.content == b"2"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"

    def test_pages_count_from_0(self, api: Api, enlist: Callable[..., list[int]]) -> None:
        """Only the document's Postman collection asks for pages."""
        ids = enlist(5)

        def page(index: int, size: int) -> list[int]:
            found = api.get(f"/player/page?index={index}&size={size}")
            return [one["id"] for one in found.json()]

        assert page(0, 2) == ids[:2]
        assert page(1, 2) == ids[2:4]
        assert page(2, 2) == ids[4:]
        assert page(3, 2) == page(0, 0) == page(BALANCE_MAX, 10_000) == []

    @pytest.mark.parametrize("query", ["", "?index=1", "?size=1"])
    def test_a_page_needs_its_index_and_its_size(self, api: Api, query: str) -> None:
        answer = api.get(f"/player/page{query}")

        assert answer.status_code == 400
        assert answer.content.decode().endswith(" is missing")


@each_way_in
@pytest.mark.django_db
class TestTrade:
    """`POST /player/trade`."""

    @pytest.mark.parametrize(
        ("seller", "buyer", "amount", "price", "line"),
        [
            (0, 1, 21, 0, "sell player {seller} goods not enough"),
            (0, 1, 1, 101, "buy player {buyer} coins not enough"),
            # The seller is looked at first.
            (0, 1, 21, 101, "sell player {seller} goods not enough"),
        ],
    )
    def test_is_refused_in_the_documents_words(
        self,
        api: Api,
        pair: tuple[int, int],
        seller: int,
        buyer: int,
        amount: int,
        price: int,
        line: str,
    ) -> None:
        before = state()

        answer = api.form("/player/trade", FORM.format(pair[seller], pair[buyer], amount, price))

        assert answer.status_code == 409
        assert answer.content.decode() == line.format(seller=pair[0], buyer=pair[1])
        assert state() == before

    def test_for_nothing_is_a_gift(self, api: Api, pair: tuple[int, int]) -> None:
        answer = api.form("/player/trade", FORM.format(*pair, 20, 0))

        assert answer.content == b"trade successful"
        assert balances(*pair) == [(100, 0), (100, 40)]

    def test_needs_both_players(self, api: Api, pair: tuple[int, int]) -> None:
        nobody = max(pair) + 1

        for fields in (FORM.format(nobody, pair[1], 1, 1), FORM.format(pair[0], nobody, 1, 1)):
            answer = api.form("/player/trade", fields)
            assert answer.status_code == 404
            assert answer.content.decode() == f"There is no player {nobody}."

    def test_needs_two_players(self, api: Api, pair: tuple[int, int]) -> None:
        answer = api.form("/player/trade", FORM.format(pair[0], pair[0], 1, 1))

        assert answer.status_code == 400
        assert answer.content.decode() == f"Buyer and seller are the same player, {pair[0]}."

    @pytest.mark.engine
    def test_takes_64_bit_ids(self, api: Api, pair: tuple[int, int]) -> None:
        """CockroachDB's own ids are as large: they are ids, though here of no one."""
        for nobody in (523377322022797313, 2**63 - 1):
            answer = api.form("/player/trade", FORM.format(nobody, pair[1], 1, 1))

            assert answer.status_code == 404
            assert answer.content.decode() == f"There is no player {nobody}."

    def test_takes_a_multipart_form(self, api: Api, pair: tuple[int, int]) -> None:
        fields = {"sellID": pair[0], "buyID": pair[1], "amount": 1, "price": 2}

        answer = api.client.post("/player/trade", fields)

        assert answer.content == b"trade successful"
        assert balances(*pair) == [(102, 19), (98, 21)]

    @pytest.mark.parametrize("missing", ["sellID", "buyID", "amount", "price"])
    def test_needs_every_field(self, api: Api, pair: tuple[int, int], missing: str) -> None:
        fields = FORM.format(*pair, 1, 1).replace(missing, "other")

        answer = api.form("/player/trade", fields)

        assert answer.status_code == 400
        assert answer.content.decode() == f"The request cannot be read: {missing} is missing"
