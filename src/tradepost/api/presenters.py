"""How the answer of each act is shown: the domains' presenters register theirs here."""

import dataclasses
from typing import Any

from tradepost import txn
from tradepost.access import accounts

Shown = dict[str, Any]

presenters: txn.ByAct[Shown] = txn.ByAct()


def account(answer: accounts.AccountAnswer) -> Shown:
    return dataclasses.asdict(answer) | {"id": str(answer.id)}


presenters.add(accounts.CHANGE, account)
