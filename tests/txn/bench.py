"""One move between two fresh accounts with a fault in it, and all that came of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.toy.models import Account, Note
from tests.toy.rivals import QUICK
from tests.toy.units import move
from tests.txn.faults import Fault
from tradepost import txn
from tradepost.engines import Engine
from tradepost.txn.models import Receipt


@dataclass(frozen=True)
class Effect:
    """What a caller was told, and what the tables say.

    Attributes:
        told: The outcome, or the type of the error.
        balances: Of the two accounts, which had 10 and 0.
        notes: How many notes the move left.
        receipts: How many receipts of its key there are.
        fired: How often the fault happened.
    """

    told: Any
    balances: tuple[int, int]
    notes: int
    receipts: int
    fired: int = 1


def once(*, keyed: bool, told: Any = None, fired: int = 1) -> Effect:
    """Return what a move that happened exactly once looks like."""
    told = told or txn.Outcome({"source": 7, "target": 3})
    return Effect(told, (7, 3), notes=1, receipts=int(keyed), fired=fired)


def never(told: type[Exception], fired: int = 1) -> Effect:
    """Return what a move that did not happen looks like."""
    return Effect(told, (10, 0), notes=0, receipts=0, fired=fired)


@dataclass
class Bench:
    """Makes moves, each with its own accounts and key."""

    engine: Engine
    way: str
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def goes(self) -> int:
        """How often a unit goes to the database that fails, and is not tried again.

        What fails its group is left to itself, and fails once more, alone.
        """
        return 2 if self.way == "group" else 1

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """The connection that the faults happen on."""
        return connections["default"]

    def unit(self, *, keyed: bool) -> txn.Unit:
        """Make two accounts, and return a move of 3 between them."""
        number = next(self.numbers)
        giver = Account.objects.create(name=f"giver-{number}", balance=10)
        taker = Account.objects.create(name=f"taker-{number}", balance=0)
        return move(giver.pk, taker.pk, 3, txn.Key("tester", str(number)) if keyed else None)

    def statements(self, *, keyed: bool, **options: Any) -> int:
        """Count the statements of a move without a fault."""
        unit = self.unit(keyed=keyed)
        with self.fault(None).installed() as fault:
            txn.execute(unit, **options)
        return fault.seen

    def fault(self, error: Exception | None, **where: Any) -> Fault:
        """Make a fault on this connection."""
        return Fault(self.connection, self.engine, error, **where)

    def run(
        self,
        error: Exception,
        *,
        keyed: bool,
        at: int | None = None,
        after: bool = False,
        cut: bool = False,
        times: int = 1,
        **options: Any,
    ) -> Effect:
        """Execute a move with a fault in it; see `Fault`."""
        unit = self.unit(keyed=keyed)
        self.connection.ensure_connection()
        raw = self.connection.connection
        fault = self.fault(error, at=at, after=after, cut=cut, times=times)
        with fault.installed():
            told = self.told(unit, **options)
        assert not cut or self.connection.connection is not raw
        return self.effect(unit, told, fired=fault.fired)

    def told(self, unit: txn.Unit, **options: Any) -> Any:
        """Execute a unit, and return its outcome or the type of its error."""
        try:
            return txn.execute(unit, **{"policy": QUICK, **options})
        except Exception as error:
            return type(error)

    def effect(self, unit: txn.Unit, told: Any, *, fired: int = 1) -> Effect:
        """Read what a move left."""
        giver, taker, _ = unit.terms
        return Effect(
            told,
            (Account.objects.get(pk=giver).balance, Account.objects.get(pk=taker).balance),
            notes=Note.objects.filter(account=giver).count(),
            receipts=Receipt.objects.filter(key=unit.key.value).count() if unit.key else 0,
            fired=fired,
        )
