"""Units over accounts: the smallest work that can be lost, doubled or oversold."""

from __future__ import annotations

from tests.toy.models import Account, Note
from tradepost import txn
from tradepost.errors import Refusal


class Overdrawn(Refusal):
    """An account has too little."""

    code = "overdrawn"
    template = "{name} has {available}, {required} are required."


def account(pk: int) -> txn.RowLock:
    """Return the lock on an account."""
    return txn.RowLock(Account, pk)


def move(source: int, target: int, amount: int, key: txn.Key | None = None) -> txn.Unit:
    """Move an amount between accounts, with a note; the source must have it."""

    def decide(rows: txn.Rows) -> txn.Changes:
        giver, taker = rows.get(account(source)), rows.get(account(target))
        if giver.balance < amount:
            raise Overdrawn(name=giver.name, available=giver.balance, required=amount)
        note = txn.Insert(Note, {"account": source, "text": f"{amount} to {taker.name}"})
        return txn.Changes(
            answer={"source": giver.balance - amount, "target": taker.balance + amount},
            updates=(
                txn.Update(account(source), {"balance": giver.balance - amount}),
                txn.Update(account(target), {"balance": taker.balance + amount}),
            ),
            inserts=(note,),
        )

    return txn.Unit(
        locks=(account(source), account(target)),
        decide=decide,
        act="move",
        terms=(source, target, amount),
        key=key,
    )


def add(pk: int, amount: int, key: txn.Key | None = None) -> txn.Unit:
    """Add to an account: the read-modify-write that loses updates without a lock."""

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(account(pk))
        return txn.Changes(
            answer=row.balance + amount,
            updates=(txn.Update(account(pk), {"balance": row.balance + amount}),),
        )

    return txn.Unit(locks=(account(pk),), decide=decide, act="add", terms=(pk, amount), key=key)


def get_or_create(name: str, amount: int = 0, key: txn.Key | None = None) -> txn.Unit:
    """Find an account by its name, or make it; add to it either way."""
    lock = txn.RowLock(Account, name, field="name")

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(lock)
        if row is None:
            new = txn.Insert(Account, {"name": name, "balance": amount})
            return txn.Changes(answer={"id": new.id, "made": True}, inserts=(new,))
        return txn.Changes(
            answer={"id": row.id, "made": False},
            updates=(txn.Update(lock, {"balance": row.balance + amount}),),
        )

    return txn.Unit(
        locks=(lock,), decide=decide, act="get or create", terms=(name, amount), key=key
    )
