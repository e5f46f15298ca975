"""Rows as a spreadsheet to download, whatever their number: one at a time in memory."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from guichet.organizations.text import cell_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# In characters: a row that is written is forgotten, so that nothing is measured.
WIDTH = 18
COLUMNS_AT_MOST = 50


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


def spreadsheet(rows: Iterable[list[Any]], *, name: str, extension: str) -> HttpResponse:
    """The rows, the first of which are the titles, as « name-2026-05-04.xlsx » or « .csv »."""
    name = f"{name}-{timezone.localdate().isoformat()}.{extension}"
    return _as_csv(rows, name) if extension == "csv" else _as_xlsx(rows, name)


def _text(value: Any) -> str:
    """A cell in words; what a spreadsheet would run is made harmless."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, dt.date):
        return value.isoformat()
    return cell_text(str(value))


def _as_csv(rows: Iterable[list[Any]], name: str) -> StreamingHttpResponse:
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


def _as_xlsx(rows: Iterable[list[Any]], name: str) -> FileResponse:
    """Written row by row to a file of its own, which goes with the answer; amounts and dates stay such."""
    # Not at the start of every process: few of them ever write a workbook.
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    amount, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, COLUMNS_AT_MOST, WIDTH)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(number, column, float(cell), amount)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, column, dt.datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
            else:
                sheet.write_string(number, column, _text(cell), None if number else bold)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
