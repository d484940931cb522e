"""Everything that the documentation names exists: files, commands, options, settings, routes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from tests.cli.served import ROOT
from tests.docs.pages import DEPLOY, DOCS, PAGES, WRITTEN, code_of, told
from tools.docs_settings import settings
from tradepost.access import routes

MAKEFILE = (ROOT / "Makefile").read_text()
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?<!key )\bmake ([a-z]+)")
COMMAND = re.compile(r"(?:^|(?<=[ (])|(?<=bin/)|(?<=manage\.py ))tradepost ([a-z]+(?: .*)?)$")
ROUTE = re.compile(
    r"(?:^|(?<=[\s'])|localhost:8000)"
    r"(/(?:api|players?|trades|shop|account|keys|overview|backoffice|receipts|products?|orders?"
    r"|customers?|livez|readyz)\b[^\s'\"?]*)"
)
NAME = re.compile(r"(?:^|(?<=[\s'\"]))([A-Z]+(?:_[A-Z]+)+)(?==|$)")
# Environment variables of other programs: Django's commands, the tests, the containers.
OTHERS = {
    "DJANGO_SUPERUSER_PASSWORD",
    "POSTGRES_PASSWORD",
    "TRADEPOST_TEST_COCKROACHDB_URL",
}
SETTINGS = {setting.name for setting in settings()} | OTHERS


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_link_leads_to_a_page(page: Path) -> None:
    inside = [link.partition("#")[0] for link in LINK.findall(page.read_text())]

    broken = [
        link
        for link in inside
        if link and "://" not in link and not (page.parent / link).resolve().is_file()
    ]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_target_is_there(page: Path) -> None:
    named = {target for line in code_of(page) for target in MAKE.findall(line)}

    assert {name for name in named if not re.search(rf"^{name}:", MAKEFILE, re.MULTILINE)} == set()


def called() -> list[tuple[str, str]]:
    """Return each call of `tradepost` in the documentation: the page, and the arguments."""
    places = [(told(page), line) for page in PAGES for line in code_of(page)]
    places += [
        (path.name, line) for path in DEPLOY.iterdir() for line in path.read_text().splitlines()
    ]
    return sorted(
        {
            (place, found[1])
            for place, line in places
            if (found := COMMAND.search(line.partition(" &&")[2] or line))
        }
    )


@pytest.mark.parametrize(("place", "words"), called())
def test_every_command_and_option_is_there(place: str, words: str) -> None:
    name, *arguments = shlex.split(words)
    owners = get_commands()
    assert name in owners

    command = load_command_class(str(owners[name]), name)
    known = options_of(command.create_parser("tradepost", name))
    assert {word for word in arguments if word.startswith("--")} - known == set()


def options_of(parser: object) -> set[str]:
    """Return the options of a command and of its subcommands."""
    found = set(parser._option_string_actions)  # type: ignore[attr-defined]
    for action in parser._actions:  # type: ignore[attr-defined]
        if hasattr(action, "_name_parser_map"):
            for part in action.choices.values():
                found |= options_of(part)
    return found


def test_commands_are_found() -> None:
    """Control: the regular expression finds known names."""
    names = {words.split()[0] for _, words in called()}

    assert names >= {"serve", "migrate", "doctor", "audit", "createsuperuser", "key", "prune"}


@pytest.mark.parametrize("page", WRITTEN, ids=told)
def test_every_setting_is_there(page: Path) -> None:
    """A name with underscores is a setting that settings.py reads."""
    named = {name for line in code_of(page) for name in NAME.findall(line)}

    assert named - SETTINGS == set()


def test_settings_are_found() -> None:
    """Control: the regular expression finds known names."""
    page = DOCS / "how-to" / "deploy.md"

    named = {name for line in code_of(page) for name in NAME.findall(line)}

    assert {"ALLOWED_HOSTS", "TRUSTED_PROXIES"} <= named


@pytest.mark.parametrize("page", WRITTEN, ids=told)
def test_every_route_is_there(page: Path) -> None:
    """It also has rights, so that somebody may use it."""
    for line in code_of(page):
        for path in ROUTE.findall(line):
            if path in ("/api/", "/backoffice/"):
                continue
            resolve(path)
            assert routes.of_path(path) is not None, path


def test_routes_are_found() -> None:
    """Control: the regular expression finds known names."""
    page = DOCS / "tutorial" / "first-sale.md"

    named = {path for line in code_of(page) for path in ROUTE.findall(line)}

    assert {"/shop/orders/", "/shop/products/1/buy/", "/api/v1/purchases"} <= named
