"""Runs an import plan through the services, once, however often it is confirmed."""

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core import signing

from tradepost import txn
from tradepost.backoffice.product_import.plan import Line, Problem
from tradepost.backoffice.product_import.reading import Unreadable
from tradepost.errors import Refusal, Unavailable
from tradepost.pages.act_form import fresh_key
from tradepost.shop import products
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer

SALT = "tradepost.backoffice.product_import"
TOKEN_MAX_AGE_S = 24 * 3600
# The token is sent back in a form, and a request has at most 4 MiB.
TOKEN_MAX = 3_500_000
SCOPE = "back office import"
ENTRY_REASON = "imported"
# Most proxies wait 60 seconds for a response.
TIME_LIMIT_S = 20.0


class ConfirmedPlan(NamedTuple):
    """A plan that was shown and then confirmed.

    Attributes:
        key: The upload's idempotency key; the keys of its rows are derived from it.
    """

    key: str
    lines: list[Line]


class Result(NamedTuple):
    """The result of an import.

    Attributes:
        imported: How many rows were imported.
        replayed: How many of them had been imported before, by the same upload.
        refused: The rows that were not imported, or only in part.
        stop_reason: Why the import stopped early, or nothing.
        remaining: The rows that were not reached.
    """

    imported: int
    replayed: int
    refused: list[Problem]
    stop_reason: str = ""
    remaining: Sequence[Line] = ()


def sign_plan(lines: Sequence[Line], *, actor: str, key: str = "") -> str:
    """Return a signed token of a plan, which its actor sends back to confirm it.

    Args:
        key: The key of an upload that is continued; a new upload gets a new key.

    Raises:
        Unreadable: The token would be too long.
    """
    plan = {"actor": actor, "key": key or fresh_key(), "lines": list(lines)}
    token = signing.dumps(plan, salt=SALT, compress=True)
    if len(token) > TOKEN_MAX:
        raise Unreadable("The file has more text than is imported at once. Send it in parts.")
    return token


def confirmed_plan(token: str, *, actor: str) -> ConfirmedPlan:
    """Return the plan in a signed token.

    Raises:
        Unreadable: The token is forged, expired or another actor's.
    """
    try:
        plan = signing.loads(token, salt=SALT, max_age=TOKEN_MAX_AGE_S)
    except signing.BadSignature as error:
        raise Unreadable("This confirmation is no longer good. Send the file again.") from error
    if plan["actor"] != actor:
        raise Unreadable("Somebody else sent this file. Send it yourself.")
    return ConfirmedPlan(plan["key"], [Line(*line) for line in plan["lines"]])


def run(plan: ConfirmedPlan, *, actor: str) -> Result:
    """Import the rows one by one, until the time limit."""
    imported = replayed = 0
    refused: list[Problem] = []
    deadline = time.monotonic() + TIME_LIMIT_S
    for place, line in enumerate(plan.lines):
        rest = plan.lines[place:]
        if time.monotonic() > deadline:
            reason = f"There was time up to row {line.row - 1}."
            return Result(imported, replayed, refused, reason, rest)
        try:
            outcomes = list(_import(line, plan.key, actor))
        except Refusal as refusal:
            refused.append(Problem(line.row, "—", str(refusal)))
        except Unavailable as error:
            reason = f"It stopped at row {line.row}: {error}"
            return Result(imported, replayed, refused, reason, rest)
        else:
            imported += 1
            replayed += bool(outcomes) and all(outcome.replayed for outcome in outcomes)
    return Result(imported, replayed, refused)


def _import(
    line: Line, upload_key: str, actor: str
) -> Iterator[txn.Outcome[ProductAnswer] | txn.Outcome[StockEntryAnswer]]:
    def key(act: str) -> txn.Key:
        return txn.Key(actor, f"{upload_key}-{line.row}-{act}", SCOPE)

    price = Decimal(line.price)
    if line.product is None:
        yield products.add(line.name, price, stock=line.delivery, actor=actor, key=key("add"))
        return
    if line.edits:
        yield products.edit(line.product, name=line.name, price=price, actor=actor, key=key("edit"))
    if line.delivery is not None:
        yield products.receive(
            line.product, line.delivery, reason=ENTRY_REASON, actor=actor, key=key("receive")
        )
