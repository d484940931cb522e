"""Who sends a request: a program with a key, a signed-in account, this machine, or anonymous."""

import enum
from dataclasses import dataclass

from tradepost.access.models import Account
from tradepost.access.rights import EVERY, NOBODY, Right, Rights

LOCAL_ACTOR = "local"


class Kind(enum.Enum):
    """How a caller is identified."""

    ANONYMOUS = enum.auto()
    LOCAL = enum.auto()
    ACCOUNT = enum.auto()
    KEY = enum.auto()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, and what they may do.

    Attributes:
        actor: The name on ledger entries; idempotency keys belong to it, too.
        account: The account of a caller who is signed in.
    """

    kind: Kind
    actor: str
    rights: Rights
    account: Account | None = None

    def may(self, right: Right) -> bool:
        return right in self.rights

    @property
    def buys_for_themself(self) -> bool:
        """Whether the caller places and sees their own orders only."""
        return Right.BUY in self.rights and Right.SHOP not in self.rights


LOCAL = Caller(Kind.LOCAL, LOCAL_ACTOR, EVERY)
ANONYMOUS = Caller(Kind.ANONYMOUS, "nobody", NOBODY)


def for_account(account: Account) -> Caller:
    """Return the caller for an account."""
    return Caller(Kind.ACCOUNT, f"user:{account.username}", account.rights | NOBODY, account)


def for_key(name: str, rights: Rights) -> Caller:
    """Return the caller for an API key."""
    return Caller(Kind.KEY, f"key:{name}", rights | NOBODY)


def caller_of(request: object) -> Caller:
    """Return who sent a request; anonymous if no middleware has found out."""
    found = getattr(request, "caller", ANONYMOUS)
    return found if isinstance(found, Caller) else ANONYMOUS
