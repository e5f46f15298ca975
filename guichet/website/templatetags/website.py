"""Tags of the public site."""

from __future__ import annotations

import datetime as dt

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.models import Page, Site

from guichet.core.shared import remembered
from guichet.organizations.models import DirectoryEntry
from guichet.website.directory.facets import ACTIVITIES, KINDS
from guichet.website.directory.search import Choice, Group

register = template.Library()

NBSP = "\u00a0"


def _sections(request: HttpRequest) -> list[tuple[str, str]]:
    """Title and address of the public sections."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    pages = Page.objects.child_of(site.root_page).live().in_menu().order_by("path")
    found = ((page.title, page.get_url(request, current_site=site)) for page in pages)
    return [(title, url) for title, url in found if url]


def _current(path: str, url: str) -> str:
    """The value of aria-current: the page itself, or the section that it is in."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""


@register.simple_tag(takes_context=True)
def site_menu(context: Context) -> list[dict[str, str]]:
    """The public sections and the directory, the current one marked; nothing without a site or a request."""
    request = context.get("request")
    if request is None:
        return []
    sections = remembered(("menu", request.get_host()), lambda: _sections(request))
    if sections:
        sections = [*sections, (gettext("Répertoire"), reverse("website:directory"))]
    return [{"title": title, "url": url, "current": _current(request.path, url)} for title, url in sections]


@register.filter
def clock(value: dt.time) -> str:
    """« 8 h 30 », « 16 h »; in English « 8:30 a.m. »."""
    if not (get_language() or "fr").startswith("fr"):
        return time_format(value, "P")
    hour = f"{value.hour}{NBSP}h"
    return f"{hour}{NBSP}{value.minute:02}" if value.minute else hour


@register.simple_tag
def facet_boxes(group: Group) -> SafeString:
    """A facet's boxes to tick. A template would spend half of the page's time on these two hundred lines.

    Labels are escaped; names, keys and counts are our own.
    """
    return mark_safe("".join(_box(group.facet.name, choice) for choice in group.choices))  # noqa: S308 - as said


def _box(name: str, choice: Choice) -> str:
    key, checked = f"{name}-{choice.value}", " checked" if choice.chosen else ""
    return (
        f'<div class="form-check"><input class="form-check-input" type="checkbox" id="{key}" name="{name}"'
        f' value="{choice.value}"{checked}> <label class="form-check-label" for="{key}">{escape(choice.label)}'
        f' <span class="muted">({choice.count})</span></label></div>'
    )


@register.filter
def activity_names(entry: DirectoryEntry) -> str:
    """The public activities of an entry, in words: the facet knows all of them, without another query."""
    chosen = {str(key) for key in entry.data.get("activities", [])}
    return ", ".join(name for key, name in ACTIVITIES.names().items() if key in chosen)


@register.filter
def kind_name(entry: DirectoryEntry) -> str:
    """The « milieu » in words. Django's own `get_kind_display` translates every choice each time it is asked."""
    return KINDS.names()[entry.kind]
