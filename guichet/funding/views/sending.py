"""Handing an application on: to the gestionnaires, back, to the body; withdrawing it; what proves its receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.downloads import PDF, file_answer
from guichet.core.ics import Deadline, calendar_file
from guichet.core.kept_forms import typed_in
from guichet.core.messages import absolute_url
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, services
from ..enums import ApplicationStatus
from ..forms.sending import RemarkForm, StatementForm, WithdrawForm
from ..models import Application
from .drafts import missing_in
from .scope import find_application

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
in_application = fiche_view(keeps_form=True, back="funding:applications")


def _page(request: HttpRequest, application: Application, template: str, **context: Any) -> HttpResponse:
    frame = area_context(request, application.organization, "applications")
    return render(request, f"funding/{template}.html", {**frame, "application": application, **context})


def _to_application(application: Application) -> HttpResponse:
    return redirect("funding:application", application.organization_id, application.pk)


@get_or_post
@in_application
def send(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Relire et transmettre »: a gestionnaire submits to the body, anybody else hands it to the gestionnaires."""
    received_at = timezone.now()
    application = find_application(organization, pk)
    may_submit = perms.can_submit(request.user, application)
    form = StatementForm(typed_in(request), organization=organization) if may_submit else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is None:
                services.send_to_managers(application=application, actor=request.user, now=received_at)
                messages.success(request, _("La demande est remise aux gestionnaires, qui viennent d’en être avisés."))
                return _to_application(application)
            services.submit(
                application=application, statement=form.statement, actor=request.user, received_at=received_at
            )
            messages.success(request, _("Votre demande est transmise. En voici la preuve de réception."))
            return redirect("funding:receipt", organization.pk, pk)
        except services.Incomplete as problem:
            messages.error(request, str(problem))
    verdict = services.verdict_of(application)
    return _page(
        request,
        application,
        "send",
        form=form,
        sections=services.shown_application(application, verdict),
        missing=missing_in(application, verdict),
        closing=None if application.is_completion else services.closing_of(application.call, organization),
        too_late=services.too_late(application, received_at),
    )


@get_or_post
@in_application
def give_back(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Retourner pour correction »."""
    application = find_application(organization, pk)
    if not perms.can_return(request.user, application):
        raise PermissionDenied
    form = RemarkForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        services.return_application(application=application, remark=form.cleaned_data["remark"], actor=request.user)
        messages.success(request, _("La demande est retournée à vos collègues, avec votre remarque."))
        return _to_application(application)
    return _page(request, application, "return", form=form)


@get_or_post
@in_application
def withdraw(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Retirer la demande »."""
    application = find_application(organization, pk)
    if not perms.can_withdraw(request.user, application):
        raise PermissionDenied
    form = WithdrawForm(typed_in(request), is_handed_in=application.submitted_at is not None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(application=application, reason=form.cleaned_data.get("reason", ""), actor=request.user)
        messages.success(request, _("La demande est retirée. Ce que vous aviez écrit reste dans vos archives."))
        return redirect("funding:applications", organization.pk)
    return _page(request, application, "withdraw", form=form)


@require_safe
@in_application
def receipt(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """The proof of receipt: number, date, fingerprint, PDF."""
    application = find_application(organization, pk)
    submissions = list(application.submissions.order_by("-at", "-pk"))
    if not submissions:
        return _to_application(application)
    return _page(
        request,
        application,
        "receipt",
        submissions=submissions,
        is_submitted=application.status == ApplicationStatus.SUBMITTED,
    )


@require_safe
@in_application
def application_pdf(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """The application as it is written now, as PDF, marked as a draft until it is handed in."""
    application = find_application(organization, pk)
    content = services.application_pdf(application)
    return _pdf(content, services.file_name_of(application))


@require_safe
@in_application
def submission_pdf(request: HttpRequest, organization: Organization, pk: int, submission_id: int) -> HttpResponse:
    """What was handed in, as PDF: made by the worker, or now when it has not come to it."""
    application = find_application(organization, pk)
    submission = get_object_or_404(application.submissions, pk=submission_id)
    submission.application = application
    content = services.make_submission_pdf(submission_id=submission.pk).open("rb")
    return _pdf(content, services.file_name_of(application))


@require_safe
@in_application
def deadlines(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """What the fiche still has to do in time, for one's calendar: the closing, the completion, the report."""
    application = find_application(organization, pk)
    page = absolute_url(reverse("funding:application", args=[organization.pk, pk]))
    found = [
        Deadline(
            uid=f"demande-{pk}-{kind}@{request.get_host()}",
            title=f"{words} : {application}".replace(" :", "\u00a0:"),
            at=at,
            description=f"{organization.name}\n{page}",
            url=page,
        )
        for kind, words, at in services.deadlines_of(application)
    ]
    if not found:
        raise Http404
    return calendar_file(found, name=str(application), file_name=f"demande-{pk}")


def _pdf(content: Any, name: str) -> HttpResponse:
    return file_answer(content, name=name, content_type=PDF)


urlpatterns = [
    path("<int:pk>/transmettre/", send, name="send"),
    path("<int:pk>/retourner/", give_back, name="return"),
    path("<int:pk>/retirer/", withdraw, name="withdraw"),
    path("<int:pk>/recu/", receipt, name="receipt"),
    path("<int:pk>/echeances.ics", deadlines, name="deadlines"),
    path("<int:pk>/demande.pdf", application_pdf, name="application_pdf"),
    path("<int:pk>/transmissions/<int:submission_id>.pdf", submission_pdf, name="submission_pdf"),
]
