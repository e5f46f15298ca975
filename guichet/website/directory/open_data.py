"""Open data: the directory for machines, public values only, in French whatever the reader's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from guichet.core.limits import may_go_on
from guichet.core.messages import absolute_url
from guichet.organizations.enums import Kind
from guichet.organizations.models import DirectoryEntry
from guichet.organizations.text import harmless
from guichet.organizations.values import LISTS, in_words

from .openapi import FIELDS, document

ROWS_PER_PAGE = 100
as_json = partial(JsonResponse, json_dumps_params={"ensure_ascii": False})


def kept_for_an_hour(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let anybody keep the answer for an hour; a refusal is nobody's to keep."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Cache-Control"] = "public, max-age=3600" if response.status_code == 200 else "no-store"
        return response

    return wrapped


def _names() -> dict[str, dict[int, str]]:
    return {field: dict(model.objects.values_list("pk", "name")) for field, model in LISTS.items()}


def _row(entry: DirectoryEntry, names: dict[str, dict[int, str]]) -> dict[str, Any]:
    """One entry by the names of `openapi.FIELDS`; what is not public is empty, as what was never written."""
    values = entry.data
    row: dict[str, Any] = {
        "id": entry.pk,
        "url": absolute_url(entry.get_absolute_url()),
        "kind": entry.kind,
        "kind_label": str(Kind(entry.kind).label),
        "municipality": entry.municipality.name if entry.municipality else None,
        "mrc": entry.mrc.name if entry.mrc else None,
        "confirmed_at": entry.confirmed_at.isoformat() if entry.confirmed_at else None,
        "updated_at": entry.updated_at.isoformat(),
    }
    for field, known in names.items():
        row[field] = [known[pk] for pk in values.get(field, []) if pk in known]
    for field, schema in FIELDS.items():
        if field in row:
            continue
        empty = [] if schema["type"] == "array" else None
        row[field] = values.get(field, empty)
        if field in {"phone", "other_phone"} and row[field]:
            row[field] = in_words(field, row[field])
    return {field: row[field] for field in FIELDS}


def _rows(entries: Iterable[DirectoryEntry]) -> list[dict[str, Any]]:
    names = _names()
    with override(settings.LANGUAGE_CODE):
        return [_row(entry, names) for entry in entries]


def _entries():
    return DirectoryEntry.objects.select_related("municipality", "mrc").order_by("pk")


def _too_many() -> HttpResponse:
    answer = as_json({"detail": _("Trop de demandes en peu de temps. Réessayez dans une minute.")}, status=429)
    answer["Retry-After"] = "60"
    return answer


@require_safe
@kept_for_an_hour
def directory_json(request: HttpRequest) -> HttpResponse:
    """One page of the directory."""
    if not may_go_on(request, "open_data"):
        return _too_many()
    number = request.GET.get("page", "1")
    paginator = Paginator(_entries(), ROWS_PER_PAGE)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 0
    if not 1 <= wanted <= paginator.num_pages:
        return as_json({"detail": _("Cette page n’existe pas.")}, status=404)
    page = paginator.page(wanted)
    address = absolute_url(reverse("website:directory_json"))
    return as_json(
        {
            "count": paginator.count,
            "page": page.number,
            "pages": paginator.num_pages,
            "next": f"{address}?page={page.number + 1}" if page.has_next() else None,
            "previous": f"{address}?page={page.number - 1}" if page.has_previous() else None,
            "results": _rows(page.object_list),
        }
    )


@require_safe
@kept_for_an_hour
def directory_csv(request: HttpRequest) -> HttpResponse:
    """The whole directory for a spreadsheet."""
    if not may_go_on(request, "open_data"):
        return _too_many()
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(FIELDS)
    for row in _rows(_entries()):
        writer.writerow([_cell(value) for value in row.values()])
    # The mark without which Excel reads accents wrong.
    answer = HttpResponse("\ufeff" + lines.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="repertoire.csv"'
    return answer


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    return harmless("; ".join(map(str, value)) if isinstance(value, list) else str(value))


@require_safe
@kept_for_an_hour
def openapi(request: HttpRequest) -> HttpResponse:
    """What the answers look like."""
    return as_json(document())
