"""What callers can be told: a stable code, the facts, and a sentence made from them. No HTTP."""

from typing import ClassVar


class TradepostError(Exception):
    """An answer other than success, meant for the caller.

    Attributes:
        code: Stable name, part of the API; never renamed.
        retryable: Whether the same request may succeed later.
        template: The sentence, with the facts' names in braces.
        facts: The numbers and names behind the sentence.
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    template: ClassVar[str] = "The request failed."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template.format(**facts))


class Refusal(TradepostError):
    """The business says no: nothing was changed, and trying again changes nothing."""

    code = "refused"
    template = "The request was refused."


class NotFound(Refusal):
    """Something the request names is not there."""

    code = "not_found"
    template = "It is not there."


class Unprocessable(Refusal):
    """The request can be read, but asks for something that makes no sense."""

    code = "meaningless"
    template = "The request makes no sense."


class Malformed(Refusal):
    """The request cannot be read.

    Attributes:
        errors: One entry a problem: ``pointer`` (where), ``code``, ``detail``.
    """

    code = "malformed"
    template = "The request cannot be read: {reason}"

    def __init__(self, reason: str, errors: list[dict[str, str]] | None = None) -> None:
        self.errors = errors or []
        super().__init__(reason=reason)


class Unavailable(TradepostError):
    """The world was in the way: the caller may come back.

    Attributes:
        retry_after_s: How long to wait before the next try, in seconds.
    """

    code = "unavailable"
    retryable = True
    template = "The service cannot answer now."
    retry_after_s: ClassVar[int] = 1
