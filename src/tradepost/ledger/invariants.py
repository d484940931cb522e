"""The invariants of a book's owners and entries, generated from its declaration."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from tradepost.engines import engine_of
from tradepost.ledger.book import Book
from tradepost.ledger.declaration import Effect, Kind
from tradepost.ledger.invariant import (
    LOW,
    Invariant,
    every,
    high,
    low,
    outside,
    some,
    total,
    wide,
)

AnyBook = Book[Any, Any]


def invariants(book: AnyBook, connection: BaseDatabaseWrapper) -> tuple[Invariant, ...]:
    """Return a book's invariants, in the best order for reading breaches."""
    return tuple(_Generator(book, connection).all())


class _Generator:
    """Writes the queries, with the names of a book's tables and columns."""

    def __init__(self, book: AnyBook, connection: BaseDatabaseWrapper) -> None:
        self.book = book
        self.words = book.words
        self.engine = engine_of(connection)
        self.quote = connection.ops.quote_name
        self.owner = self.quote(book.words.owner)
        self.owners = self.quote(book.owner._meta.db_table)
        self.entries = self.quote(book.entry._meta.db_table)
        self.id, self.count = self._columns(book.owner, "id", "entry_count")
        self.key, self.number, self.kind, self.at = self._columns(
            book.entry, book.owner_column, "number", "kind", "at"
        )
        # For each asset, the owner's column and the entry's two.
        self.assets = [
            (
                *self._columns(book.owner, asset.name),
                *self._columns(book.entry, asset.change, asset.after),
            )
            for asset in book.assets
        ]
        self.newest = (
            f"(SELECT {self.key}, MAX({self.number}) AS last_number FROM {self.entries}"
            f" GROUP BY {self.key}) AS newest"
        )

    def all(self) -> Iterator[Invariant]:
        """Yield each invariant that applies to the book's kinds."""
        yield self._whole_numbers()
        yield self._no_gap()
        yield self._add_up()
        yield self._agree()
        if self.book.with_effect(Effect.OPENS):
            yield self._life()
        if self.book.with_effect(Effect.MOVES):
            yield self._cancel_out()
        yield self._conserved()
        yield self._kinds()
        yield self._times()

    def _whole_numbers(self) -> Invariant:
        places = []
        limits = [asset.limit for asset in self.book.assets]
        for limit, (balance, change, after) in zip(limits, self.assets, strict=True):
            places.append((self.owners, self.id, balance, 0, limit))
            places.append((self.entries, self.key, change, -limit, limit))
            places.append((self.entries, self.key, after, 0, limit))
        found = [
            f"SELECT '{_plain(table)}.{_plain(column)}' AS place, {key} AS {self.owner},"
            f" {column} AS found FROM {table} WHERE {outside(self.engine, column, least, most)}"
            for table, key, column, least, most in places
        ]
        return Invariant(
            name=f"{self.words.balances} are whole numbers",
            claim=f"Every {self.words.balance} is a whole number from 0 to {max(limits)}.",
            broken=f"{' UNION ALL '.join(found)} ORDER BY 1, 2",
        )

    def _no_gap(self) -> Invariant:
        return Invariant(
            name=f"{self.words.entries} have no gap",
            claim=f"Each {self.words.owner}'s {self.words.entries} are numbered from 1"
            " without a gap.",
            broken=f"""
                SELECT {self.key} AS {self.owner}, COUNT(*) AS entries,
                       MIN({self.number}) AS first_number, MAX({self.number}) AS last_number
                FROM {self.entries} GROUP BY {self.key}
                HAVING MIN({self.number}) <> 1 OR MAX({self.number}) <> COUNT(*)
                ORDER BY {self.key}""",
        )

    def _add_up(self) -> Invariant:
        shown, chain, broken = [], [], []
        for place, (_, change, after) in enumerate(self.assets):
            before = self.quote(f"{self.book.assets[place].name}_before")
            shown.append(f"{before}, {change}, {after}")
            chain.append(f"{change}, {after}, COALESCE(LAG({after}) OVER w, 0) AS {before}")
            broken.append(f"{after} <> {before} + {wide(change)}")
        return Invariant(
            name=f"{self.words.entries} add up",
            claim=f"Each {self.words.entry}'s {self.words.balance} is the one before"
            f" plus its {self.words.change}.",
            broken=f"""
                SELECT {self.key} AS {self.owner}, {self.number}, {", ".join(shown)}
                FROM (SELECT {self.key}, {self.number}, {", ".join(chain)} {self._in_order()})
                     AS chain
                WHERE {" OR ".join(broken)}
                ORDER BY {self.key}, {self.number}""",
        )

    def _times(self) -> Invariant:
        return Invariant(
            name=f"{self.words.entries} never go back in time",
            claim=f"No {self.words.entry} is dated before the {self.words.owner}'s previous one.",
            broken=f"""
                SELECT {self.key} AS {self.owner}, {self.number}, at_before, {self.at}
                FROM (SELECT {self.key}, {self.number}, {self.at},
                             LAG({self.at}) OVER w AS at_before {self._in_order()}) AS chain
                WHERE {self.at} < at_before
                ORDER BY {self.key}, {self.number}""",
        )

    def _agree(self) -> Invariant:
        shown, broken = [], []
        for place, (balance, _, after) in enumerate(self.assets):
            in_ledger = self.quote(f"{self.book.assets[place].name}_in_ledger")
            shown.append(f"owner.{balance}, last.{after} AS {in_ledger}")
            broken.append(f"COALESCE(owner.{balance}, 0) <> COALESCE(last.{after}, 0)")
            broken.append(f"(owner.{balance} IS NULL AND last.{after} IS NOT NULL)")
        without = ""
        if self.book.with_effect(Effect.OPENS):
            broken.append("newest.last_number IS NULL")
        else:
            without = "; without one there is none"
        return Invariant(
            name=f"{self.words.ledger} and {self.words.owners} agree",
            claim=f"Each {self.words.owner}'s last {self.words.entry} is"
            f" {self.words.stored}{without}.",
            broken=f"""
                SELECT owner.{self.id} AS {self.owner}, owner.{self.count} AS entries_counted,
                       COALESCE(newest.last_number, 0) AS last_number, {", ".join(shown)}
                FROM {self.owners} AS owner
                LEFT JOIN {self.newest} ON newest.{self.key} = owner.{self.id}
                LEFT JOIN {self.entries} AS last
                     ON last.{self.key} = owner.{self.id}
                    AND last.{self.number} = newest.last_number
                WHERE owner.{self.count} <> COALESCE(newest.last_number, 0)
                   OR {" OR ".join(broken)}
                ORDER BY owner.{self.id}""",
        )

    def _life(self) -> Invariant:
        opens = self._named(self.book.with_effect(Effect.OPENS))
        closes = self._named(self.book.with_effect(Effect.CLOSES))
        left = " OR ".join(f"entry.{after} <> 0" for *_, after in self.assets)
        kind, number = f"entry.{self.kind}", f"entry.{self.number}"
        return Invariant(
            name=f"life begins and ends in the {self.words.ledger}",
            claim=f"The first {self.words.entry} creates the {self.words.owner};"
            " the last of a deleted one leaves nothing.",
            broken=f"""
                SELECT entry.{self.key} AS {self.owner}, {number}, {kind},
                       {", ".join(f"entry.{after}" for *_, after in self.assets)}
                FROM {self.entries} AS entry
                JOIN {self.newest} ON newest.{self.key} = entry.{self.key}
                LEFT JOIN {self.owners} AS owner ON owner.{self.id} = entry.{self.key}
                WHERE ({number} = 1 AND {kind} NOT IN {opens})
                   OR ({number} <> 1 AND {kind} IN {opens})
                   OR ({kind} IN {closes} AND ({number} <> newest.last_number
                       OR owner.{self.id} IS NOT NULL OR {left}))
                   OR (owner.{self.id} IS NULL AND {number} = newest.last_number
                       AND {kind} NOT IN {closes})
                ORDER BY entry.{self.key}, {number}""",
        )

    def _cancel_out(self) -> Invariant:
        other_id, other_number = self._columns(
            self.book.entry, "counterparty_id", "counterparty_number"
        )
        moves = [kind for kind in self.book.kinds if kind.effect is Effect.MOVES]
        pairs = " ".join(f"WHEN '{kind.name}' THEN '{kind.other}'" for kind in moves)
        differ = " OR ".join(
            f"other.{change} <> -{wide(f'one.{change}')}" for _, change, _ in self.assets
        )
        shown = ", ".join(
            f"one.{change}, other.{change} AS {self.quote(f'other_{_plain(change)}')}"
            for _, change, _ in self.assets
        )
        named = self._named([kind.name for kind in moves])
        return Invariant(
            name=f"{self.words.moves} cancel out",
            claim=f"A {self.words.move} is exactly two {self.words.entries},"
            f" {self.words.sides}, that cancel out.",
            broken=f"""
                SELECT one.{self.key} AS {self.owner}, one.{self.number},
                       one.{self.kind}, {shown}, one.{other_id}, one.{other_number},
                       other.{self.kind} AS other_kind
                FROM {self.entries} AS one
                LEFT JOIN {self.entries} AS other
                     ON other.{self.key} = one.{other_id}
                    AND other.{self.number} = one.{other_number}
                WHERE (one.{self.kind} IN {named} AND (
                          other.{self.number} IS NULL
                          OR other.{self.kind} <> CASE one.{self.kind} {pairs} END
                          OR other.{other_id} IS NULL OR other.{other_number} IS NULL
                          OR other.{other_id} <> one.{self.key}
                          OR other.{other_number} <> one.{self.number}
                          OR {differ}))
                   OR (one.{self.kind} NOT IN {named} AND one.{other_id} IS NOT NULL)
                ORDER BY one.{self.key}, one.{self.number}""",
        )

    def _conserved(self) -> Invariant:
        moves = self.book.with_effect(Effect.MOVES)
        outside_moves = f" WHERE {self.kind} NOT IN {self._named(moves)}" if moves else ""
        found = []
        for asset, (balance, change, _) in zip(self.book.assets, self.assets, strict=True):
            owned, changed = wide(balance), wide(change)
            created = total(f"(CASE WHEN {change} > 0 THEN {changed} ELSE 0 END)")
            destroyed = total(f"(CASE WHEN {change} < 0 THEN -{changed} ELSE 0 END)")
            # The parts are compared, because their sums are exact on every engine.
            found.append(f"""
                SELECT '{asset.name}' AS asset, owned.there_are, entered.created, entered.destroyed
                FROM (SELECT {high(owned)} AS high, {low(owned)} AS low,
                             {total(owned)} AS there_are FROM {self.owners}) AS owned
                CROSS JOIN (SELECT {high(changed)} AS high, {low(changed)} AS low,
                                   {created} AS created, {destroyed} AS destroyed
                            FROM {self.entries}{outside_moves}) AS entered
                WHERE (owned.high - entered.high) * {LOW} + owned.low - entered.low <> 0""")
        return Invariant(
            name=f"{self.words.nothing} is lost or made up",
            claim=f"All {self.words.amounts} what was ever granted minus what was ever removed.",
            broken=" UNION ALL ".join(found),
        )

    def _kinds(self) -> Invariant:
        whens = " ".join(f"WHEN '{kind.name}' THEN {self._fits(kind)}" for kind in self.book.kinds)
        changes = ", ".join(change for _, change, _ in self.assets)
        return Invariant(
            name=f"{self.words.entries} agree with their kinds",
            claim=f"Each {self.words.entry} changes the {self.words.balance} as its kind says.",
            broken=f"""
                SELECT {self.key} AS {self.owner}, {self.number}, {self.kind}, {changes}
                FROM {self.entries}
                WHERE NOT CASE {self.kind} {whens} ELSE 0 = 1 END
                ORDER BY {self.key}, {self.number}""",
        )

    def _fits(self, kind: Kind) -> str:
        """Return the condition that an entry's changes have the signs that its kind requires."""
        changes = {
            asset.name: change
            for asset, (_, change, _) in zip(self.book.assets, self.assets, strict=True)
        }
        changed = "0 = 0" if kind.may_be_empty else some(changes.values(), "<> 0")
        match kind.effect:
            case Effect.OPENS:
                return every(changes.values(), ">= 0")
            case Effect.CLOSES:
                return every(changes.values(), "<= 0")
            case Effect.CREATES:
                return f"({changed} AND {every(changes.values(), '>= 0')})"
            case Effect.DESTROYS:
                return f"({changed} AND {every(changes.values(), '<= 0')})"
            case Effect.MOVES if kind.gives:
                gives = [changes.pop(name) for name in kind.gives]
                return f"({every(gives, '< 0')} AND {every(changes.values(), '>= 0')})"
            case _:
                return changed

    def _columns(self, model: type[Model], *attnames: str) -> list[str]:
        columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
        return [self.quote(columns[name]) for name in attnames]

    def _in_order(self) -> str:
        return f"FROM {self.entries} WINDOW w AS (PARTITION BY {self.key} ORDER BY {self.number})"

    def _named(self, kinds: Iterable[str]) -> str:
        return "(" + ", ".join(f"'{kind}'" for kind in kinds) + ")"


def _plain(quoted: str) -> str:
    return quoted.strip('"`')
