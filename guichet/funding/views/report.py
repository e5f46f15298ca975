"""The final report, for the fiche: section by section, its files, then on to the gestionnaires and to the body."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import stored_answer
from guichet.core.errors import InvalidState
from guichet.core.uploads import clean_document, too_big
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context

from .. import perms, services
from ..enums import ApplicationStatus
from ..forms.following import RemarkForm
from ..models import Application, Report, ReportFile
from ..schema import (
    Limits,
    QuestionType,
    Section,
    base_input,
    bound_questions,
    cancelled_upload,
    read_base,
    read_posted,
    removed_file,
    row_action,
)
from . import attaching
from .following import find_followed, in_application
from .sections import fiche_links

WITH_REPORT = (ApplicationStatus.REPORT_DUE, ApplicationStatus.REPORT_SUBMITTED, ApplicationStatus.CLOSED)


def _find(organization: Organization, pk: int) -> tuple[Application, Report]:
    """The application and its report, begun or not; 404 when none is expected."""
    application = find_followed(organization, pk)
    if application.status not in WITH_REPORT:
        raise Http404
    try:
        report = services.report_of(application)
    except InvalidState as problem:
        raise Http404 from problem
    if report.pk is None and application.status == ApplicationStatus.CLOSED:
        raise Http404
    return application, report


def _page(request: HttpRequest, report: Report, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    application = report.application
    frame = area_context(request, application.organization, "applications")
    return render(
        request,
        f"funding/{template}.html",
        {**frame, "application": application, "report": report, **context},
        status=status,
    )


def _may_write(request: HttpRequest, report: Report) -> bool:
    return perms.can_edit_report(request.user, report.application) and not report.awaiting_manager


@require_safe
@in_application
def overview(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """How far the report is, what is missing, what to do next; once it was sent, what it says."""
    application, report = _find(organization, application_id)
    is_due = application.status == ApplicationStatus.REPORT_DUE
    verdict = services.verdict_of_report(report)
    titles = {section.key: section.title for section in services.schema_of_report(report).sections}
    labels = {key: question.label for key, question in services.schema_of_report(report).questions.items()}
    return _page(
        request,
        report,
        "report",
        is_due=is_due,
        may_write=is_due and _may_write(request, report),
        may_submit=is_due and perms.can_submit_report(request.user, application),
        verdict=verdict,
        problems=[
            {
                "section": titles[problem.section_key],
                "label": labels[problem.question_key],
                "message": problem.message,
                "url": reverse("funding:report_section", args=[organization.pk, application.pk, problem.section_key])
                + f"?verifier=1#{problem.input_id}",
            }
            for problem in verdict.problems
        ],
        sections=services.shown_report(report) if not is_due else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_application
def section(request: HttpRequest, organization: Organization, application_id: int, key: str) -> HttpResponse:
    """One section: read what was written, keep what is sent."""
    application, report = _find(organization, application_id)
    part = services.schema_of_report(report).section(key)
    if part is None:
        raise Http404
    if not perms.can_edit_report(request.user, application):
        return redirect("funding:report", organization.pk, application_id)
    if request.method != "POST":
        return _show_section(request, report, part, report.answers)
    posted = services.with_planned(report, read_posted(part, request.POST))
    typed = {**report.answers, **posted}
    if row_action(part, request.POST):
        return _show_section(request, report, part, typed)
    try:
        saved = services.save_report(
            application=application,
            section_key=key,
            posted=posted,
            base=read_base(request.POST),
            actor=request.user,
        )
        problems = _receive_files(request, application, part)
        stays = _remove_file(request, application, part) or "stay" in request.POST
    except InvalidState as problem:
        return _show_section(request, report, part, typed, file_problems=[str(problem)], status=409)
    if saved.conflicts:
        return _show_section(request, saved.report, part, typed, others=saved.conflicts, status=409)
    if problems:
        return _show_section(request, services.report_of(application), part, None, file_problems=problems, status=422)
    if stays:
        return redirect("funding:report_section", organization.pk, application_id, key)
    messages.success(request, _("« %(section)s » est enregistré.") % {"section": part.title})
    following = _next_section(report, key)
    if following is not None and "next" in request.POST:
        return redirect("funding:report_section", organization.pk, application_id, following)
    return redirect("funding:report", organization.pk, application_id)


def _next_section(report: Report, key: str) -> str | None:
    keys = [section.key for section in services.schema_of_report(report).sections]
    return next(iter(keys[keys.index(key) + 1 :]), None)


def _show_section(
    request: HttpRequest,
    report: Report,
    part: Section,
    answers: dict[str, Any] | None,
    *,
    others: dict[str, Any] | None = None,
    file_problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    stored = report.answers
    answers = stored if answers is None else answers
    shown = services.verdict_of_report(report, answers=answers)
    questions = bound_questions(
        part,
        answers,
        shown,
        others=others,
        files=services.files_of_report(report),
        uploads=attaching.begun_uploads(request, report.application, for_report=True),
        fiche_links=fiche_links(report.application.organization, part),
        limits=Limits(volunteer_rate=report.application.call.volunteer_rate),
        column="real",
        missing="verifier" in request.GET,
    )
    return _page(
        request,
        report,
        "report_section",
        part=part,
        questions=questions,
        # What the page was opened with: after a conflict, what the colleague saved, which one has now seen.
        base=base_input(part, {**stored, **(others or {})}),
        has_files=any(question.type == QuestionType.FILE for question in part.questions),
        has_conflicts=bool(others),
        file_problems=file_problems or [],
        is_last=_next_section(report, part.key) is None,
        status=status,
    )


def _receive_files(request: HttpRequest, application: Application, part: Section) -> list[str]:
    """Keep the files that came with the section; return what is wrong with the others, each by its name."""
    problems = []
    for question in part.questions:
        if question.type != QuestionType.FILE:
            continue
        name = f"q-{question.key}"
        if name in getattr(request, "too_big", []):
            problems += too_big(settings.UPLOAD_MAX_BYTES).messages
        for upload in request.FILES.getlist(name):
            try:
                services.receive_report_file(
                    application=application,
                    question_key=question.key,
                    clean=clean_document(upload, at_most=question.max_bytes),
                    actor=request.user,
                )
            except ValidationError as problem:
                problems.append(_("%(name)s : %(problem)s") % {"name": upload.name, "problem": problem.messages[0]})
            except InvalidState as problem:
                problems.append(_("%(name)s : %(problem)s") % {"name": upload.name, "problem": problem})
    return problems


def _remove_file(request: HttpRequest, application: Application, part: Section) -> bool:
    """Take away what a button of the page asked to: a file, or what came of one; return whether one did."""
    removed, cancelled = removed_file(part, request.POST), cancelled_upload(part, request.POST)
    if removed is not None:
        services.remove_report_file(
            application=application, question_key=removed[0], file_id=removed[1], actor=request.user
        )
    if cancelled is not None:
        attaching.cancel(request, application, cancelled[1])
    return bool(removed or cancelled)


@require_POST
@in_application
def send(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Remettre aux gestionnaires »."""
    application, _report = _find(organization, application_id)
    try:
        services.send_report_to_managers(application=application, actor=request.user)
        messages.success(request, _("La reddition de comptes est remise aux gestionnaires, qui en sont avisés."))
    except InvalidState as problem:
        messages.error(request, str(problem))
    return redirect("funding:report", organization.pk, application_id)


@require_http_methods(["GET", "HEAD", "POST"])
@in_application
def submit(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Transmettre », by a gestionnaire, after what it says in short."""
    application, report = _find(organization, application_id)
    if not perms.can_submit_report(request.user, application):
        raise PermissionDenied
    if request.method == "POST":
        try:
            services.submit_report(application=application, actor=request.user)
        except InvalidState as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("La reddition de comptes est transmise. Merci!"))
        return redirect("funding:report", organization.pk, application_id)
    if application.status != ApplicationStatus.REPORT_DUE:
        return redirect("funding:report", organization.pk, application_id)
    return _page(request, report, "report_submit", sections=services.shown_report(report))


@require_http_methods(["GET", "HEAD", "POST"])
@in_application
def give_back(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Redonner pour correction », by a gestionnaire."""
    application, report = _find(organization, application_id)
    if not perms.can_submit_report(request.user, application):
        raise PermissionDenied
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_back_report(application=application, remark=form.cleaned_data["remark"], actor=request.user)
        except InvalidState as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("La reddition de comptes est redonnée à vos collègues, avec votre remarque."))
            return redirect("funding:report", organization.pk, application_id)
    return _page(request, report, "report_give_back", form=form)


@require_safe
@in_application
def report_file(request: HttpRequest, organization: Organization, application_id: int, file_id: int) -> HttpResponse:
    """An invoice or a picture of the report."""
    application = find_followed(organization, application_id)
    return stored_answer(get_object_or_404(ReportFile, pk=file_id, report__application=application))


urlpatterns = [
    path("<int:application_id>/reddition/", overview, name="report"),
    path("<int:application_id>/reddition/sections/<slug:key>/", section, name="report_section"),
    path("<int:application_id>/reddition/remettre/", send, name="report_send"),
    path("<int:application_id>/reddition/transmettre/", submit, name="report_submit"),
    path("<int:application_id>/reddition/redonner/", give_back, name="report_give_back"),
    path("<int:application_id>/reddition/fichiers/<int:file_id>/", report_file, name="report_file"),
]
