"""« Signaler une erreur », once it was received: who settles it, and how."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from .. import perms
from ..enums import REPORT_TRANSITIONS, ReportState
from ..models import ErrorReport
from .base import lock_organization, require
from .errors import ReportGone


def _lock_report(report: ErrorReport) -> ErrorReport:
    """The report as it is now, locked after its fiche."""
    organization = lock_organization(report.organization_id)
    locked = ErrorReport.objects.select_for_update(of=("self",)).select_related("closed_by").get(pk=report.pk)
    locked.organization = organization
    return locked


@transaction.atomic
def close_report(*, report: ErrorReport, actor, note: str = "") -> ErrorReport:
    """« C’est corrigé », « Régler ». The note stays in the fiche's timeline.

    Raises PermissionDenied, or ReportGone when somebody else settled it first.
    """
    report = _lock_report(report)
    require(perms.can_close_report(actor, report))
    if ReportState.CLOSED not in REPORT_TRANSITIONS[ReportState(report.state)]:
        raise ReportGone(report)
    report.state = ReportState.CLOSED
    report.closed_by = actor
    report.closed_at = timezone.now()
    report.note = note.strip()
    report.save(update_fields=["state", "closed_by", "closed_at", "note"])
    record(verb="organizations.report_closed", actor=actor, subject=report.organization, reason=report.note)
    return report


@transaction.atomic
def reopen_report(*, report: ErrorReport, actor) -> ErrorReport:
    """« Rouvrir »: it was not settled. The note that said so is in the timeline.

    Raises PermissionDenied, or InvalidState for a report that is open.
    """
    report = _lock_report(report)
    require(perms.can_reopen_report(actor))
    if ReportState.OPEN not in REPORT_TRANSITIONS[ReportState(report.state)]:
        raise InvalidState(_("Cette erreur est déjà à regarder."))
    report.state = ReportState.OPEN
    report.closed_by = None
    report.closed_at = None
    report.note = ""
    report.save(update_fields=["state", "closed_by", "closed_at", "note"])
    record(verb="organizations.report_reopened", actor=actor, subject=report.organization)
    return report
