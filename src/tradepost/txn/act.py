"""Acts: what a unit can do, with the types of its terms and its answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from tradepost.txn.codec import decoder, encoder

T = TypeVar("T")
A = TypeVar("A")
# Converts stored JSON from one version to the next.
Upgrade = Callable[[Any], Any]


class Act(Generic[T, A]):
    """An operation that units carry out. Creating an act registers it.

    Args:
        name: Stored in receipts, so it must never change; at most 32 characters.
        terms: The type of its parameters. Act and terms together identify a request.
        answer: The type of its result, which receipts store.
        version: The version of the answer's type, from 1.
        upgrades: For each earlier version, converts its stored answers to the next version.

    Raises:
        ValueError: Another act has the name, or an upgrade is missing.
        TypeError: Terms or answer cannot be stored; see `codec`.
    """

    def __init__(
        self,
        name: str,
        terms: type[T],
        answer: type[A],
        *,
        version: int = 1,
        upgrades: Mapping[int, Upgrade] | None = None,
    ) -> None:
        self.name = name
        self.terms = terms
        self.answer = answer
        self.version = version
        self._upgrades = dict(upgrades or {})
        if name in _acts:
            raise ValueError(f"the act {name!r} already exists")
        if self._upgrades.keys() != set(range(1, version)):
            raise ValueError(f"{name!r} needs one upgrade for each version before {version}")
        self._encode_terms = encoder(terms)
        self._encode = encoder(answer)
        self._decode = decoder(answer)
        _acts[name] = self

    def __repr__(self) -> str:
        return f"<Act {self.name}>"

    def plain(self, terms: T) -> Any:
        """Return terms as JSON values."""
        return self._encode_terms(terms) if self._encode_terms else terms

    def dump(self, answer: A) -> str:
        """Return an answer as JSON."""
        return json.dumps(self._encode(answer) if self._encode else answer)

    def load(self, stored: str, version: int) -> A:
        """Return a stored answer, whichever version of this act stored it.

        Raises:
            ValueError: A later version of this program stored it.
        """
        if version > self.version:
            raise ValueError(f"{self.name!r} of version {version} is newer than this program")
        value = json.loads(stored)
        for earlier in range(version, self.version):
            value = self._upgrades[earlier](value)
        answer: A = self._decode(value) if self._decode else value
        return answer


_acts: dict[str, Act[Any, Any]] = {}


def act_named(name: str) -> Act[Any, Any]:
    """Return the act of this name.

    Raises:
        LookupError: No act has this name.
    """
    return _acts[name]


def all_acts() -> Iterator[Act[Any, Any]]:
    """Yield every declared act."""
    yield from _acts.values()
