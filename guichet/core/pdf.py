"""PDF documents: a Typst template of ours and plain data. Nothing that people wrote is ever read as markup.

A template begins so, and finds the rest in `core/typst/page.typ`:

    #import "/core/typst/page.typ": data, document-page
    #show: document-page
    = #data.title

``data`` is JSON: a string of it is text for Typst, whatever it says.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import SiteSettings

# Templates read nothing above it.
ROOT = Path(settings.BASE_DIR) / "guichet"
# PDF/UA: tags, language and title, or Typst refuses to write the file.
STANDARD = "ua-1"
# A compiler keeps what it worked out between two documents, and serves one at a time.
_LOCK = threading.Lock()
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def compile_pdf(template: str, data: dict[str, Any]) -> bytes:
    """The PDF that a template makes of ``data``, in the active language.

    ``template`` is a path below `guichet/`: "funding/typst/letter.typ". ``data`` has a ``title``, which readers
    announce; the body that runs the portal is added to it as ``body``.
    """
    return _compile(template, data, "pdf")


def compile_pictures(template: str, data: dict[str, Any]) -> list[bytes]:
    """The pages of the same document as PNG, to look at."""
    pages = _compile(template, data, "png")
    return pages if isinstance(pages, list) else [pages]


def _compile(template: str, data: dict[str, Any], form: str) -> Any:
    full = {**data, "body": _body(), "language": (get_language() or "fr")[:2], "page_word": _("page")}
    options = {
        "format": form,
        "sys_inputs": {"data": json.dumps(_printable(full), cls=DjangoJSONEncoder, ensure_ascii=False)},
        "timestamp": timezone.now().replace(microsecond=0),
    }
    with _LOCK:
        compiler = _compiler(template)
        if form != "pdf":
            return compiler.compile(**options)
        try:
            return compiler.compile(**options, pdf_standards=STANDARD)
        except typst.TypstError:
            # A character that no font of this machine has: the standard refuses it, a reader does without it.
            return compiler.compile(**options)


def _printable(value: Any) -> Any:
    """The same without the characters that no font draws; line breaks stay."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value


@functools.cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, and the machine's for the characters that those do not have; looked for once a process."""
    return typst.Fonts()


@functools.cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(ROOT / template, root=ROOT, font_paths=_fonts())


def _body() -> dict[str, Any]:
    body = SiteSettings.load()
    return {
        "name": body.name,
        "short_name": body.short_name,
        "email": body.email,
        "phone": body.phone.as_national if body.phone else "",
        "address": body.address.splitlines(),
        "color": body.banner_color,
    }
