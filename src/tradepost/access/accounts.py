"""Changing what an account may do: by an admin, and never so that no admin is left."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.access.errors import Forbidden, OwnAccount
from tradepost.access.models import Account
from tradepost.access.rights import ROLES, Right, Role

CHANGE = "change account"


def change(
    account_id: int,
    *,
    role: Role,
    is_active: bool,
    by: int,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Give an account a role, and let it sign in or not; return what it is then.

    The admin who does it is locked, too, and is one still: so there always is one left, also when
    two admins take the role from each other at once.

    Args:
        by: The account of the admin.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Raises:
        OwnAccount: It is the admin's own.
        Forbidden: Whoever does it is no admin, or there is no such account.
    """
    if account_id == by:
        raise OwnAccount
    own, other = txn.RowLock(Account, by), txn.RowLock(Account, account_id)

    def decide(rows: txn.Rows) -> txn.Changes:
        admin, account = rows.get(own), rows.get(other)
        is_admin = admin is not None and admin.is_active and Right.ADMIN in ROLES[Role(admin.role)]
        if not is_admin or account is None:
            raise Forbidden(actor=actor)
        values = {"role": role.value, "is_active": is_active}
        answer = {"id": account.id, "username": account.username, **values}
        return txn.Changes(answer=answer, updates=(txn.Update(other, values),))

    terms = (account_id, role.value, is_active)
    unit = txn.Unit(locks=(own, other), decide=decide, act=CHANGE, terms=terms, key=key)
    return txn.execute(unit, **call)
