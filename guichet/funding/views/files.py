"""The files of an application, for the fiche's people and staff, always as a download."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from guichet.organizations.models import Organization
from guichet.organizations.views.scope import fiche_view

from ..models import ApplicationFile
from .scope import find_application


def file_response(file: ApplicationFile) -> FileResponse:
    """A file as a download; nothing of it can run."""
    answer = FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_safe
@fiche_view(back="funding:applications")
@cache_control(private=True, max_age=3600)
def file(request: HttpRequest, organization: Organization, pk: int, file_id: int) -> HttpResponse:
    """A file that was sent with the application."""
    found = find_application(organization, pk)
    return file_response(get_object_or_404(found.files, pk=file_id))


urlpatterns = [path("<int:pk>/fichiers/<int:file_id>/", file, name="file")]
