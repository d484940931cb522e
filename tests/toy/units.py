"""Units over accounts: the smallest work that can be lost, doubled or oversold."""

from __future__ import annotations

from collections.abc import Sequence

from tests.toy.acts import toy_act
from tests.toy.models import Account, Note
from tradepost import txn
from tradepost.errors import NotFound, Refusal


class Overdrawn(Refusal):
    """An account has too little."""

    code = "overdrawn"
    template = "{name} has {available}, {required} are required."


class Full(Refusal):
    """An account has as many notes as it may have."""

    code = "full"
    template = "There are {limit} notes already."


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
        act=toy_act("move"),
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

    return txn.Unit(
        locks=(account(pk),), decide=decide, act=toy_act("add"), terms=(pk, amount), key=key
    )


def get_or_create(name: str, amount: int = 0, key: txn.Key | None = None) -> txn.Unit:
    """Find an account by its name, or make it; add to it either way."""
    lock = txn.RowLock(Account, name, field="name")

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(lock)
        if row is None:
            new = txn.Insert(Account, {"name": name, "balance": amount})
            return txn.Changes(
                answer=txn.Deferred(lambda: {"id": new.id.value, "made": True}), inserts=(new,)
            )
        return txn.Changes(
            answer=txn.Deferred(lambda: {"id": txn.known_id(row.id), "made": False}),
            updates=(txn.Update(lock, {"balance": row.balance + amount}),),
        )

    return txn.Unit(
        locks=(lock,), decide=decide, act=toy_act("get or create"), terms=(name, amount), key=key
    )


def rename(pk: int, name: str) -> txn.Unit:
    """Give an account another name."""

    def decide(rows: txn.Rows) -> txn.Changes:
        return txn.Changes(answer=name, updates=(txn.Update(account(pk), {"name": name}),))

    return txn.Unit(locks=(account(pk),), decide=decide, act=toy_act("rename"), terms=(pk, name))


def remove(pk: int, key: txn.Key | None = None) -> txn.Unit:
    """Delete an account."""

    def decide(rows: txn.Rows) -> txn.Changes:
        if rows.get(account(pk)) is None:
            raise NotFound
        return txn.Changes(answer=None, deletes=(txn.Delete(account(pk)),))

    return txn.Unit(
        locks=(account(pk),), decide=decide, act=toy_act("remove"), terms=(pk,), key=key
    )


def add_note(pk: int, limit: int) -> txn.Unit:
    """Add a note to an account that may have so many: the shape that phantoms break."""

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(account(pk))
        if row is None:
            raise NotFound
        if row.note_count >= limit:
            raise Full(limit=limit)
        count = row.note_count + 1
        return txn.Changes(
            answer=count,
            updates=(txn.Update(account(pk), {"note_count": count}),),
            inserts=(txn.Insert(Note, {"account": pk, "text": f"note {count}"}),),
        )

    return txn.Unit(locks=(account(pk),), decide=decide, act=toy_act("add note"), terms=(pk, limit))


def withdraw(pk: int, other: int, amount: int, floor: int) -> txn.Unit:
    """Take from one of two accounts that must keep a sum: the shape of write skew."""

    def decide(rows: txn.Rows) -> txn.Changes:
        row, rest = rows.get(account(pk)), rows.get(account(other))
        available = row.balance + rest.balance - floor
        if available < amount:
            raise Overdrawn(name=row.name, available=available, required=amount)
        balance = row.balance - amount
        return txn.Changes(answer=balance, updates=(txn.Update(account(pk), {"balance": balance}),))

    return txn.Unit(
        locks=(account(pk), account(other)),
        decide=decide,
        act=toy_act("withdraw"),
        terms=(pk, other, amount, floor),
    )


def open_many(names: Sequence[str]) -> txn.Unit:
    """Make many accounts at once; the answer is their ids, in order."""

    def decide(rows: txn.Rows) -> txn.Changes:
        new = [
            txn.Insert(Account, {"name": name, "balance": place})
            for place, name in enumerate(names)
        ]
        return txn.Changes(
            answer=txn.Deferred(lambda: [insert.id.value for insert in new]), inserts=new
        )

    return txn.Unit(locks=(), decide=decide, act=toy_act("open many"), terms=(len(names),))
