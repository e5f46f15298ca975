"""The questions of a form, drawn: ``{% load questions %}{% question bound %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from guichet.funding.schema import BoundQuestion

register = template.Library()


@register.inclusion_tag("funding/questions/question.html")
def question(bound: BoundQuestion) -> dict[str, Any]:
    """One question of `bound_questions`, hidden or not, with what is wrong beside it."""
    return {"bound": bound}


@register.filter
def megabytes(size: int) -> str:
    """Bytes as the form's limits say them; uploads.js writes them so too."""
    return _("%(count)s Mo") % {"count": number_format(size / 1024 / 1024, 1)}
