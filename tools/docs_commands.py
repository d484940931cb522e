"""The reference page of the commands, from their help texts."""

import argparse
import inspect
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

OURS = "tradepost.cli"
# The commands of Django that an operator of Tradepost needs.
OF_DJANGO = {
    "migrate": "create the tables, or bring them up to date; `--plan` tells what it would do",
    "createsuperuser": "make an admin, who can sign in and give others their roles",
    "changepassword": "give somebody another password, by their username",
    "check": "look for mistakes in the settings; `--deploy` also for what lacks behind a proxy",
}
HEAD = """\
# Commands

`tradepost COMMAND`, or `.venv/bin/tradepost COMMAND` in a checkout, or `python manage.py COMMAND`.
`--help` tells the same as this page. All of Django's commands are there as well, and every command
takes its common options, such as `--verbosity` and `--traceback`.

"""


def page() -> str:
    """Return the page."""
    owners = get_commands()
    ours = sorted(name for name, owner in owners.items() if _label(owner) == OURS)
    parts = [_command(name, _label(owners[name])) for name in ours]
    parts.append("## Of Django\n\n")
    parts += [
        f"- `tradepost {name}`: {about}.\n" for name, about in OF_DJANGO.items() if name in owners
    ]
    return HEAD + "".join(parts)


def _label(owner: object) -> str:
    return owner.__module__ if isinstance(owner, BaseCommand) else str(owner)


def _command(name: str, owner: str) -> str:
    command = load_command_class(owner, name)
    parser = command.create_parser("tradepost", name)
    about = command.help
    if about == _inherited_help(command):
        # The help inherited from a command of Django's does not describe ours.
        about = inspect.getdoc(inspect.getmodule(type(command))) or about
    return f"## tradepost {name}\n\n{' '.join(about.split())}\n\n" + _options(
        parser, _common_options()
    )


def _inherited_help(command: BaseCommand) -> str:
    above = type(command).__mro__[1]
    return "" if above is BaseCommand else getattr(above, "help", "")


def _common_options() -> set[str]:
    """Return the names of the options that all commands share."""
    return {action.dest for action in BaseCommand().create_parser("tradepost", "x")._actions}  # noqa: SLF001


def _options(parser: argparse.ArgumentParser, common: set[str]) -> str:
    actions = parser._actions  # noqa: SLF001 - there is no public name for them
    rows = [_row(action) for action in actions if _is_shown(action, common)]
    table = "| option | unless given | what for |\n|---|---|---|\n" + "".join(rows)
    text = f"{table}\n" if rows else ""
    for action in actions:
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            text += "".join(_parts(action, common))
    return text


def _is_shown(action: argparse.Action, common: set[str]) -> bool:
    return (
        action.dest not in common
        and action.help != argparse.SUPPRESS
        and not isinstance(action, argparse._SubParsersAction)  # noqa: SLF001
    )


def _parts(
    action: "argparse._SubParsersAction[argparse.ArgumentParser]", common: set[str]
) -> Iterator[str]:
    helps = {choice.dest: choice.help for choice in action._choices_actions}  # noqa: SLF001
    for name, parser in action.choices.items():
        about = helps.get(name) or parser.description or ""
        told = f"{_sentence(about)}.\n\n" if about else ""
        yield f"### {parser.prog}\n\n{told}{_options(parser, common)}"


def _row(action: argparse.Action) -> str:
    names = ", ".join(f"`{name}`" for name in action.option_strings) or f"`{_value(action)}`"
    if action.option_strings and action.nargs != 0:
        names += f" `{_value(action)}`"
    if action.required and action.option_strings:
        default = "needed"
    elif action.nargs == 0 or action.default in (None, "", argparse.SUPPRESS):
        default = ""
    else:
        default = f"`{action.default}`"
    about = _sentence((action.help or "") % vars(action))
    return f"| {names} | {default} | {about.replace('|', chr(92) + '|')} |\n"


def _sentence(text: str) -> str:
    """Return a help text as one line that starts with a capital letter."""
    line = " ".join(text.split()).rstrip(".")
    return line[:1].upper() + line[1:]


def _value(action: argparse.Action) -> str:
    if action.choices is not None:
        return "{" + ",".join(str(choice) for choice in action.choices) + "}"
    metavar = action.metavar if isinstance(action.metavar, str) else None
    return metavar or action.dest.upper()
