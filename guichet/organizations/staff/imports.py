"""« Importer un tableur »: send the file, look at what it would do, confirm, follow."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import ImportState
from ..imports.columns import LABELS, REQUIRED
from ..imports.planning import Action
from ..models import ImportBatch
from .forms import ImportForm

ERRORS_SHOWN = 50
REFRESH_SECONDS = 2
EXAMPLE = {
    "name": "Club de soccer de Victoriaville",
    "kind": "Associatif (OBNL)",
    "municipality": "Victoriaville",
    "mrc": "Arthabaska",
    "neq": "1145678901",
    "email": "info@soccer.example.org",
    "phone": "819 555-0144",
    "website": "https://soccer.example.org",
    "address": "12, rue des Exemples",
    "postal_code": "G6P 1A1",
    "external_id": "D-0001",
    "member_until": "2027-03-31",
}


def _find(pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.select_related("created_by", "confirmed_by"), pk=pk)


def _trail(batch: ImportBatch | None = None) -> list[tuple[str, str]]:
    trail = [(_("Fiches"), reverse("staff_fiches"))]
    if batch is not None:
        trail.append((_("Importer un tableur"), reverse("staff_imports")))
    return trail


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_imports")
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file; the imports before."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        batch = services.start_import(file=form.cleaned_data["file"], actor=request.user)
        return redirect("staff_import", pk=batch.pk)
    batches = ImportBatch.objects.select_related("created_by").defer("preview", "errors")
    return render_page(
        request,
        "organizations/staff/imports.html",
        title=_("Importer un tableur"),
        icon="upload",
        trail=_trail(),
        form=form,
        page=Paginator(batches, 20).get_page(request.GET.get("p")),
        columns=[(label, name in REQUIRED) for name, label in LABELS.items()],
    )


@require_safe
@staff_view(back="staff_imports")
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, at whatever stage; the page looks again by itself while the worker has it."""
    batch = _find(pk)
    response = render_page(
        request,
        "organizations/staff/import.html",
        title=batch.file_name,
        icon="upload",
        trail=_trail(batch),
        batch=batch,
        state=ImportState,
        counts=_counts(batch),
        samples=_samples(batch),
        errors=batch.errors[:ERRORS_SHOWN],
        errors_left=max(0, len(batch.errors) - ERRORS_SHOWN),
    )
    if batch.is_working:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _counts(batch: ImportBatch) -> list[tuple[str, int]]:
    done = batch.state in {ImportState.IMPORTING, ImportState.DONE}
    return [
        (_("créées") if done else _("à créer"), batch.created_count),
        (_("mises à jour") if done else _("à mettre à jour"), batch.updated_count),
        (_("inchangées"), batch.unchanged_count),
        (_("en erreur"), batch.error_count),
    ]


def _samples(batch: ImportBatch) -> list[tuple[str, list[dict]]]:
    if batch.state != ImportState.READY:
        return []
    titles = {
        Action.CREATE: _("Fiches à créer"),
        Action.UPDATE: _("Fiches à mettre à jour"),
        Action.NOTHING: _("Fiches inchangées"),
    }
    return [
        (title, batch.preview[action.value]) for action, title in titles.items() if batch.preview.get(action.value)
    ]


@require_POST
@staff_view(back="staff_import", same_object=True)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """« Importer »."""
    services.confirm_import(batch=_find(pk), actor=request.user)
    return redirect("staff_import", pk=pk)


@require_POST
@staff_view(back="staff_import", same_object=True)
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """« Abandonner »: nothing was written yet, only the file is forgotten."""
    services.abandon_import(batch=_find(pk), actor=request.user)
    messages.success(request, _("L’importation est abandonnée. Aucune fiche n’a changé."))
    return redirect("staff_imports")


@require_safe
@staff_view(back="staff_imports")
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The errors as csv, which Excel opens with its accents."""
    return _download(
        services.errors_as_csv(_find(pk)).encode("utf-8-sig"),
        f"erreurs-importation-{pk}.csv",
        "text/csv; charset=utf-8",
    )


@require_safe
@staff_view(back="staff_imports")
def example(request: HttpRequest, extension: str) -> HttpResponse:
    """An example to fill in, xlsx or csv."""
    table = [[str(label) for label in LABELS.values()], [EXAMPLE[name] for name in LABELS]]
    if extension == "csv":
        lines = io.StringIO()
        csv.writer(lines, delimiter=";").writerows(table)
        return _download(lines.getvalue().encode("utf-8-sig"), "exemple-fiches.csv", "text/csv; charset=utf-8")
    if extension != "xlsx":
        raise Http404
    # Not at the start of every process: an example is asked for once a year.
    from openpyxl import Workbook

    workbook = Workbook()
    for row in table:
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return _download(
        content.getvalue(), "exemple-fiches.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
