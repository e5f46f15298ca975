"""From an uploaded file to rows of text, whatever the file really is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

MAX_UNCOMPRESSED = 200 * 1024 * 1024
MAX_RATIO = 200
# Small files may compress well without harm.
RATIO_MATTERS_ABOVE = 5 * 1024 * 1024
# A reader makes room for every cell between the first and the last: two cells far apart would fill the memory.
MAX_CELLS = 4_000_000
MAX_COLUMNS = 200

_NOT_A_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    NotImplementedError,
    EOFError,
    RuntimeError,
)
_CELL = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{0,3})\$?(\d{1,9})["']""")
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\s(?=[^>]*\bhidden\s*=\s*["'](?:1|true)["'])[^>]*?\br\s*=\s*["'](\d+)["']"""
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class UnreadableFile(Exception):
    """The file is refused as a whole; ``str()`` of it is a sentence for the screen."""


@dataclass
class Grid:
    """The first visible sheet: ``rows[0]`` is the sheet's first row; the numbers of the rows that are hidden."""

    rows: list[list[str]]
    hidden: set[int] = field(default_factory=set)


def read_grid(content: bytes, *, max_rows: int) -> Grid:
    """The rows of a file, as text. Raises UnreadableFile."""
    if not content.strip():
        raise UnreadableFile(_("Le fichier est vide."))
    if content.startswith(b"PK"):
        grid = _read_xlsx(content, max_rows)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            _(
                "C’est un ancien classeur (.xls) ou un classeur protégé par mot de passe. "
                "Enregistrez-le en .xlsx, sans mot de passe."
            )
        )
    else:
        grid = _read_csv(content)
    if len(grid.rows) > max_rows:
        raise UnreadableFile(
            _(
                "Le fichier compte {rows} lignes; on en importe au plus {max} à la fois. Coupez-le en plusieurs."
            ).format(rows=len(grid.rows), max=max_rows)
        )
    return grid


# --- xlsx ---------------------------------------------------------------------------------------


def _read_xlsx(content: bytes, max_rows: int) -> Grid:
    not_a_workbook = UnreadableFile(
        _("Ce fichier n’est pas un classeur Excel (.xlsx) lisible. Ouvrez-le, puis enregistrez-le en .xlsx.")
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise not_a_workbook
            sheet, path = _first_visible_sheet(archive)
            hidden = _look_at_cells(archive.read(path), max_rows)
            rows = _calamine_rows(_safe_copy(archive), sheet)
    except _NOT_A_WORKBOOK as error:
        raise not_a_workbook from error
    return Grid([[_text(cell) for cell in row] for row in rows], hidden)


def _safe_copy(archive: zipfile.ZipFile) -> io.BytesIO:
    """The workbook's texts, repacked: Python's reader stops at the size announced, the other one may not."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as safe:
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                safe.writestr(entry.filename, archive.read(entry))
    copy.seek(0)
    return copy


def _calamine_rows(workbook: io.BytesIO, sheet: str) -> list[list[object]]:
    try:
        return CalamineWorkbook.from_filelike(workbook).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except BaseException as error:
        # A workbook that its Rust code had not foreseen comes as a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Look at the sizes that the archive announces before opening anything."""
    size = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist()) or 1
    if size > MAX_UNCOMPRESSED or (size > RATIO_MATTERS_ABOVE and size / packed > MAX_RATIO):
        raise UnreadableFile(
            _("Une fois décompressé, ce classeur serait démesuré. Copiez ses données dans un nouveau classeur.")
        )


def _parse(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    xml = archive.read(path)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError(path)
    return ElementTree.fromstring(xml)  # noqa: S314 - no document type, hence no entity to expand


def _first_visible_sheet(archive: zipfile.ZipFile) -> tuple[str, str]:
    """The name of the first sheet that is not hidden, and where its cells are."""
    sheets = _parse(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    visible = next(
        sheet for sheet in [*sheets, ElementTree.Element("none")] if sheet.get("state", "visible") == "visible"
    )
    target = next(
        relation.get("Target", "")
        for relation in [
            *_parse(archive, "xl/_rels/workbook.xml.rels").iter(_RELATIONSHIP),
            ElementTree.Element("none"),
        ]
        if relation.get("Id") == visible.get(f"{_OFFICE}id")
    )
    return visible.attrib["name"], target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _look_at_cells(xml: bytes, max_rows: int) -> set[int]:
    """Refuse a sheet whose cells lie too far apart; return the numbers of its hidden rows."""
    if b"\x00" in xml[:200]:
        raise ValueError("UTF-16")
    last_row = last_column = 0
    for letters, digits in _CELL.findall(xml):
        last_row = max(last_row, int(digits))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        last_column = max(last_column, column)
    if last_row > max(max_rows * 5, 1000) or last_row * last_column > MAX_CELLS:
        raise UnreadableFile(
            _(
                "La feuille s’étend jusqu’à la ligne {row} et à la colonne {column}. "
                "Copiez vos données dans une feuille neuve."
            ).format(row=last_row, column=last_column)
        )
    return {int(number) for number in _HIDDEN_ROW.findall(xml)}


def _text(cell: object) -> str:
    """A cell as it reads on screen; numbers without « .0 »."""
    if isinstance(cell, bool):
        return _("oui") if cell else _("non")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()


# --- csv ----------------------------------------------------------------------------------------


def _read_csv(content: bytes) -> Grid:
    text = _decode(content)
    best = max(";,\t", key=lambda delimiter: _fields_in_first_lines(text, delimiter))
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=best)]
    except csv.Error as error:
        raise UnreadableFile(_("Ce fichier n’est pas un tableau lisible : {error}").format(error=error)) from error
    if any(len(row) > MAX_COLUMNS for row in rows):
        raise UnreadableFile(_("Ce fichier compte trop de colonnes pour une liste de fiches."))
    return Grid(rows)


def _decode(content: bytes) -> str:
    not_text = UnreadableFile(
        _("Ce fichier n’est pas un tableau. Choisissez un classeur Excel (.xlsx) ou un fichier .csv.")
    )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Iterable[str] = ["utf-16"]
    elif re.search(rb"[\x00-\x08\x0e-\x1a]", content[:100_000]) or content.startswith((b"%PDF", b"{\\rtf")):
        raise not_text
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise not_text


def _fields_in_first_lines(text: str, delimiter: str) -> int:
    """How well a delimiter explains the beginning: the widest of its first rows."""
    try:
        reader = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
        return max((len(row) for _number, row in zip(range(10), reader, strict=False)), default=0)
    except csv.Error:
        return 0
