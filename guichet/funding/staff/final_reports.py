"""A final report as it came: read, returned; and what is asked back of the money."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.downloads import stored_answer
from guichet.core.staff_frame import render_page, staff_view

from .. import perms, services
from ..enums import ApplicationStatus
from ..forms.following import AskRecoveryForm, KeptReasonForm, ReceiveRecoveryForm, ReturnReportForm
from ..models import Application, Report, ReportFile
from .following_pages import ICON, ask, find, require_follow, require_open, trail

# What an organisme gets to mend a report, or to give money back, unless staff say otherwise.
TO_MEND = dt.timedelta(days=14)
TO_GIVE_BACK = dt.timedelta(days=30)


def _came(application: Application) -> Report:
    """A report that reached the body at least once, or 404: what is being written is the fiche's business."""
    report = Report.objects.filter(application=application, submitted_at__isnull=False).first()
    if report is None or application.status == ApplicationStatus.REPORT_DUE:
        raise Http404
    return services.report_of(application)


@require_safe
@staff_view(back="staff_followings")
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The report, with what was planned beside what is real."""
    application = find(pk)
    require_open(request, application)
    report = _came(application)
    return render_page(
        request,
        "funding/staff/final_report.html",
        title=_("Reddition de comptes"),
        icon=ICON,
        trail=trail(application),
        application=application,
        report=report,
        sections=services.shown_report(report),
        settlement=services.settlement_of(application),
        may_return=application.status == ApplicationStatus.REPORT_SUBMITTED
        and perms.can_follow(request.user, application),
    )


@require_safe
@staff_view(back="staff_followings")
def report_file(request: HttpRequest, pk: int, file_id: int) -> HttpResponse:
    """An invoice, a picture, as a download."""
    application = find(pk)
    require_open(request, application)
    return stored_answer(get_object_or_404(ReportFile, pk=file_id, report=_came(application).pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def return_report(request: HttpRequest, pk: int) -> HttpResponse:
    """« Demander une correction »."""
    application = find(pk)
    form = ReturnReportForm(request.POST or None, initial={"due_on": timezone.localdate() + TO_MEND})
    return ask(
        request,
        application,
        form,
        lambda values: services.return_report(application=application, actor=request.user, **values),
        title=_("Demander une correction"),
        button=_("Retourner la reddition"),
        success=_("La reddition de comptes est retournée, et l’organisme sait quoi corriger."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def ask_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """« Demander un remboursement »; the report's own figure is proposed."""
    application = find(pk)
    require_follow(request, application)
    settlement = services.settlement_of(application)
    form = AskRecoveryForm(
        request.POST or None,
        initial={
            "amount": settlement.to_recover if settlement and settlement.to_recover else None,
            "due_on": timezone.localdate() + TO_GIVE_BACK,
        },
    )
    return ask(
        request,
        application,
        form,
        lambda values: services.ask_recovery(application=application, actor=request.user, **values),
        title=_("Demander un remboursement"),
        button=_("Demander"),
        success=_("Le remboursement est demandé, et l’organisme le sait."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def receive_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """« Noter reçu »."""
    application = find(pk)
    return ask(
        request,
        application,
        ReceiveRecoveryForm(request.POST or None),
        lambda values: services.receive_recovery(application=application, actor=request.user, **values),
        title=_("Noter le remboursement reçu"),
        button=_("Noter reçu"),
        success=_("Le remboursement est noté."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def drop_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """« Y renoncer »."""
    application = find(pk)
    return ask(
        request,
        application,
        KeptReasonForm(request.POST or None),
        lambda values: services.drop_recovery(application=application, actor=request.user, **values),
        title=_("Renoncer au remboursement"),
        button=_("Y renoncer"),
        success=_("Plus rien n’est demandé à l’organisme."),
        serious=True,
    )


urlpatterns = [
    path("assistance/suites/<int:pk>/reddition/", report_page, name="staff_final_report"),
    path("assistance/suites/<int:pk>/reddition/fichiers/<int:file_id>/", report_file, name="staff_report_file"),
    path("assistance/suites/<int:pk>/reddition/retourner/", return_report, name="staff_report_return"),
    path("assistance/suites/<int:pk>/remboursement/", ask_recovery, name="staff_recovery_ask"),
    path("assistance/suites/<int:pk>/remboursement/recu/", receive_recovery, name="staff_recovery_receive"),
    path("assistance/suites/<int:pk>/remboursement/renoncer/", drop_recovery, name="staff_recovery_drop"),
]
