"""The forms about players."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    PLAYERS,
    Stage,
    assert_audit_passes,
    errors_of,
    fill_form,
    messages_of,
    rows,
    submit,
)
from tradepost.trading import players
from tradepost.trading.models import BALANCE_MAX, Entry, Player

pytestmark = pytest.mark.django_db


def owned(player: int) -> tuple[int, int]:
    found = Player.objects.get(pk=player)
    return found.coins, found.goods


def last(player: int) -> Entry:
    return Entry.objects.filter(player_id=player).latest("number")


class TestGranting:
    """Granting and removing coins and goods."""

    def test_a_grant_is_an_entry_with_its_reason_and_who_did_it(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"

        answer = submit(operator, path, coins="50", goods="-3", reason="a prize")

        assert answer["Location"] == f"{PLAYERS}/{stage.ann}/change/"
        assert owned(stage.ann) == (180, 12)
        entry = last(stage.ann)
        assert (entry.kind, entry.coins, entry.goods) == ("adjusted", 50, -3)
        assert (entry.actor, entry.reason) == ("user:otto", "a prize")
        assert_audit_passes()

    def test_what_would_be_is_shown_before(self, operator: Client, stage: Stage) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"
        before = rows()

        page = operator.post(
            path, fill_form(operator, path, coins="50", goods="0", reason="a prize")
        )

        assert [tuple(one) for one in page.context["form"].preview] == [
            ("coins", 130, 180),
            ("goods", 15, 15),
        ]
        assert "Nothing is changed yet" in page.content.decode()
        assert 'value="a prize"' in page.content.decode()
        assert rows() == before

    def test_other_values_than_were_shown_are_shown_again(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"
        sent = fill_form(operator, path, coins="50", goods="0", reason="a prize")
        shown = operator.post(path, sent).context["form"]["shown"].value()
        before = rows()

        page = operator.post(path, sent | {"coins": "5000", "shown": shown})

        assert page.context["form"].preview[0].after == 5130
        assert rows() == before

    def test_what_was_shown_of_another_player_is_shown_again(
        self, operator: Client, stage: Stage
    ) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"
        sent = fill_form(operator, path, coins="50", goods="0", reason="a prize")
        shown = operator.post(path, sent).context["form"]["shown"].value()
        before = rows()

        page = operator.post(f"{PLAYERS}/{stage.bob}/grant/", sent | {"shown": shown})

        assert page.context["form"].preview
        assert rows() == before

    def test_the_same_form_twice_grants_once(self, operator: Client, stage: Stage) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"
        sent = fill_form(operator, path, coins="50", goods="0", reason="a prize")
        sent["shown"] = operator.post(path, sent).context["form"]["shown"].value()

        first, second = operator.post(path, sent), operator.post(path, sent)

        assert first["Location"] == second["Location"]
        assert owned(stage.ann) == (180, 15)
        messages = messages_of(second, operator)
        assert messages == [
            "Done: 180 coins and 15 goods now.",
            "Done: 180 coins and 15 goods now. It had been sent before, and was done once.",
        ]

    def test_too_much_is_refused_beside_its_field(self, operator: Client, stage: Stage) -> None:
        before = rows()

        answer = submit(
            operator, f"{PLAYERS}/{stage.ann}/grant/", coins="-131", goods="0", reason="a fine"
        )

        assert errors_of(answer) == {
            "coins": [f"Player {stage.ann} has 130 coins, 131 are required."]
        }
        assert 'value="-131"' in answer.content.decode()
        assert 'value="a fine"' in answer.content.decode()
        assert rows() == before

    @pytest.mark.parametrize(
        ("values", "field", "expected"),
        [
            ({"coins": "0", "goods": "0"}, "__all__", "changes neither coins nor goods"),
            ({"goods": "-16"}, "goods", "has 15 goods, 16 are required"),
            ({"coins": str(BALANCE_MAX)}, "coins", "a balance holds"),
            ({"coins": str(BALANCE_MAX + 1)}, "coins", "less than or equal to"),
            ({"coins": "1.5"}, "coins", "Enter a whole number"),
            ({"coins": "1e3"}, "coins", "Enter a whole number"),
            ({"coins": "x"}, "coins", "Enter a whole number"),
            ({"coins": ""}, "coins", "This field is required"),
            ({"reason": ""}, "reason", "This field is required"),
            ({"reason": "x" * 201}, "reason", "at most 200 characters"),
            ({"reason": "a\0b"}, "reason", "Null characters"),
            ({"key": "no key!"}, "key", "cannot be read"),
        ],
    )
    def test_what_makes_no_sense_is_said(
        self, operator: Client, stage: Stage, values: dict[str, str], field: str, expected: str
    ) -> None:
        before = rows()
        sent = {"coins": "5", "goods": "0", "reason": "a prize"} | values

        answer = submit(operator, f"{PLAYERS}/{stage.ann}/grant/", **sent)

        errors = errors_of(answer)
        assert list(errors) == [field]
        assert expected in errors[field][0]
        assert rows() == before

    def test_a_player_who_went_meanwhile_is_missed(self, operator: Client, stage: Stage) -> None:
        path = f"{PLAYERS}/{stage.ann}/grant/"
        sent = fill_form(operator, path, coins="5", goods="0", reason="a prize")
        players.delete(stage.ann, actor="test")

        answer = operator.post(path, sent)

        assert errors_of(answer) == {"__all__": [f"There is no player {stage.ann}."]}

    def test_without_a_key_it_is_done_all_the_same(self, operator: Client, stage: Stage) -> None:
        answer = submit(
            operator,
            f"{PLAYERS}/{stage.ann}/grant/",
            coins="5",
            goods="0",
            reason="a prize",
            key="",
        )

        assert answer.status_code == 302
        assert owned(stage.ann) == (135, 15)


class TestTheOthers:
    """Adding, renaming, deleting."""

    def test_a_player_is_added(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{PLAYERS}/add/", name="cora", coins="70", goods="0")

        cora = Player.objects.get(name="cora")
        assert answer["Location"] == f"{PLAYERS}/{cora.pk}/change/"
        assert (cora.coins, cora.goods, last(cora.pk).actor) == (70, 0, "user:otto")
        assert_audit_passes()

    def test_a_player_is_renamed(self, operator: Client, stage: Stage) -> None:
        answer = submit(operator, f"{PLAYERS}/{stage.ann}/rename/", name="anna")

        assert messages_of(answer, operator) == [f"Player {stage.ann} is called anna now."]
        assert Player.objects.get(pk=stage.ann).name == "anna"
        assert (last(stage.ann).kind, last(stage.ann).actor) == ("edited", "user:otto")

    def test_the_name_there_is_stands_in_the_form(self, operator: Client, stage: Stage) -> None:
        assert fill_form(operator, f"{PLAYERS}/{stage.ann}/rename/")["name"] == "ann"

    @pytest.mark.parametrize("name", ["", "   ", "x" * 33])
    def test_a_name_that_can_be_none_is_refused(
        self, operator: Client, stage: Stage, name: str
    ) -> None:
        before = rows()

        answer = submit(operator, f"{PLAYERS}/{stage.ann}/rename/", name=name)

        assert list(errors_of(answer)) == ["name"]
        assert rows() == before

    def test_a_player_is_deleted_and_the_entries_stay(self, operator: Client, stage: Stage) -> None:
        path = f"{PLAYERS}/{stage.ann}/delete/"
        sent = fill_form(operator, path)

        first = operator.post(path, sent)
        again = operator.post(path, sent)

        assert first["Location"] == again["Location"] == f"{PLAYERS}/"
        assert not Player.objects.filter(pk=stage.ann).exists()
        assert (last(stage.ann).kind, last(stage.ann).actor) == ("deleted", "user:otto")
        assert operator.get(f"{PLAYERS}/{stage.ann}/entries/").status_code == 200
        assert_audit_passes()

    def test_the_page_says_what_is_deleted(self, operator: Client, stage: Stage) -> None:
        before = rows()

        page = operator.get(f"{PLAYERS}/{stage.ann}/delete/").content.decode()

        assert "All the coins and goods go with the player" in page
        assert "<dd>130</dd>" in page
        assert rows() == before

    @pytest.mark.parametrize("act_name", ["grant", "rename", "delete"])
    def test_looking_changes_nothing(self, operator: Client, stage: Stage, act_name: str) -> None:
        before = rows()
        values: dict[str, Any] = {"coins": 5, "goods": 0, "reason": "x", "name": "x"}

        operator.get(f"{PLAYERS}/{stage.ann}/{act_name}/", values)
        operator.head(f"{PLAYERS}/{stage.ann}/{act_name}/", values)

        assert rows() == before
