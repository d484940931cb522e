"""The transaction core: runs decisions on locked rows, and knows nothing of the domain.

A write is a `Unit`: the rows it depends on, and a pure decision over them. `execute` locks the
rows, decides, writes and commits, and retries if that may help.
"""

from tradepost.txn.act import Act, act_named, all_acts
from tradepost.txn.by_act import ByAct
from tradepost.txn.combined import combine
from tradepost.txn.committer import QueuedUnit, stop_committers
from tradepost.txn.counters import Minute, tally
from tradepost.txn.errors import (
    Busy,
    ConstraintRefused,
    DatabaseUnavailable,
    ImpureDecision,
    KeyInProgress,
    KeyReused,
    Locked,
    NestedUnit,
    OutcomeUnknown,
    StaleRead,
    TooMuchWaiting,
)
from tradepost.txn.execution import conclude, execute, execute_many, is_concluded, submit
from tradepost.txn.probe import is_refused
from tradepost.txn.rebuilding import execute_rebuilding
from tradepost.txn.receipts import find as find_receipt
from tradepost.txn.receipts import prune as prune_receipts
from tradepost.txn.retry import RetryPolicy
from tradepost.txn.snapshot import snapshot
from tradepost.txn.unit import (
    Call,
    CallOptions,
    Changes,
    Deferred,
    Delete,
    Id,
    Insert,
    Key,
    NewId,
    Outcome,
    RowLock,
    Rows,
    Unit,
    Update,
    known_id,
    options_of,
)

__all__ = [
    "Act",
    "Busy",
    "ByAct",
    "Call",
    "CallOptions",
    "Changes",
    "ConstraintRefused",
    "DatabaseUnavailable",
    "Deferred",
    "Delete",
    "Id",
    "ImpureDecision",
    "Insert",
    "Key",
    "KeyInProgress",
    "KeyReused",
    "Locked",
    "Minute",
    "NestedUnit",
    "NewId",
    "Outcome",
    "OutcomeUnknown",
    "QueuedUnit",
    "RetryPolicy",
    "RowLock",
    "Rows",
    "StaleRead",
    "TooMuchWaiting",
    "Unit",
    "Update",
    "act_named",
    "all_acts",
    "combine",
    "conclude",
    "execute",
    "execute_many",
    "execute_rebuilding",
    "find_receipt",
    "is_concluded",
    "is_refused",
    "known_id",
    "options_of",
    "prune_receipts",
    "snapshot",
    "stop_committers",
    "submit",
    "tally",
]
