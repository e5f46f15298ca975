"""Amounts, shares and answers in words, for the pages about calls. What is not limited is « — »."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from ..schema import format_amount, format_percent

register = template.Library()
NOTHING = "—"


@register.filter
def dollars(value: Decimal | None) -> str:
    """« 1 234,50 $ »."""
    return NOTHING if value is None else format_amount(value)


@register.filter
def percent(value: Decimal | None) -> str:
    """« 12,5 % »."""
    return NOTHING if value is None else format_percent(value)


@register.filter
def at_most(value: Decimal | None) -> str:
    """« au plus 50 % »."""
    return NOTHING if value is None else _("au plus %(share)s") % {"share": format_percent(value)}


@register.filter
def at_least(value: Decimal | None) -> str:
    """« au moins 10 % »."""
    return NOTHING if value is None else _("au moins %(share)s") % {"share": format_percent(value)}


@register.filter
def yesno_words(value: bool) -> str:
    """« Oui », « Non »."""
    return _("Oui") if value else _("Non")
