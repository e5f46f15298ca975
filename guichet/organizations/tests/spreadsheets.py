"""Spreadsheets for tests: what LSCQ could send, and what nobody should."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

HEADER = ["Nom de l’organisme", "Milieu", "Municipalité", "NEQ", "Courriel", "No dossier"]

Table = Sequence[Sequence[object]]


def xlsx(rows: Table, *, hidden_rows: Sequence[int] = (), hidden_first_sheet: bool = False) -> bytes:
    """A workbook; the numbers of rows to hide; a hidden sheet before the one that counts."""
    workbook = Workbook()
    sheet = workbook.active
    if hidden_first_sheet:
        sheet.append(["Brouillon"])
        sheet.sheet_state = "hidden"
        sheet = workbook.create_sheet("Fiches")
        workbook.active = 1
    for row in rows:
        sheet.append(list(row))
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def csv(rows: Table, *, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """A csv file."""
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in rows).encode(encoding)


def upload(content: bytes, name: str = "fiches.xlsx") -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(name, content)
