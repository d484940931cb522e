"""A naive book-keeper over dicts: what units over accounts ought to do, with no database."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.units import Full, Overdrawn, account, add_note, get_or_create, remove
from tradepost import txn
from tradepost.errors import NotFound, Refusal

# An id that no account ever has.
NOBODY = 10**9


class Taken(Refusal):
    """Another account has the name."""


class Same(Refusal):
    """Giver and taker are one account."""


def pay(pk: int, name: str, amount: int) -> txn.Unit:
    """Move between an account named by its id and one named by its name: maybe one row."""
    source, target = account(pk), txn.RowLock(Account, name, field="name")

    def decide(rows: txn.Rows) -> txn.Changes:
        giver, taker = rows.get(source), rows.get(target)
        if giver is None or taker is None:
            raise NotFound
        if giver.id == taker.id:
            assert giver is taker
            raise Same
        if giver.balance < amount:
            raise Overdrawn(name=giver.name, available=giver.balance, required=amount)
        return txn.Changes(
            answer=[giver.balance - amount, taker.balance + amount],
            updates=(
                txn.Update(source, {"balance": giver.balance - amount}),
                txn.Update(target, {"balance": taker.balance + amount}),
            ),
        )

    return txn.Unit(
        locks=(source, target), decide=decide, act=toy_act("pay"), terms=(pk, name, amount)
    )


def rename(pk: int, name: str) -> txn.Unit:
    """Give an account a name, unless another one has it."""
    row, other = account(pk), txn.RowLock(Account, name, field="name")

    def decide(rows: txn.Rows) -> txn.Changes:
        if rows.get(row) is None:
            raise NotFound
        if (holder := rows.get(other)) and holder.id != pk:
            raise Taken
        return txn.Changes(answer=name, updates=(txn.Update(row, {"name": name}),))

    return txn.Unit(locks=(row, other), decide=decide, act=toy_act("rename"), terms=(pk, name))


UNITS = {
    "pay": pay,
    "rename": rename,
    "get or create": get_or_create,
    "add note": add_note,
    "remove": remove,
}


@dataclass
class Book:
    """What one account is."""

    name: str
    balance: int
    notes: int = 0


@dataclass
class BookKeeper:
    """Keeps accounts, notes and receipts in dicts and lists."""

    accounts: dict[int, Book] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)
    receipts: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def ask(self, act: str, terms: tuple[Any, ...], key: str | None, *, dry_run: bool) -> Any:
        """Return the outcome, or the type of the refusal; `None` stands for a new id."""
        if key in self.receipts:
            request, answer = self.receipts[key]
            if request != (act, terms):
                return txn.KeyReused
            return txn.Outcome(answer, replayed=True)
        books = BookKeeper(
            {pk: dataclasses.replace(book) for pk, book in self.accounts.items()},
            list(self.notes),
        )
        try:
            answer = getattr(books, "_" + act.replace(" ", "_"))(*terms)
        except Refusal as refusal:
            return type(refusal)
        if not dry_run:
            self.accounts, self.notes = books.accounts, books.notes
            if key is not None:
                self.receipts[key] = ((act, terms), answer)
        return txn.Outcome(answer)

    def adopt(self, pk: int) -> None:
        """Take the id that the database gave to the account that was made last."""
        assert pk not in self.accounts
        self.accounts[pk] = self.accounts.pop(NOBODY)

    def _find(self, name: str) -> int | None:
        return next((pk for pk, book in self.accounts.items() if book.name == name), None)

    def _book(self, pk: int | None) -> Book:
        if pk is None or pk not in self.accounts:
            raise NotFound
        return self.accounts[pk]

    def _pay(self, pk: int, name: str, amount: int) -> Any:
        giver, taker = self._book(pk), self._book(self._find(name))
        if giver is taker:
            raise Same
        if giver.balance < amount:
            raise Overdrawn(name=giver.name, available=giver.balance, required=amount)
        giver.balance -= amount
        taker.balance += amount
        return [giver.balance, taker.balance]

    def _rename(self, pk: int, name: str) -> Any:
        book = self._book(pk)
        if self._find(name) not in (None, pk):
            raise Taken
        book.name = name
        return name

    def _get_or_create(self, name: str, amount: int) -> Any:
        pk = self._find(name)
        if pk is None:
            self.accounts[NOBODY] = Book(name, amount)
            return {"id": None, "made": True}
        self.accounts[pk].balance += amount
        return {"id": pk, "made": False}

    def _add_note(self, pk: int, limit: int) -> Any:
        book = self._book(pk)
        if book.notes >= limit:
            raise Full(limit=limit)
        book.notes += 1
        self.notes.append((pk, f"note {book.notes}"))
        return book.notes

    def _remove(self, pk: int) -> None:
        self._book(pk)
        del self.accounts[pk]
