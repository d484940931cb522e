"""The form that creates an API key."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from tradepost.access.models import KEY_NAME_MAX_LENGTH, ApiKey
from tradepost.access.rights import SCOPES, Right

LIMIT_MAX = 1_000_000
NAME_TAKEN = "There is, or was, a key of this name: take another."
SCOPE_LABELS = {
    Right.READ: "Read: see players, trades, customers, products and orders.",
    Right.TRADE: "Trade: create, change and delete players, and trade for them.",
    Right.SHOP: "Shop: change customers, products, stock and orders.",
}
NEVER = "never"
EXPIRIES = {"30": "In 30 days", "90": "In 90 days", "365": "In a year", NEVER: "Never"}


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=KEY_NAME_MAX_LENGTH,
        help_text="Of the program that will use it. Whatever it does is noted under this name.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(right.value, SCOPE_LABELS[right]) for right in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that it may do."},
    )
    expires = forms.ChoiceField(label="It expires", choices=list(EXPIRIES.items()), initial="90")
    limit_per_minute = forms.IntegerField(
        label="Requests a minute",
        required=False,
        min_value=1,
        max_value=LIMIT_MAX,
        help_text="How often it may be used; without a number there is no limit.",
    )

    def clean_name(self) -> str:
        """Refuse an unprintable name, and the name of any other key, even a revoked one."""
        name = str(self.cleaned_data["name"])
        if not name.isprintable():
            raise ValidationError("A name has printable characters only.")
        if ApiKey.objects.filter(name=name).exists():
            raise ValidationError(NAME_TAKEN)
        return name

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `keys.make`."""
        values = self.cleaned_data
        expires = values["expires"]
        days = 0 if expires == NEVER else int(expires)
        return {
            "name": values["name"],
            "scopes": [Right(scope) for scope in values["scopes"]],
            "expires_at": timezone.now() + dt.timedelta(days=days) if days else None,
            "limit_per_minute": values["limit_per_minute"],
        }
