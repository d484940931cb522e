"""Books: a balance changes only by a posting, which adds a ledger entry.

Owners and entries are models of the domain, and their rows stay wide, with one column per asset. By
convention an owner has ``id`` and ``entry_count``; an entry has ``number``, ``kind``, ``actor``,
``reason`` and ``at``, and where entries move something between owners, ``counterparty_id`` and
``counterparty_number``.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

from django.db.models import Model

from tradepost.ledger.declaration import Asset, Effect, Kind, Words
from tradepost.ledger.posting import (
    DEFAULT_REFUSALS,
    Cause,
    Closing,
    Opening,
    OwnerRow,
    Posting,
    Refusals,
)
from tradepost.txn import Delete, Id, Insert, RowLock, Update

NO_VALUES: Mapping[str, object] = {}


R = TypeVar("R", bound=OwnerRow)
E = TypeVar("E", bound=Model)


@dataclass(frozen=True, kw_only=True, eq=False)
class Book(Generic[R, E]):
    """Who owns what: a declaration.

    ``R`` is an owner's row as decisions see it, ``E`` the model of its entries.

    Attributes:
        owner_column: The entry's column with the owner's id.
        assets: Checked in this order for balances that would be too large.
        last_entry_at: The owner's column with the time of its last entry.
        refusals: Makes the domain's own refusals.

    Raises:
        ValueError: A model lacks a column or stores other kinds of entries, or a kind that moves
            something has no counterpart.
    """

    owner: type[Model]
    entry: type[E]
    owner_column: str
    assets: Sequence[Asset]
    kinds: Sequence[Kind]
    last_entry_at: str
    words: Words
    refusals: Refusals = DEFAULT_REFUSALS
    # Made once, because every decision posts: a getter of an owner's id, number of entries, time of
    # the last one and balances; and each asset's name, columns and limit.
    _read: Callable[[Any], tuple[Any, ...]] = field(init=False)
    _columns: tuple[tuple[str, str, str, int], ...] = field(init=False)
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = [asset.name for asset in self.assets]
        read = operator.attrgetter("id", "entry_count", self.last_entry_at, *names)
        columns = ((asset.name, asset.change, asset.after, asset.limit) for asset in self.assets)
        object.__setattr__(self, "_read", read)
        object.__setattr__(self, "_columns", tuple(columns))
        object.__setattr__(self, "_names", frozenset(names))
        self._check()

    def lock(self, owner_id: int) -> RowLock[R]:
        """Return the lock on an owner's row."""
        return RowLock(self.owner, owner_id)

    def post(
        self,
        row: R,
        deltas: Mapping[str, int],
        cause: Cause,
        *,
        entry: Mapping[str, object] = NO_VALUES,
        owner: Mapping[str, object] = NO_VALUES,
    ) -> Posting:
        """Return the change of an owner's balances, with the entry that records it.

        A decision may post to an owner only once, because the row determines the entry's number.

        Args:
            deltas: Positive or negative changes, by asset. Insufficient balances are refused in
                this order.
            cause: If the previous entry has a later time, that one is used.
            entry: More values of the entry.
            owner: More values of the owner's row.

        Raises:
            Insufficient: More is taken than there is. `refusals` makes this and the next one.
            LimitExceeded: A balance would be too large.
            LookupError: There is no such asset.
        """
        self._require_known(deltas)
        read = self._read(row)
        posting = self._post(read, deltas, 1, cause.kind.name, cause.not_before(read[2]))
        posting.insert.values.update(entry)
        if not owner:
            return posting
        values = {**posting.update.values, **owner}
        return posting._replace(update=posting.update._replace(values=values))

    def move(
        self, giver: R, taker: R, deltas: Mapping[str, int], cause: Cause
    ) -> tuple[Posting, Posting]:
        """Return two changes that cancel out, both at the same time.

        Args:
            deltas: Changes of the giver; the taker gets the opposite.
            cause: Its kind is the giver's.

        Raises:
            Insufficient, LimitExceeded: See `post`; the giver is checked first.
        """
        self._require_known(deltas)
        one, two = self._read(giver), self._read(taker)
        cause = cause.not_before(one[2]).not_before(two[2])
        gave = self._post(one, deltas, 1, cause.kind.name, cause)
        got = self._post(two, deltas, -1, cause.kind.other, cause)
        gave.insert.values["counterparty_id"] = two[0]
        gave.insert.values["counterparty_number"] = got.number
        got.insert.values["counterparty_id"] = one[0]
        got.insert.values["counterparty_number"] = gave.number
        return gave, got

    def open(
        self, balances: Mapping[str, int], cause: Cause, *, owner: Mapping[str, object] = NO_VALUES
    ) -> Opening:
        """Return a new owner with its initial balances, and its first entry.

        Args:
            owner: More values of the owner's row.
        """
        stored = {asset.name: balances.get(asset.name, 0) for asset in self.assets}
        times = {"entry_count": 1, self.last_entry_at: cause.at}
        new = Insert(self.owner, {**owner, **times, **stored})
        values = self._entry(new.id, 1, cause.kind.name, cause)
        for name, change, after, _ in self._columns:
            values[change] = values[after] = stored[name]
        return Opening(new, Insert(self.entry, values))

    def close(self, row: R, cause: Cause) -> Closing:
        """Return the deletion of an owner, and a last entry that takes all it has."""
        nothing = {name: -balance for name, balance in self.balances(row).items()}
        return Closing(Delete(self.lock(row.id)), self.post(row, nothing, cause).insert)

    def balances(self, row: R) -> dict[str, int]:
        """Return an owner's balance of each asset."""
        return {asset.name: getattr(row, asset.name) or 0 for asset in self.assets}

    def changed(self, row: R, deltas: Mapping[str, int]) -> dict[str, int]:
        """Return an owner's balances after a change, without writing them.

        Raises:
            Insufficient, LimitExceeded: See `post`.
        """
        has = self.balances(row)
        after = {name: had + deltas.get(name, 0) for name, had in has.items()}
        if any(not 0 <= after[asset.name] <= asset.limit for asset in self.assets):
            self._refuse(row.id, list(has.values()), deltas)
        return after

    def with_effect(self, *effects: Effect) -> list[str]:
        """Return the names of the kinds that have one of these effects."""
        return [kind.name for kind in self.kinds if kind.effect in effects]

    def _post(
        self, read: tuple[Any, ...], deltas: Mapping[str, int], sign: int, kind: str, cause: Cause
    ) -> Posting:
        owner_id, number, _, *balances = read
        number += 1
        stored: dict[str, Any] = {"entry_count": number, self.last_entry_at: cause.at}
        values = self._entry(owner_id, number, kind, cause)
        for (name, change, after, limit), balance in zip(self._columns, balances, strict=True):
            delta = deltas[name] * sign if name in deltas else 0
            amount = (balance or 0) + delta
            if not 0 <= amount <= limit:
                opposite = {asset: sign * delta for asset, delta in deltas.items()}
                self._refuse(owner_id, balances, opposite)
            values[change] = delta
            values[after] = stored[name] = amount
        update = Update(RowLock(self.owner, owner_id), stored)
        return Posting(update, Insert(self.entry, values), stored, number, cause.at)

    def _entry(self, owner: Id, number: int, kind: str, cause: Cause) -> dict[str, Any]:
        """Return an entry's values, except the changes and the balances."""
        _, at, actor, reason = cause
        return {
            self.owner_column: owner,
            "number": number,
            "kind": kind,
            "at": at,
            "actor": actor,
            "reason": reason,
        }

    def _require_known(self, deltas: Mapping[str, int]) -> None:
        if not deltas.keys() <= self._names:
            raise LookupError(f"no asset is called {', '.join(deltas.keys() - self._names)}")

    def _refuse(
        self, owner: int, balances: Sequence[int | None], deltas: Mapping[str, int]
    ) -> NoReturn:
        has = {asset.name: had or 0 for asset, had in zip(self.assets, balances, strict=True)}
        for name, delta in deltas.items():
            if has[name] + delta < 0:
                raise self.refusals.insufficient(owner, name, -delta, has[name])
        raise next(
            self.refusals.too_large(owner, asset.name, after, asset.limit)
            for asset in self.assets
            if (after := has[asset.name] + deltas.get(asset.name, 0)) > asset.limit
        )

    def _check(self) -> None:
        owned = ["id", "entry_count", self.last_entry_at, *(name for name, *_ in self._columns)]
        entered = [self.owner_column, "number", "kind", "at", "actor", "reason"]
        entered += [name for _, change, after, _ in self._columns for name in (change, after)]
        if self.with_effect(Effect.MOVES):
            entered += ["counterparty_id", "counterparty_number"]
        for model, names in ((self.owner, owned), (self.entry, entered)):
            there = {one.attname for one in model._meta.concrete_fields}
            if missing := set(names) - there:
                raise ValueError(f"{model.__name__} has no {', '.join(sorted(missing))}")
        choices = self.entry._meta.get_field("kind").choices  # type: ignore[union-attr]
        declared = {kind.name for kind in self.kinds}
        if choices is not None and {value for value, _ in choices} != declared:
            raise ValueError(f"{self.entry.__name__} stores other kinds than {sorted(declared)}")
        pairs = {kind.name: kind.other for kind in self.kinds if kind.effect is Effect.MOVES}
        if unpaired := [name for name, other in pairs.items() if pairs.get(other) != name]:
            raise ValueError(f"no other side has the kind {', '.join(unpaired)}")
