"""Tags of the public site."""

from __future__ import annotations

import datetime as dt

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.models import Page, Site

from guichet.core.shared import remembered
from guichet.website.directory.facets import Group

register = template.Library()

NBSP = "\u00a0"
CHECKED = mark_safe(" checked")


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
    """A facet's boxes to tick. A template would spend half of the page's time on these two hundred lines."""
    boxes = (
        (
            f"{group.facet.name}-{choice.value}",
            group.facet.name,
            choice.value,
            CHECKED if choice.chosen else "",
            choice.label,
            choice.count,
        )
        for choice in group.choices
    )
    return format_html_join(
        "",
        '<div class="form-check"><input class="form-check-input" type="checkbox" id="{0}" name="{1}" value="{2}"{3}> '
        '<label class="form-check-label" for="{0}">{4} <span class="muted">({5})</span></label></div>',
        boxes,
    )
