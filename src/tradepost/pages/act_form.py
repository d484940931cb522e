"""Forms that change something once, however often they are submitted."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Unpack

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, QueryDict

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Refusal, TradepostError, Unavailable

Service = Callable[..., txn.Outcome[Any]]
# No path has it: an id in a path is 0 or more.
NO_OBJECT = -1
KEY = RegexValidator(r"^[A-Za-z0-9-]{1,64}$", "This form's key cannot be read; reload the page.")


def fresh_key() -> str:
    return str(uuid.uuid4())


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a form that was sent, or None if it is only to be shown."""
    return request.POST if request.method == "POST" else None


class ActForm(forms.Form):
    """A form that calls a service, with a hidden idempotency key.

    Args:
        object_id: The object to change, or `NO_OBJECT` where the form creates one.

    Attributes:
        service: What the form calls.
        error_fields: The field that shows each kind of error, such as "coins", or "{asset}" where
            a fact of the error names the field. The form itself shows all others.
        request: The request that submitted the form.
        failure: The error that the act ended with, if any.
    """

    service: ClassVar[Service]
    error_fields: ClassVar[Mapping[type[TradepostError], str]] = {}
    request: HttpRequest

    key = forms.CharField(
        widget=forms.HiddenInput, required=False, validators=[KEY], initial=fresh_key
    )

    def __init__(self, *args: Any, object_id: int = NO_OBJECT, **options: Any) -> None:
        super().__init__(*args, **options)
        self.object_id = object_id
        self.failure: TradepostError | None = None

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service besides the object's id."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def call(self, **options: Unpack[txn.Call]) -> txn.Outcome[Any]:
        ids = [] if self.object_id == NO_OBJECT else [self.object_id]
        return self.service(*ids, **self.values(), **options)

    def submit(
        self, request: HttpRequest, **options: Unpack[txn.CallOptions]
    ) -> txn.Outcome[Any] | None:
        """Call the service and return its outcome; None shows the form, with its errors.

        A failure becomes an error of the form. Nothing was changed then, unless `failure` is
        `OutcomeUnknown`.
        """
        if not self.is_valid():
            return None
        self.request, actor = request, caller_of(request).actor
        submitted = None if options.get("dry_run") else self.cleaned_data.get("key")
        # The same key in another form is another request.
        scope = f"form {type(self).__module__}.{type(self).__name__}"
        key = txn.Key(actor, submitted, scope) if submitted else None
        try:
            return self.call(actor=actor, key=key, **options)
        except (Refusal, Unavailable) as error:
            self.failure = error
            self.add_error(self.field_of(error), self.error_text(error))
            self.prepare_retry(error)
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

    def prepare_retry(self, error: TradepostError) -> None:
        """Replace hidden values with which the form would fail again."""
        if isinstance(error, txn.KeyReused):
            self.replace(key=fresh_key())

    def replace(self, **values: object) -> None:
        """Replace submitted values, so that the form is shown with the new ones."""
        data = dict(self.data.items())
        self.data = data | {self.add_prefix(name): str(value) for name, value in values.items()}
