"""The questions of a form, drawn: ``{% load questions %}{% question bound %}``."""

from __future__ import annotations

from typing import Any

from django import template

from guichet.funding.schema import BoundQuestion

register = template.Library()


@register.inclusion_tag("funding/questions/question.html")
def question(bound: BoundQuestion) -> dict[str, Any]:
    """One question of `bound_questions`, hidden or not, with what is wrong beside it."""
    return {"bound": bound}
