"""How large numbers may be, and what a text may hold, whoever trades."""

from django.db.models import CheckConstraint, Q

# The largest whole number that every client counts exactly: a JSON number is a double.
WHOLE_MAX = 2**53 - 1
# What a bigint column holds: a larger id is the id of no one, and drivers refuse to send it.
ID_MAX = 2**63 - 1
# The longest reason that an entry holds.
REASON_MAX_LENGTH = 200
# No controls, no line breaks of any kind, nothing that turns the direction of what follows.
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"


def given(**lookups: object) -> Q:
    """Return the condition that a row meets all lookups; None means that any row meets one."""
    return Q(**{name: value for name, value in lookups.items() if value is not None})


def within(column: str, low: object, high: object, *, name: str) -> CheckConstraint:
    """Return the constraint that a column is from ``low`` to ``high``."""
    return CheckConstraint(
        condition=Q(**{f"{column}__gte": low, f"{column}__lte": high}), name=name
    )
