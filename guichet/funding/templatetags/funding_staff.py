"""What our staff screens say of an application."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import timezone

from ..enums import BEFORE_DECISION
from ..models import Application
from ..schema import format_amount

register = template.Library()


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
    return "—" if amount is None else format_amount(amount)


@register.filter
def note(points: Decimal | None) -> str:
    """« 7,5 »: points without useless zeros; a dash for none."""
    return "—" if points is None else f"{points.normalize():f}".replace(".", ",")
