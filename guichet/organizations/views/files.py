"""A fiche's files for its own people: pictures in the page, documents to download, the whole fiche to take along."""

from __future__ import annotations

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from guichet.core.downloads import HARMLESS, stored_answer

from .. import services
from ..models import FicheFile, Organization
from .scope import fiche_view

SIZES = ("grande", "petite")
PRIVATE = cache_control(private=True, max_age=3600)


def picture_response(file: FicheFile, size: str) -> HttpResponse:
    """A picture, « grande » or « petite »; nothing of it can run. Raises Http404 for another size."""
    if size not in SIZES:
        raise Http404
    held: File = file.small if size == "petite" and file.small else file.file
    return FileResponse(held.open("rb"), content_type=file.content_type, headers=HARMLESS)


@require_safe
@fiche_view(back="organizations:fiche")
@PRIVATE
def picture(request: HttpRequest, organization: Organization, file_id: int, size: str) -> HttpResponse:
    """A picture of the fiche, proposed or in force, for its people and staff."""
    file = get_object_or_404(organization.files, pk=file_id)
    if not file.is_picture:
        raise Http404
    return picture_response(file, size)


@require_safe
@fiche_view(back="organizations:fiche")
@PRIVATE
def document(request: HttpRequest, organization: Organization, file_id: int) -> HttpResponse:
    """A document of the fiche, always as a download."""
    return stored_answer(get_object_or_404(organization.files, pk=file_id))


@require_POST
@fiche_view(manage=True, back="organizations:fiche")
def take(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Télécharger toute la fiche »."""
    archive = services.take_fiche(organization=organization, actor=request.user)
    name = f"{slugify(organization.name)[:60] or 'fiche'}-{timezone.localdate().isoformat()}.zip"
    return FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")
