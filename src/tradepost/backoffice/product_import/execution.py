"""Doing what a plan says: by the products' services, once, however often it is confirmed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core import signing

from tradepost import txn
from tradepost.backoffice.forms.act import fresh_key
from tradepost.backoffice.product_import.plan import Line
from tradepost.backoffice.product_import.reading import Unreadable
from tradepost.errors import Refusal, Unavailable
from tradepost.shop import products
from tradepost.shop.acts import ProductAnswer, StockEntryAnswer

SALT = "tradepost.backoffice.product_import"
GOOD_FOR_S = 24 * 3600
# It comes back in a form, and a request has four megabytes at most.
TOKEN_MAX = 3_500_000
SCOPE = "back office import"
REASON = "imported"
# Proxies wait for an answer for a minute, mostly.
PATIENCE_S = 20.0


class Confirmed(NamedTuple):
    """A plan that was shown, and is to be done.

    Attributes:
        key: The upload's; each row's keys are made from it.
    """

    key: str
    lines: list[Line]


class Refused(NamedTuple):
    """A row that was not imported, or only in part."""

    row: int
    text: str


class Result(NamedTuple):
    """What became of an import.

    Attributes:
        done: How many rows were imported, now or before.
        before: How many of them had been imported before, by the same upload.
        stopped: Why it ended before its end, or nothing.
        rest: What is left then.
    """

    done: int
    before: int
    refused: list[Refused]
    stopped: str = ""
    rest: Sequence[Line] = ()


def token_of(lines: Sequence[Line], *, actor: str, key: str = "") -> str:
    """Return a plan's lines as a text that only we can have written, for who confirms them.

    Args:
        key: Of an upload that goes on; a new one has a new key.

    Raises:
        Unreadable: It would be too long.
    """
    told = {"actor": actor, "key": key or fresh_key(), "lines": list(lines)}
    token = signing.dumps(told, salt=SALT, compress=True)
    if len(token) > TOKEN_MAX:
        raise Unreadable("The file has more text than is imported at once. Send it in parts.")
    return token


def confirmed(token: str, *, actor: str) -> Confirmed:
    """Return the plan that a token tells.

    Raises:
        Unreadable: It is not ours, is too old, or was made for somebody else.
    """
    try:
        told = signing.loads(token, salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature as error:
        raise Unreadable("This confirmation is no longer good. Send the file again.") from error
    if told["actor"] != actor:
        raise Unreadable("Somebody else sent this file. Send it yourself.")
    return Confirmed(told["key"], [Line(*line) for line in told["lines"]])


def run(wanted: Confirmed, *, actor: str) -> Result:
    """Import the rows one by one, as far as there is time; `Result.rest` is for another run."""
    done = before = 0
    refused: list[Refused] = []
    deadline = time.monotonic() + PATIENCE_S
    for place, line in enumerate(wanted.lines):
        rest = wanted.lines[place:]
        if time.monotonic() > deadline:
            return Result(done, before, refused, f"There was time up to row {line.row - 1}.", rest)
        try:
            outcomes = list(_import(line, wanted.key, actor))
        except Refusal as refusal:
            refused.append(Refused(line.row, str(refusal)))
        except Unavailable as error:
            return Result(done, before, refused, f"It stopped at row {line.row}: {error}", rest)
        else:
            done += 1
            before += bool(outcomes) and all(outcome.replayed for outcome in outcomes)
    return Result(done, before, refused)


def _import(
    line: Line, upload: str, actor: str
) -> Iterator[txn.Outcome[ProductAnswer] | txn.Outcome[StockEntryAnswer]]:
    def key(act: str) -> txn.Key:
        return txn.Key(actor, f"{upload}-{line.row}-{act}", SCOPE)

    price = Decimal(line.price)
    if line.product is None:
        yield products.add(line.name, price, stock=line.delivery, actor=actor, key=key("add"))
        return
    if line.edits:
        yield products.edit(line.product, name=line.name, price=price, actor=actor, key=key("edit"))
    if line.delivery is not None:
        yield products.receive(
            line.product, line.delivery, reason=REASON, actor=actor, key=key("receive")
        )
