"""Which application: found in the fiche's own, 404 for any other."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from guichet.organizations.models import Organization

from ..models import Application


def find_application(organization: Organization, pk: int) -> Application:
    """The fiche's application of this key, with its call and form at hand.

    Raises Http404; PermissionDenied to an employee without access to the fiche who declared a conflict of interest.
    """
    rows = Application.objects.select_related("call__program", "form_version")
    application = get_object_or_404(rows.filter(organization=organization), pk=pk)
    application.organization = organization
    who, access = getattr(organization, "found_for", (None, None))
    if who is not None and access is None and application.conflicts.filter(user=who).exists():
        raise PermissionDenied
    return application
