"""Changes an account's role, so that at least one admin always remains."""

from dataclasses import dataclass
from typing import Protocol, Unpack

from tradepost import txn
from tradepost.access.errors import Forbidden, OwnAccount
from tradepost.access.models import Account
from tradepost.access.rights import ROLES, Right, Role


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    """The terms of `change`."""

    account: int
    role: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """An account, and what it may do."""

    id: int
    username: str
    role: str
    is_active: bool


CHANGE = txn.Act("change account", ChangeAccount, AccountAnswer)


class AccountRow(Protocol):
    """An account, as decisions see one."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def is_active(self) -> bool: ...


def change(
    account_id: int, *, role: Role, is_active: bool, by: int, **call: Unpack[txn.Call]
) -> txn.Outcome[AccountAnswer]:
    """Change an account's role and whether it can sign in; return the account.

    The admin's own row is locked and checked, too. So one admin always remains, even when two
    admins demote each other at the same time.

    Args:
        by: The ID of the admin's account.

    Raises:
        OwnAccount: It is the admin's own account.
        Forbidden: The caller is not an admin, or the account does not exist.
    """
    if account_id == by:
        raise OwnAccount
    own: txn.RowLock[AccountRow] = txn.RowLock(Account, by)
    other: txn.RowLock[AccountRow] = txn.RowLock(Account, account_id)

    def decide(rows: txn.Rows) -> txn.Changes[AccountAnswer]:
        admin, account = rows.get(own), rows.get(other)
        is_admin = admin is not None and admin.is_active and Right.ADMIN in ROLES[Role(admin.role)]
        if not is_admin or account is None:
            raise Forbidden(actor=call["actor"])
        return txn.Changes(
            answer=AccountAnswer(account.id, account.username, role.value, is_active),
            updates=(txn.Update(other, {"role": role.value, "is_active": is_active}),),
        )

    terms = ChangeAccount(account_id, role.value, is_active)
    key = call.get("key")
    unit = txn.Unit(locks=(own, other), decide=decide, act=CHANGE, terms=terms, key=key)
    return txn.execute(unit, **txn.options_of(call))
