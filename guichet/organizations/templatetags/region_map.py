"""The circles of the region's map. A template would spend a third of the page's time on their five hundred lines.

Words are escaped; numbers are our own, and Python writes them with a point whatever the language.
"""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..maps import Map, Mark

register = template.Library()


@register.simple_tag
def map_circles(drawn: Map) -> SafeString:
    """What is seen: the circles, then names above them all."""
    names = (_name(mark) for mark in drawn.marks if mark.label)
    return mark_safe("".join([*map(_circle, drawn.marks), *names]))  # noqa: S308 - escaped part by part


@register.simple_tag
def map_links(drawn: Map) -> SafeString:
    """What answers to the pointer and to the keyboard."""
    return mark_safe("".join(map(_link, drawn.links)))  # noqa: S308 - escaped part by part


def _circle(mark: Mark) -> str:
    css = f"map-mark{' map-mark-selected' if mark.selected else ''}{'' if mark.count else ' map-mark-none'}"
    # A circle to follow has its title in the link.
    title = "" if mark.is_link else f"<title>{escape(mark.title)}</title>"
    count = f'<text class="map-count" y="4.5" text-anchor="middle">{mark.count}</text>' if mark.shows_count else ""
    return (
        f'<g transform="translate({mark.x} {mark.y})"><g class="{css}">'
        f'<circle r="{mark.radius}">{title}</circle>{count}</g></g>\n'
    )


def _name(mark: Mark) -> str:
    label = mark.label
    return (
        f'<g transform="translate({mark.x} {mark.y})">'
        f'<text class="map-mark map-name{"" if label.narrow else " map-name-wide"}" x="{label.dx}" y="{label.dy}"'
        f' text-anchor="{label.anchor}">{escape(mark.name)}</text></g>\n'
    )


def _link(mark: Mark) -> str:
    title, current = escape(mark.title), ' aria-current="true"' if mark.selected else ""
    return (
        f'<a class="map-link" href="{escape(mark.url)}" transform="translate({mark.x} {mark.y})"'
        f' aria-label="{title}"{current}><title>{title}</title>'
        f'<circle class="map-hit" r="{mark.hit}" /><circle class="map-mark map-ring" r="{mark.ring}" /></a>\n'
    )
