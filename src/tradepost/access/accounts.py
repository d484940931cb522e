"""Changes an account's role, so that at least one admin always remains."""

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
    """Change an account's role and whether it can sign in; return the account.

    The admin's own row is locked and checked, too. So one admin always remains, even when two
    admins demote each other at the same time.

    Args:
        by: The ID of the admin's account.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Raises:
        OwnAccount: It is the admin's own account.
        Forbidden: The caller is not an admin, or the account does not exist.
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
