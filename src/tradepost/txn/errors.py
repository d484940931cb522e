"""The errors that executing a unit may raise, besides the refusals of its decision."""

from tradepost.errors import Refusal, Unavailable


class Busy(Unavailable):
    """Conflicts with other transactions did not end within the deadline; nothing happened."""

    code = "busy"
    template = "Others were changing the same rows for too long; nothing was changed."


class TooMuchWaiting(Busy):
    """More was waiting to be committed than there was room or time for; nothing happened."""

    template = "Too many requests are waiting to be committed; nothing was changed."


class StaleRead(Busy):
    """What a unit was built from had changed when its rows were locked; nothing happened.

    A decision raises it, and `execute_rebuilding` builds the unit again. Callers get it as `Busy`
    if the rows changed every time.
    """


class DatabaseUnavailable(Unavailable):
    """The database could not be reached within the deadline; nothing happened."""

    code = "database_unavailable"
    template = "The database cannot be reached or cannot write; nothing was changed."
    retry_after_s = 5


class Locked(Unavailable):
    """A row is locked, and the caller would wait no longer; nothing happened."""

    code = "locked"
    template = "A row is locked by another transaction, and you would wait {wait_s:g} s at most."


class KeyInProgress(Unavailable):
    """The first request with this idempotency key is still running; nothing happened here."""

    code = "key_in_progress"
    template = "The first request with the idempotency key {key!r} is still running."


class OutcomeUnknown(Unavailable):
    """The commit was sent and its answer lost: it may have happened, or not."""

    code = "outcome_unknown"
    template = (
        "The database went away during the commit: the change may have been made or not. "
        "Ask again with the same idempotency key, if there was one."
    )


class KeyReused(Refusal):
    """The idempotency key was used for another request."""

    code = "key_reused"
    template = "The idempotency key {key!r} was used before, for another request."


class ConstraintRefused(Refusal):
    """The database refused a row that the rules had let pass; nothing was changed."""

    code = "constraint_refused"
    template = "The database refused what the rules had let pass: `tradepost audit` may tell why."


class NestedUnit(RuntimeError):
    """A unit was executed inside an open transaction: a mistake in the calling code.

    A unit is retried and committed as a whole, so it owns its transaction. Call `execute` outside
    of `atomic`, and put work that belongs together into one unit. Do not catch this.
    """


class ImpureDecision(RuntimeError):
    """A decision asked the database: a mistake in the calling code.

    A decision may run any number of times on the rows that its unit named, so the unit must name
    every row it needs. Also raised if the decision caught and hid the error.
    """
