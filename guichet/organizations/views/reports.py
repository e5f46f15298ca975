"""The errors that visitors report in the fiche's public page, for its gestionnaires."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import services
from ..models import ErrorReport, Organization
from .scope import fiche_view

REPORTS_SHOWN = 20


def open_reports(request: HttpRequest, organization: Organization) -> Iterable[ErrorReport]:
    """What this person may settle here, the oldest first."""
    if not request.can_manage:
        return []
    return organization.error_reports.open().order_by("created_at", "pk")[:REPORTS_SHOWN]


@require_POST
@fiche_view(manage=True, back="organizations:fiche")
def close(request: HttpRequest, organization: Organization, report_id: int) -> HttpResponse:
    """« C’est corrigé »."""
    report = get_object_or_404(ErrorReport, pk=report_id, organization=organization)
    services.close_report(report=report, actor=request.user)
    messages.success(request, _("Merci! L’erreur signalée est réglée."))
    return redirect("organizations:fiche", organization.pk)
