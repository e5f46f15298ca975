"""Answers that hold a file: whatever is in it, the browser runs nothing of it."""

from __future__ import annotations

from typing import IO, Any

from django.core.files.base import File
from django.http import FileResponse, HttpResponse

# Scripts, styles, forms and frames of a file are refused, even where a browser shows it.
HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox"}
PDF = "application/pdf"


def file_answer(content: IO[bytes] | File, *, name: str, content_type: str | None) -> FileResponse:
    """An open file as a download under this name."""
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type, headers=HARMLESS)


def stored_answer(row: Any) -> FileResponse:
    """The file of a row that keeps its ``file``, ``name`` and ``content_type``, as a download."""
    return file_answer(row.file.open("rb"), name=row.name, content_type=row.content_type)


def pdf_answer(content: bytes, *, name: str, inline: bool = False) -> HttpResponse:
    """A PDF that was just made: a download, or a page to look at with ``inline``. ``name``: in plain letters."""
    way = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{way}; filename="{name}"', **HARMLESS}
    return HttpResponse(content, content_type=PDF, headers=headers)
