"""Filters of the pages of the financial assistance."""

from __future__ import annotations

from decimal import Decimal

from django import template

from ..schema import format_amount

register = template.Library()


@register.filter
def amount(value: Decimal | None) -> str:
    """« 1 234,50 $ »."""
    return "" if value is None else format_amount(value)
