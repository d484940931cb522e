"""The fields of the back office's forms, in the look of its theme."""

from typing import Any

from django import forms
from unfold import widgets

from tradepost.limits import REASON_MAX_LENGTH


def text(label: str, max_length: int, **options: Any) -> forms.CharField:
    widget = widgets.UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, max_length=max_length, widget=widget, **options)


def integer(label: str, least: int, most: int, **options: Any) -> forms.IntegerField:
    widget = widgets.UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, **options
    )


def money(label: str, **options: Any) -> forms.DecimalField:
    """Return a field for an amount of money; the service checks its limits."""
    widget = widgets.UnfoldAdminDecimalFieldWidget({"step": "0.01", "min": "0"})
    return forms.DecimalField(label=label, widget=widget, **options)


def reason() -> forms.CharField:
    return text("Reason", REASON_MAX_LENGTH, help_text="It stays on the entry, with your name.")


def version() -> forms.CharField:
    """Return the hidden field for the version of the object that was shown."""
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=50)
