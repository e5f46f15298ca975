"""Filters of our screens in the Wagtail admin, whose style sheet is not that of the portal."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .guichet import moment, relative

register = template.Library()


@register.filter
def when(value: dt.datetime | None) -> SafeString | str:
    """« il y a 3 heures », and under it the date itself: nothing to hover, it prints."""
    if not value:
        return ""
    return format_html(
        '<time datetime="{}">{}<span class="guichet-meta">{}</span></time>',
        timezone.localtime(value).isoformat(timespec="minutes"),
        relative(value),
        moment(value),
    )
