"""Forms that change something: each is good for one change, however often it is sent."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Refusal, TradepostError, Unavailable
from tradepost.shop.errors import VersionChanged

KEY = RegexValidator(r"^[A-Za-z0-9-]{1,64}$", "This form's key cannot be read; reload the page.")
REASON_MAX_LENGTH = 200


class Foreseen(NamedTuple):
    """One thing that a change would change."""

    name: str
    before: Any
    after: Any


def fresh_key() -> str:
    """Return an idempotency key that nobody had."""
    return str(uuid.uuid4())


class ActForm(forms.Form):
    """A form with a hidden idempotency key, made when the form is shown.

    Args:
        object_id: What is changed; 0 where something is made.
        found: It, as it was when the page was asked for; None where it is not there any more.

    Attributes:
        title: What the page is called.
        button: What is on the button.
        warning: What to think of before pressing it.
        is_grave: Whether it takes something away.
        reviewed: Whether it is first shown what would become of it.
        leaves: Whether nothing is left to be shown when it is done.
    """

    title: ClassVar[str]
    button: ClassVar[str]
    warning: ClassVar[str] = ""
    is_grave: ClassVar[bool] = False
    reviewed: ClassVar[bool] = False
    leaves: ClassVar[bool] = False

    key = forms.CharField(
        widget=forms.HiddenInput, required=False, validators=[KEY], initial=fresh_key
    )
    # What was shown to the person: a change of it is shown again.
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, object_id: int = 0, found: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.object_id = object_id
        self.found = found
        self.foreseen: list[Foreseen] = []

    def call(self, **call: Any) -> txn.Outcome[Any]:
        """Make the one domain call; `actor`, `key` and `dry_run` are given."""
        raise NotImplementedError

    def told(self, answer: Any) -> str:
        """Return the message for when it is done."""
        raise NotImplementedError

    def made(self, answer: Any) -> int:
        """Return the id of what was made."""
        return int(answer.id)

    def foresee(self, answer: Any) -> list[Foreseen]:
        """Return what a dry run's answer would change."""
        return []

    def field_of(self, error: TradepostError) -> str | None:
        """Return the field that an error is about, or None for the whole form."""
        return None

    def attempt(self, request: HttpRequest) -> txn.Outcome[Any] | None:
        """Do what the form is for, and return what came of it.

        None is a form to be shown again: for its errors, of which nothing was changed, or for
        what is foreseen.
        """
        actor = caller_of(request).actor
        try:
            if self.reviewed and self.cleaned_data["shown"] != self._digest():
                self.foreseen = self.foresee(self.call(actor=actor, dry_run=True).answer)
                self._set("shown", self._digest())
                return None
            given = self.cleaned_data["key"]
            key = txn.Key(actor, given, f"back office {type(self).__name__}") if given else None
            return self.call(actor=actor, key=key)
        except txn.KeyReused:
            self._set("key", fresh_key())
            self.add_error(
                None,
                "This form was sent before, with other values, and that was done. "
                "Send it again to do this, too.",
            )
        except txn.OutcomeUnknown:
            self.add_error(
                None,
                "No answer came, so this may have been done or not. "
                "Send the form again: it is done once, however often it is sent.",
            )
        except VersionChanged as error:
            self._set("version", str(error.facts["version"]))
            self.add_error(
                None,
                "Somebody changed it since this form was opened. Have a look at it; "
                "sent again, the form is for what is there now.",
            )
        except (Refusal, Unavailable) as error:
            self.add_error(self.field_of(error), str(error))
        return None

    def _digest(self) -> str:
        """Return what tells the form's values from any other's."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name not in ("key", "shown")
        }
        return hashlib.sha256(repr((self.object_id, values)).encode()).hexdigest()

    def _set(self, name: str, value: str) -> None:
        data = self.data.dict() if hasattr(self.data, "dict") else dict(self.data)
        self.data = data | {self.add_prefix(name): value}


def text(label: str, max_length: int, **options: Any) -> forms.CharField:
    """Return a field for a line of text."""
    widget = UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, max_length=max_length, widget=widget, **options)


def whole(label: str, least: int | None = None, most: int | None = None, **options: Any) -> Any:
    """Return a field for a whole number."""
    widget = UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, **options
    )


def money(label: str, **options: Any) -> forms.DecimalField:
    """Return a field for an amount of money; the service knows its limits."""
    widget = UnfoldAdminDecimalFieldWidget({"step": "0.01", "min": "0"})
    return forms.DecimalField(label=label, widget=widget, **options)


def why() -> forms.CharField:
    """Return the field that says why."""
    return text("Reason", REASON_MAX_LENGTH, help_text="It stays on the entry, with your name.")


def hidden() -> forms.CharField:
    """Return the field that says which version of a thing was shown."""
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=50)
