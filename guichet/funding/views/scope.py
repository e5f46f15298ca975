"""Which application: found in the fiche's own, 404 for any other."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from guichet.organizations.models import Organization

from ..models import Application


def find_application(organization: Organization, pk: int) -> Application:
    """The fiche's application of this key, with its call and form at hand. Raises Http404."""
    rows = Application.objects.select_related("call__program", "form_version")
    application = get_object_or_404(rows.filter(organization=organization), pk=pk)
    application.organization = organization
    return application
