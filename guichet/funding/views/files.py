"""The files of an application, for the fiche's people and staff, always as a download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guichet.core.downloads import stored_answer
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import fiche_view

from .scope import find_application


@require_safe
@fiche_view(back="funding:applications")
@never_cache
def file(request: HttpRequest, organization: Organization, pk: int, file_id: int) -> HttpResponse:
    """A file that was sent with the application."""
    found = find_application(organization, pk)
    return stored_answer(get_object_or_404(found.files, pk=file_id))


urlpatterns = [path("<int:pk>/fichiers/<int:file_id>/", file, name="file")]
