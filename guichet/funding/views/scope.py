"""Which application: found in the fiche that the address names, 404 for any other."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from guichet.organizations.models import Organization

from ..models import Application


def find_application(organization: Organization, pk: int) -> Application:
    """An application of the fiche, with its call and its form. Raises Http404."""
    applications = Application.objects.filter(organization=organization)
    application = get_object_or_404(
        applications.select_related("call__program", "form_version", "started_by"), pk=pk
    )
    application.organization = organization
    return application
