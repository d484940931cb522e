"""The base of the back office's forms."""

import hashlib
from typing import Any, ClassVar, NamedTuple, Unpack

from django import forms
from django.http import HttpRequest

from tradepost import txn
from tradepost.errors import TradepostError
from tradepost.pages.act_form import ActForm
from tradepost.shop.errors import VersionChanged


class PreviewRow(NamedTuple):
    """One value that a change would change."""

    name: str
    before: Any
    after: Any


class OfficeForm(forms.Form):
    """A form on a page of its own.

    Args:
        instance: The object as it was read for this request; None if it no longer exists.

    Attributes:
        warning: Shown above the button.
        is_destructive: Whether the button is shown as dangerous.
    """

    title: ClassVar[str]
    button: ClassVar[str]
    warning: ClassVar[str] = ""
    is_destructive: ClassVar[bool] = False

    def __init__(self, *args: Any, instance: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance = instance

    def submit(self, request: HttpRequest) -> Any:
        """Do what the form is for, and return the result; None shows the form again."""
        raise NotImplementedError


class ServiceForm(ActForm, OfficeForm):
    """A form that calls one service.

    Attributes:
        done: The message for when it is done, with values of the answer in braces.
        object_fields: The fields that first show the object's values.
        has_preview: Whether the form shows what would change before it changes anything.
        deletes_object: Whether the object's page is gone afterwards.
    """

    done: ClassVar[str]
    object_fields: ClassVar[tuple[str, ...]] = ()
    has_preview: ClassVar[bool] = False
    deletes_object: ClassVar[bool] = False

    # A digest of the values that were previewed: other values are previewed again.
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.preview: list[PreviewRow] = []
        if self.instance is not None:
            self.initial.update((name, getattr(self.instance, name)) for name in self.object_fields)

    def values(self) -> dict[str, Any]:
        values = super().values()
        del values["shown"]
        if "version" in values:
            version = values.pop("version")
            values["versions"] = [version] if version else None
        return values

    def success_message(self, answer: Any) -> str:
        return self.done.format(answer=answer)

    def created_id(self, answer: Any) -> int:
        return int(answer.id)

    def preview_of(self, answer: Any) -> list[PreviewRow]:
        """Return what would change, from the answer of a dry run."""
        return []

    def submit(
        self, request: HttpRequest, **options: Unpack[txn.CallOptions]
    ) -> txn.Outcome[Any] | None:
        """Call the service and return its outcome.

        None means that the form is to be shown again: with its errors, or with a preview.
        """
        needs_preview = self.has_preview and self.is_valid()
        if not needs_preview or self.cleaned_data["shown"] == self._digest():
            return super().submit(request, **options)
        outcome = super().submit(request, dry_run=True)
        if outcome is not None:
            self.preview = self.preview_of(outcome.answer)
            self.replace(shown=self._digest())
        return None

    def error_text(self, error: TradepostError) -> str:
        if isinstance(error, txn.OutcomeUnknown):
            return (
                "No answer came, so this may have been done or not. "
                "Send the form again: it is done once, however often it is sent."
            )
        if isinstance(error, VersionChanged):
            return (
                "Somebody changed it since this form was opened. Have a look at it; "
                "sent again, the form is for what is there now."
            )
        return super().error_text(error)

    def prepare_retry(self, error: TradepostError) -> None:
        super().prepare_retry(error)
        if isinstance(error, VersionChanged):
            self.replace(version=error.facts["version"])

    def _digest(self) -> str:
        return hashlib.sha256(repr((self.object_id, self.values())).encode()).hexdigest()
