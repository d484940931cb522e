"""An app of the tests: who owns gold, silver and herbs."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerTestsConfig(AppConfig):
    """Names the app."""

    name = "tests.ledger"
    label = "ledger_tests"
