"""PDF documents: a Typst template of ours and plain data. Nothing that people wrote is ever read as markup.

A template begins so, and finds the rest in `core/typst/page.typ`:

    #import "/core/typst/page.typ": data, document-page
    #show: document-page
    = #data.title

``data`` is JSON: a string of it is text for Typst, whatever it says.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import re
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.models import AbstractImage

from .models import SiteSettings

# Some megabytes: it comes with a process's first document, not at the start of every process.
if TYPE_CHECKING:
    import typst

# Templates read nothing above it.
ROOT = Path(settings.BASE_DIR) / "guichet"
# PDF/UA: tags, language and title, or Typst refuses to write the file.
STANDARD = "ua-1"
# A compiler keeps what it worked out between two documents, and serves one at a time.
_LOCK = threading.Lock()
# Enough for the paper: twice what a screen shows of it.
LOGO_PIXELS = (1000, 500)
# The last logo alone, under its key: there is one body.
_kept: dict[str, tuple[tuple[int, str], dict[str, Any] | None]] = {}
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
    import typst

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
    import typst

    return typst.Fonts()


@functools.cache
def _compiler(template: str) -> typst.Compiler:
    import typst

    return typst.Compiler(ROOT / template, root=ROOT, font_paths=_fonts())


def _body() -> dict[str, Any]:
    body = SiteSettings.load()
    return {
        "logo": _logo(body.logo) if body.logo else None,
        "name": body.name,
        "short_name": body.short_name,
        "email": body.email,
        "phone": body.phone.as_national if body.phone else "",
        "address": body.address.splitlines(),
        "color": body.banner_color,
    }


def _logo(image: AbstractImage) -> dict[str, Any] | None:
    """The logo as Typst draws it, kept by its file; None when it is gone or spoilt: the name in type stands for it."""
    key = (image.pk, image.file.name)
    known = _kept.get("logo")
    if known is None or known[0] != key:
        try:
            with image.file.open("rb") as file:
                svg = file.read().decode() if image.is_svg() else _framed(file)
        except FileNotFoundError:
            # It may come back: a folder that is mounted late.
            return None
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            svg = ""
        drawn = {"svg": svg, "ratio": image.width / image.height} if _is_drawn(svg) else None
        known = _kept["logo"] = (key, drawn)
    return known[1]


def _framed(file: IO[bytes]) -> str:
    """A picture inside an SVG: one text holds either sort, and JSON carries it."""
    with Image.open(file) as picture:
        # In its own colours: some that are printed (CMYK) are no colours of a PNG.
        small = picture.convert("RGBA")
        small.thumbnail(LOGO_PIXELS)
        content = io.BytesIO()
        small.save(content, "PNG", optimize=True)
    width, height = small.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,'
        f'{base64.b64encode(content.getvalue()).decode()}"/></svg>'
    )


def _is_drawn(svg: str) -> bool:
    """Whether Typst can draw it: one that it cannot must not hold back every letter."""
    import typst

    try:
        typst.compile(b'#image(bytes(sys.inputs.svg), format: "svg")', format="svg", sys_inputs={"svg": svg})
    except typst.TypstError:
        return False
    return True
