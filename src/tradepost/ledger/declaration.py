"""What a book declares: its assets, the kinds of its entries, and the words for them."""

import enum
from dataclasses import dataclass

from tradepost.limits import WHOLE_MAX


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that an owner has an amount of: a whole number from 0 to a limit.

    Attributes:
        name: The owner's column. Null means that the amount is not tracked yet, and counts as 0.
        change: The entry's column with the change.
        after: The entry's column with the balance after the change.
    """

    name: str
    change: str = ""
    after: str = ""
    limit: int = WHOLE_MAX

    def __post_init__(self) -> None:
        object.__setattr__(self, "change", self.change or self.name)
        object.__setattr__(self, "after", self.after or f"{self.name}_after")


class Effect(enum.Enum):
    """How entries of a kind change the sum of a book's balances, and their owner.

    Attributes:
        OPENS: Creates the owner, with its initial balances.
        CLOSES: Deletes the owner, with its remaining balances.
        CREATES: Adds something.
        DESTROYS: Removes something.
        ADJUSTS: Adds or removes.
        MOVES: Cancels out with the entry of another owner.
    """

    OPENS = "opens"
    CLOSES = "closes"
    CREATES = "creates"
    DESTROYS = "destroys"
    ADJUSTS = "adjusts"
    MOVES = "moves"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ledger entry.

    Attributes:
        name: As entries store it.
        other: The kind of the other owner's entry, if the effect is `Effect.MOVES`.
        gives: The assets that a move takes from the entry's owner, who gets the others.
        may_be_empty: Whether an adjustment may leave every balance as it is.
    """

    name: str
    effect: Effect
    other: str = ""
    gives: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words for the names and claims of a book's invariants.

    Attributes:
        stored: What an owner's row stores, as a phrase.
        amounts: All assets together, with a verb.
        nothing: Begins the phrase "nothing is lost or made up".
        move: Two entries that cancel out.
        sides: Whose entries these are.
    """

    owner: str
    owners: str
    entry: str = "entry"
    entries: str = "entries"
    balance: str = "balance"
    balances: str = "balances"
    change: str = "change"
    ledger: str = "ledger"
    stored: str = "the stored balance"
    amounts: str = "balances are"
    nothing: str = "nothing"
    move: str = "move"
    moves: str = "moves"
    sides: str = "one of each side"
