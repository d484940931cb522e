"""Every error_class that can be provoked, provoked on a live server.

What cannot be is in `test_verdicts_recorded`. Each error is classified twice: as what went wrong
before COMMIT was sent, and as COMMIT's own answer.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import Error

from tests.engines import provoke
from tests.engines.recipe import Case, Recipe
from tests.engines.recipes import RECIPES
from tests.engines.sessions import Stage, error_of, known_as
from tradepost.engines import Engine, ErrorClass, Phase, engine_of
from tradepost.engines.codes import root_first

RECIPE = RECIPES[engine_of("default").name]


def meaning(engine: Engine, error: Exception) -> tuple[str | None, ErrorClass, ErrorClass]:
    """Return the code that an error is known by, and its error_classes before and at COMMIT."""
    codes = [code for step in root_first(error, None) for code in engine.code_of(step)]
    before, at_commit = (engine.classify(error, phase) for phase in Phase)
    return (codes[0] if codes else None), before, at_commit


def check(engine: Engine, found: Exception | tuple[Exception, ...], case: Case) -> None:
    for error in found if isinstance(found, tuple) else (found,):
        code, before, at_commit = meaning(engine, error)
        assert code in case.codes.split(",")
        assert (before, at_commit) == (case.before, case.at_commit)


@pytest.mark.parametrize("case", RECIPE.errors, ids=lambda case: case.name)
def test_an_error_of_the_live_server_gets_its_verdict(
    engine: Engine, recipe: Recipe, stage: Stage, is_standin: bool, case: Case
) -> None:
    """By its code, before COMMIT and at it."""
    if case.standin and not is_standin:
        pytest.skip("the statements are the stand-in's")

    check(engine, case.provoke(stage, recipe.words), case)


@pytest.mark.parametrize("case", RECIPE.breakdowns, ids=lambda case: case.name)
def test_a_server_that_breaks_down_gets_its_verdict(
    engine: Engine, recipe: Recipe, private: Stage, case: Case
) -> None:
    """Whether it was stopped, crashed, is full or takes no writes."""
    check(engine, case.provoke(private, recipe.words), case)


def test_a_transaction_that_a_kill_ended_left_nothing(
    engine: Engine, recipe: Recipe, stage: Stage, is_standin: bool
) -> None:
    """So "connection lost" before COMMIT does mean that nothing happened."""
    if not recipe.words.kill or (recipe.standin_sql and not is_standin):
        pytest.skip("nobody can end a session here")

    provoke.killed_before_commit(stage, recipe.words)

    assert stage.session().value(provoke.READ, stage.one) == 10


def test_an_error_hidden_behind_a_broken_transaction_is_found(engine: Engine, stage: Stage) -> None:
    """Django refuses further statements with an error that says nothing of the first."""
    session = stage.session()

    def work() -> None:
        with known_as("hidden", session), transaction.atomic("hidden"):
            try:
                with transaction.atomic("hidden", savepoint=False):
                    session.run(provoke.INSERT, stage.one, 1, 1)
            except Error:
                session.run(provoke.READ, stage.one)

    error = error_of(work)

    assert type(error) is TransactionManagementError
    assert engine.classify(error, Phase.BEFORE_COMMIT) is ErrorClass.CONSTRAINT


def test_an_error_that_was_being_handled_before_the_work_is_not_read(
    engine: Engine, recipe: Recipe, stage: Stage
) -> None:
    """A unit may run while its caller handles a database error of its own."""
    seen: list[ErrorClass] = []
    try:
        raise provoke.duplicate_key(stage, recipe.words)
    except Error as foreign:
        error = provoke.no_such_table(stage, recipe.words)
        seen += [engine.classify(error, Phase.BEFORE_COMMIT)]
        seen += [engine.classify(error, phase, foreign) for phase in Phase]

    assert seen == [ErrorClass.CONSTRAINT, ErrorClass.BUG, ErrorClass.UNKNOWN]


def test_an_error_that_is_not_the_databases_is_a_bug(engine: Engine) -> None:
    """Before COMMIT and at it: no driver raises it once COMMIT was sent."""
    assert engine.classify(ValueError(1213), Phase.BEFORE_COMMIT) is ErrorClass.BUG
    assert engine.classify(ValueError(1213), Phase.COMMIT) is ErrorClass.BUG
