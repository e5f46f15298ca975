"""Tags and filters of every template: icons, dates in words, initials."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()

NBSP = "\u00a0"
MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30 * DAY, 365 * DAY


@register.simple_tag
@functools.cache
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite. It says nothing to screen readers: the words beside it do."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("guichet/icons.svg"),
        name,
    )


def _in_french() -> bool:
    return (get_language() or "fr").startswith("fr")


@register.filter
def day(value: dt.date | None) -> str:
    """« 23 novembre 2026 », « 1er novembre 2026 »; in English « November 23, 2026 »."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value)
    if not _in_french():
        return date_format(value, "F j, Y")
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{date_format(value, 'F')}{NBSP}{value.year}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """« 23 novembre 2026, 16 h 30 », with spaces that do not break (OQLF)."""
    if not value:
        return ""
    local = timezone.localtime(value)
    if not _in_french():
        return f"{day(local)}, {date_format(local, 'g:i A')}"
    return f"{day(local)}, {local.hour}{NBSP}h{NBSP}{local.minute:02}"


def exact_moment(value: dt.datetime) -> str:
    """« 23 novembre 2026, 16 h 30 min 05 s »: for what a second decides."""
    local = timezone.localtime(value)
    if not _in_french():
        return f"{day(local)}, {date_format(local, 'g:i:s A')}"
    return f"{moment(local)}{NBSP}min{NBSP}{local.second:02}{NBSP}s"


def _distance(seconds: float, days: int) -> str:
    """How far, in words, without « il y a » or « dans »."""
    if seconds < HOUR:
        count = max(1, int(seconds // MINUTE))
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if seconds < DAY:
        count = int(seconds // HOUR)
        return ngettext("%(count)d heure", "%(count)d heures", count) % {"count": count}
    if seconds < MONTH:
        return ngettext("%(count)d jour", "%(count)d jours", days) % {"count": days}
    if seconds < YEAR:
        count = int(seconds // MONTH)
        return ngettext("%(count)d mois", "%(count)d mois", count) % {"count": count}
    count = int(seconds // YEAR)
    return ngettext("%(count)d an", "%(count)d ans", count) % {"count": count}


def relative(value: dt.datetime, now: dt.datetime | None = None) -> str:
    """« il y a 3 heures », « hier », « dans 2 jours »."""
    now = now or timezone.now()
    seconds = (now - value).total_seconds()
    if abs(seconds) < MINUTE:
        return gettext("à l’instant") if seconds >= 0 else gettext("dans un instant")
    # Days are counted on the calendar: at 9 h, yesterday evening is « hier » once 24 hours do not tell it apart.
    days = abs((timezone.localtime(now).date() - timezone.localtime(value).date()).days)
    if abs(seconds) >= DAY and days == 1:
        return gettext("hier") if seconds > 0 else gettext("demain")
    distance = _distance(abs(seconds), days).replace(" ", NBSP)
    if seconds > 0:
        return gettext("il y a %(distance)s") % {"distance": distance}
    return gettext("dans %(distance)s") % {"distance": distance}


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """The relative time, with the date on hover and for screen readers."""
    if not value:
        return ""
    absolute = moment(value)
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="visually-hidden"> ({})</span></time>',
        timezone.localtime(value).isoformat(timespec="minutes"),
        absolute,
        relative(value),
        absolute,
    )


@register.filter
def initials(name: str) -> str:
    """« Marie-Ève Côté » → « MC »."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def short_range(page: Page) -> Iterator[int | str]:
    """The page numbers to show: the ends, the neighbours, and an ellipsis for the rest."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
