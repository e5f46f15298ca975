"""A list as a spreadsheet: amounts are numbers, days are days, whatever the length."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterator
from decimal import Decimal

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language

from guichet.organizations.text import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell of a spreadsheet takes no more.
CELL_AT_MOST = 32_000
# In characters: a row that is written is forgotten, so that nothing is measured.
WIDTH = 18
COLUMNS_AT_MOST = 50
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Cell = str | int | Decimal | dt.date | None


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


def answer_with(rows: Iterator[list[Cell]], *, name: str, extension: str, title: str) -> HttpResponse:
    """The rows, the first one their headings, as a file to download. ``extension``: csv or xlsx."""
    file_name = f"{name}.{extension}"
    return _as_csv(rows, file_name) if extension == "csv" else _as_xlsx(rows, file_name, title)


def _text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return str(cell).replace(".", ",") if (get_language() or "fr").startswith("fr") else str(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return harmless(_CONTROLS.sub("", str(cell if cell is not None else "")))[:CELL_AT_MOST]


def _as_csv(rows: Iterator[list[Cell]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo(), delimiter=";")
    # The mark by which Excel knows UTF-8.
    lines = (
        ("\ufeff" if number == 0 else "") + writer.writerow([_text(cell) for cell in row])
        for number, row in enumerate(rows)
    )
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _as_xlsx(rows: Iterator[list[Cell]], name: str, title: str) -> FileResponse:
    """Written row by row to a file of its own, which goes with the answer."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(title[:31])
        bold, money, date = (
            book.add_format({"bold": True}),
            book.add_format({"num_format": "# ##0.00 $"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, COLUMNS_AT_MOST, WIDTH)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, column, cell, money)
                elif isinstance(cell, dt.date):
                    sheet.write_datetime(number, column, cell, date)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, _text(cell), None if number else bold)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
