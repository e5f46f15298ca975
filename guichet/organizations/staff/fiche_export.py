"""The filtered list of fiches as a spreadsheet, in words, whatever its length."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.core.staff_frame import staff_view

from ..content import FIELDS
from ..models import Organization
from ..text import cell_text
from ..values import LISTS, in_words, label_of, value_of
from .fiches import FicheList

CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


@require_safe
@staff_view(back="staff_fiches")
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """The fiches that the list shows with this query, of all its pages."""
    listing = FicheList()
    listing.setup(request)
    fiches = listing.get_queryset().select_related("municipality__mrc").prefetch_related(*LISTS)
    rows = _rows(fiches)
    name = f"{_('fiches')}-{timezone.localdate().isoformat()}.{extension}"
    if extension == "csv":
        return _as_csv(rows, name)
    return _as_xlsx(rows, name)


def _rows(fiches) -> Iterator[list[str]]:
    yield [
        _("Numéro de dossier"),
        *(label_of(name) for name in FIELDS),
        _("MRC"),
        _("État"),
        _("Dernière confirmation"),
    ]
    for fiche in fiches.iterator(chunk_size=CHUNK):
        confirmed = fiche.content_confirmed_at
        row = [
            fiche.external_id,
            *(_words(fiche, name) for name in FIELDS),
            fiche.municipality.mrc.name if fiche.municipality else "",
            fiche.get_status_display(),
            timezone.localdate(confirmed).isoformat() if confirmed else "",
        ]
        yield [cell_text(cell) for cell in row]


def _words(fiche: Organization, name: str) -> str:
    """As `in_words`, from what is at hand: no query for each fiche."""
    if name in LISTS:
        return ", ".join(item.name for item in getattr(fiche, name).all())
    if name == "municipality":
        return fiche.municipality.name if fiche.municipality else ""
    return in_words(name, value_of(fiche, name))


def _as_csv(rows: Iterator[list[str]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo(), delimiter=";")
    # The mark by which Excel knows UTF-8.
    lines = (("\ufeff" if number == 0 else "") + writer.writerow(row) for number, row in enumerate(rows))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _as_xlsx(rows: Iterator[list[str]], name: str) -> FileResponse:
    """Written row by row to a file of its own, which goes with the answer."""
    # Some megabytes, and a moment at the start of every process: here alone, for who asks.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Fiches"))
    sheet.freeze_panes = "C2"
    for row in rows:
        sheet.append(row)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
