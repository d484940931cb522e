"""How the answer of each act is shown: the domains' presenters register theirs here."""

from __future__ import annotations

from typing import Any

from tradepost import txn
from tradepost.access import accounts

Shown = dict[str, Any]

presenters: txn.ByAct[Shown] = txn.ByAct()


def account(answer: accounts.AccountAnswer) -> Shown:
    return {
        "id": str(answer.id),
        "username": answer.username,
        "role": answer.role,
        "is_active": answer.is_active,
    }


presenters.add(accounts.CHANGE, account)
