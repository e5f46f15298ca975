"""What our staff screens say of calls and applications. What is not there is « — »."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import BEFORE_DECISION
from ..models import Application
from ..schema import format_amount, format_percent

register = template.Library()
NOTHING = "—"


@register.simple_tag
def decision_state(application: Application) -> str:
    """Where the promised decision stands: « late », « waiting » (for the fiche), « waiting_late », or nothing."""
    today = timezone.localdate()
    if application.status not in BEFORE_DECISION and not application.is_completion:
        return ""
    if application.is_completion:
        return "waiting_late" if _is_past(application.changes_due_on, today) else "waiting"
    return "late" if _is_past(application.decision_due_on, today) else ""


def _is_past(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today


@register.filter
def money(amount: Decimal | None) -> str:
    """« 1 234,50 $ »; a dash for none."""
    return NOTHING if amount is None else format_amount(amount)


@register.filter
def note(points: Decimal | None) -> str:
    """« 7,5 »: points without useless zeros; a dash for none."""
    return NOTHING if points is None else f"{points.normalize():f}".replace(".", ",")


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
