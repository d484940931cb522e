"""Forms that change something once, however often they are submitted."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NotRequired

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Refusal, TradepostError, Unavailable

KEY = RegexValidator(r"^[A-Za-z0-9-]{1,64}$", "This form's key cannot be read; reload the page.")


class ServiceOptions(txn.CallOptions):
    """What a form passes on to a service, besides the values of its fields."""

    actor: str
    key: NotRequired[txn.Key | None]


def fresh_key() -> str:
    """Return a new idempotency key."""
    return str(uuid.uuid4())


class ActForm(forms.Form):
    """A form with a hidden idempotency key, which is created when the form is shown.

    Attributes:
        error_fields: The field that shows each kind of error, such as "coins", or "{asset}" where
            a fact of the error names the field. The form itself shows all others.
        failure: The error that the act ended with, if any.
    """

    error_fields: ClassVar[Mapping[type[TradepostError], str]] = {}

    key = forms.CharField(
        widget=forms.HiddenInput, required=False, validators=[KEY], initial=fresh_key
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.failure: TradepostError | None = None

    @property
    def key_scope(self) -> str:
        """The act the key belongs to: the same key for another act is another request."""
        raise NotImplementedError

    def attempt(
        self,
        request: HttpRequest,
        call: Callable[..., txn.Outcome[Any]],
        *args: Any,
        **options: Any,
    ) -> txn.Outcome[Any] | None:
        """Call a service and return its outcome, or None if it failed.

        The failure becomes an error of the form. Nothing was changed then, unless `failure` is
        `OutcomeUnknown`.

        Args:
            call: Takes `actor` and `key` besides the other arguments.
        """
        actor = caller_of(request).actor
        submitted = self.cleaned_data.get("key")
        key = txn.Key(actor, submitted, self.key_scope) if submitted else None
        try:
            return call(*args, actor=actor, key=key, **options)
        except (Refusal, Unavailable) as error:
            self.failure = error
            self.add_error(self.field_of(error), self.error_text(error))
        if isinstance(self.failure, txn.KeyReused):
            self.replace(key=fresh_key())
        return None

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about, or None for the whole form."""
        for kind, name in self.error_fields.items():
            if isinstance(error, kind) and (field := name.format(**error.facts)) in self.fields:
                return field
        return None

    def error_text(self, error: TradepostError) -> str:
        """Return the text that the form shows for an error."""
        if isinstance(error, txn.KeyReused):
            return (
                "This form was sent before, with other values, and that was done. "
                "Send it again to do this, too."
            )
        return str(error)

    def replace(self, **values: object) -> None:
        """Replace submitted values, so that the form is shown with the new ones."""
        data = dict(self.data.items())
        self.data = data | {self.add_prefix(name): str(value) for name, value in values.items()}
