"""Forms that change something: each is good for one change, however often it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.html import format_html

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Refusal, TradepostError, Unavailable

KEY = RegexValidator(r"^[A-Za-z0-9-]{1,64}$", "This form's key cannot be read; reload the page.")


REPLAYED = "This was done already; here is the result."


def fresh_key() -> str:
    """Return an idempotency key that nobody had."""
    return str(uuid.uuid4())


def say(request: HttpRequest, outcome: txn.Outcome[Any], done: str) -> None:
    """Tell somebody what was done, and whether it was done before.

    Args:
        done: A sentence; what is safe HTML stays HTML.
    """
    if outcome.replayed:
        messages.info(request, format_html("{} {}", REPLAYED, done))
    else:
        messages.success(request, done)


class ActForm(forms.Form):
    """A form with a hidden idempotency key, made when the form is shown.

    Attributes:
        act: What the keys are good for: a key that was used for another act is another request.
        failure: The error that the act ended with, if it did.
    """

    act: ClassVar[str]

    key = forms.CharField(
        widget=forms.HiddenInput, required=False, validators=[KEY], initial=fresh_key
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.failure: TradepostError | None = None

    def attempt(
        self,
        request: HttpRequest,
        call: Callable[..., txn.Outcome[Any]],
        *args: Any,
        **options: Any,
    ) -> txn.Outcome[Any] | None:
        """Make the one domain call, and return what came of it.

        None is a failure: it has become the form's error, and nothing was changed, unless
        `failure` is `OutcomeUnknown`.

        Args:
            call: Takes `actor` and `key` besides.
        """
        actor = caller_of(request).actor
        given = self.cleaned_data.get("key")
        key = txn.Key(actor, given, f"form {self.act}") if given else None
        try:
            return call(*args, actor=actor, key=key, **options)
        except (Refusal, Unavailable) as error:
            self.failure = error
            self.add_error(self.field_of(error), self.told(error))
        if isinstance(self.failure, txn.KeyReused):
            self._renew_key()
        return None

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about, or None for the whole form."""
        return None

    def told(self, error: TradepostError) -> str:
        """Return an error in words for the person at the page."""
        if isinstance(error, txn.KeyReused):
            return (
                "This form was sent before, with other values, and that was done. "
                "Send it again to do this, too."
            )
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
        return str(error)

    @property
    def status(self) -> int:
        """The status of the page that shows the form: a refusal is an answer as any other."""
        return 503 if isinstance(self.failure, Unavailable) else 200

    def _renew_key(self) -> None:
        data = dict(self.data.items())
        self.data = data | {self.add_prefix("key"): fresh_key()}
