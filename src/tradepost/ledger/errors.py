"""Why a balance cannot change. A book may turn these into refusals of its domain."""

from tradepost.errors import Refusal


class Insufficient(Refusal):
    """An owner has less of an asset than is required."""

    code = "insufficient"
    template = "{available} {asset} are available, {required} are required."


class LimitExceeded(Refusal):
    """An owner would have more of an asset than a balance can hold."""

    code = "limit_exceeded"
    template = "The balance would be {required} {asset}; the limit is {limit}."
