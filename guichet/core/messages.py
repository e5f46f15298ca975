"""Outgoing e-mail: rendered and queued with the change that causes it; text and HTML from one source.

A message is a template with two partials, ``subject`` and ``body`` (HTML paragraphs); the layout adds the
body's branding, and the text version is read off the same HTML.
"""

from __future__ import annotations

import html
import re
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.db import models
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from . import tasks
from .models import OutgoingMessage, SiteSettings


def absolute_url(path: str) -> str:
    """The full address of a path of this portal, for what leaves it."""
    return f"{settings.BASE_URL}{path}"


def queue_message(
    *, template: str, to: str, context: dict[str, Any], user: models.Model | None = None, secret: bool = False
) -> OutgoingMessage:
    """Render a message and queue it, in the caller's transaction: a roll-back takes it along.

    ``template`` names a file with the partials ``subject`` and ``body``; ``secret`` marks a message whose
    personal link no member of the staff may read.
    """
    with override(settings.LANGUAGE_CODE):
        full_context = {"body_settings": SiteSettings.load(), "base_url": settings.BASE_URL, **context}
        subject = one_line(html.unescape(get_template(f"{template}#subject").render(full_context)))
        content = mark_safe(get_template(f"{template}#body").render(full_context))  # noqa: S308 - autoescaped above
        page = render_to_string("core/messages/layout.html", {**full_context, "subject": subject, "content": content})
    message = OutgoingMessage.objects.create(
        kind=template.removesuffix(".html"),
        to=to,
        user=user,
        subject=subject[:250],
        text=html_to_text(page),
        html=page,
        secret=secret,
    )
    tasks.deliver_message.enqueue(message.pk)
    return message


def one_line(text: str) -> str:
    """Line breaks and runs of spaces as one space; the no-break ones stay."""
    return re.sub(r"[^\S\u00a0]+", " ", text).strip()


def html_to_text(page: str) -> str:
    """The text version of a message: paragraphs, lists, and links as « label : address »."""
    root = BeautifulSoup(page, "html.parser").body or BeautifulSoup(page, "html.parser")
    text = _text_of(root)
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _text_of(node: Tag) -> str:
    parts = []
    for child in node.children:
        if isinstance(child, NavigableString):
            if type(child) is NavigableString:
                parts.append(re.sub(r"[ \t\r\n]+", " ", str(child)))
        elif child.name == "br":
            parts.append("\n")
        elif child.name == "a":
            label, address = _text_of(child).strip(), str(child.get("href", ""))
            parts.append(label if address.removeprefix("mailto:") == label else f"{label} : {address}")
        elif child.name == "li":
            parts.append(f"\n- {_text_of(child).strip()}")
        elif child.name in {"p", "div", "h1", "h2", "ul", "ol", "table", "tr", "blockquote", "footer"}:
            parts.append(f"\n\n{_text_of(child).strip()}\n\n")
        elif child.name not in {"style", "img", "head", "title"}:
            parts.append(_text_of(child))
    return "".join(parts)
