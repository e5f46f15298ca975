"""Fields of the forms of the financial assistance."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from ..schema import format_amount, parse_amount


class AmountField(forms.CharField):
    """An amount as people type it: « 1 234,50 $ », « 1234.5 »; its errors say what to write."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: object) -> object:
        """As it is written on screen."""
        return format_amount(value) if isinstance(value, Decimal) else value

    def clean(self, value: object) -> Decimal | None:
        """The amount, to the cent. Raises ValidationError."""
        text = super().clean(value)
        return parse_amount(text) if text else None


class DateField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, **kwargs) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)
