"""The base of the web pages' forms that change something."""

from typing import Any

from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.html import format_html

from tradepost import txn
from tradepost.errors import TradepostError, Unavailable
from tradepost.limits import PRINTABLE
from tradepost.pages import act_form

one_line = RegexValidator(
    PRINTABLE, "Text takes no control characters, line breaks or overrides of its direction."
)
REPLAYED = "This was done already; here is the result."


def notify(request: HttpRequest, outcome: txn.Outcome[Any], message: str) -> None:
    """Show what was done on the next page, and whether it had been done before.

    Args:
        message: A sentence; safe HTML is kept.
    """
    if outcome.replayed:
        messages.info(request, format_html("{} {}", REPLAYED, message))
    else:
        messages.success(request, message)


class ActForm(act_form.ActForm):
    def error_text(self, error: TradepostError) -> str:
        key = self.cleaned_data.get("key")
        if isinstance(error, txn.OutcomeUnknown) and key:
            return format_html(
                "No answer came: nobody knows yet whether this was done. Send the form again, it "
                'is done once however often it is sent; or <a href="/receipts/{}/">look what '
                "became of it</a>.",
                key,
            )
        if isinstance(error, txn.DatabaseUnavailable) and key:
            return f"{error} What you entered is kept: send it again in a moment, it is done once."
        return super().error_text(error)

    @property
    def is_unanswered(self) -> bool:
        """Whether the service was unavailable, so that the same form should be sent again."""
        return isinstance(self.failure, Unavailable)

    @property
    def status(self) -> int:
        """The status of the page that shows the form; a refused form is 200."""
        return 503 if self.is_unanswered else 200
