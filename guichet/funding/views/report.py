"""The final report, for the fiche: section by section, its files, then on to the gestionnaires and to the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import stored_answer
from guichet.core.errors import InvalidState
from guichet.core.uploads import CleanFile
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context

from .. import perms, services
from ..enums import ApplicationStatus
from ..forms.following import RemarkForm
from ..models import Application, Report, ReportFile
from ..schema import FileInfo, Limits, Section, Verdict
from .drafts import CHECK
from .following import find_followed, in_application
from .sections import answers_its_script, write
from .writing import Draft

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


class ReportDraft(Draft):
    """« Reddition de comptes »: its budget has the real amounts beside the planned ones."""

    column = "real"
    is_report = True

    def __init__(self, report: Report) -> None:
        super().__init__(report.application, report.form_version, services.schema_of_report(report))
        self.report = report
        if report.pk:
            # The page asks for them several times.
            prefetch_related_objects([report], "files")

    @property
    def answers(self) -> Mapping[str, Any]:
        """As they are stored, or as the report would begin."""
        return self.report.answers

    def again(self) -> ReportDraft:
        """As it is now, after a save."""
        return ReportDraft(services.report_of(self.found))

    def can_write(self, user) -> bool:
        """Whether this person may write in it now."""
        return perms.can_edit_report(user, self.found) and not self.report.awaiting_manager

    def read(self, here: Section, data: QueryDict) -> dict[str, Any]:
        """The answers that a page sent, with the planned amounts as they were handed in."""
        return services.with_planned(self.report, super().read(here, data))

    def save(self, **values: Any) -> services.Saved:
        """Save what somebody wrote in a section. Raises InvalidState."""
        return services.save_report(application=self.found, **values)

    def attach(self, key: str, clean: CleanFile, actor) -> None:
        """Add a file to the answer of a question. Raises InvalidState."""
        services.receive_report_file(application=self.found, question_key=key, clean=clean, actor=actor)

    def remove(self, key: str, pk: int, actor) -> str:
        """Take a file out of the answer; its name. Raises Http404 or InvalidState."""
        file = get_object_or_404(ReportFile, pk=pk, question=key, report__application=self.found)
        services.remove_report_file(application=self.found, question_key=key, file_id=pk, actor=actor)
        return file.name

    def verdict(self, answers: Mapping[str, Any] | None = None) -> Verdict:
        """What the answers are worth; ``answers``: others than its own."""
        return services.verdict_of_report(self.report, answers=answers)

    def files(self) -> Mapping[int, FileInfo]:
        """Every file that came with it."""
        return services.files_of_report(self.report)

    def limits(self) -> Limits:
        """What bounds its amounts: nothing of what bounds the asking."""
        return Limits(volunteer_rate=self.found.call.volunteer_rate)

    def section_url(self, key: str) -> str:
        """The page of one of its sections."""
        return reverse("funding:report_section", args=[self.found.organization_id, self.found.pk, key])

    def overview_url(self) -> str:
        """Its own page."""
        return reverse("funding:report", args=[self.found.organization_id, self.found.pk])

    def words(self) -> dict[str, Any]:
        """What the page of a section says of it."""
        asked = {"title": _("À corriger"), "text": self.report.return_text} if self.report.return_text else None
        return {
            # No draft of an application: what a browser keeps of one is not offered in the other.
            "key": f"reddition-{self.found.pk}",
            "banner": _("Reddition de comptes"),
            "back": _("Revenir à la reddition"),
            "save_and_back": _("Enregistrer et revenir à la reddition"),
            "sections": _("Sections de la reddition"),
            "uploads": reverse("funding:report_uploads", args=[self.found.organization_id, self.found.pk]),
            "asked": asked,
            "warning": "",
        }


@require_safe
@in_application
def overview(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """How far the report is, what is missing, what to do next; once it was sent, what it says."""
    application, report = _find(organization, application_id)
    is_due = application.status == ApplicationStatus.REPORT_DUE
    draft = ReportDraft(report)
    verdict = draft.verdict()
    titles = {section.key: section.title for section in draft.schema.sections}
    return _page(
        request,
        report,
        "report",
        is_due=is_due,
        may_write=draft.can_write(request.user),
        may_submit=is_due and perms.can_submit_report(request.user, application),
        verdict=verdict,
        problems=[
            {
                "section": titles[problem.section_key],
                "label": draft.schema.questions[problem.question_key].label,
                "message": problem.message,
                "url": f"{draft.section_url(problem.section_key)}{CHECK}#{problem.input_id}",
            }
            for problem in verdict.problems
        ],
        sections=services.shown_report(report) if not is_due else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@answers_its_script
@in_application
def section(request: HttpRequest, organization: Organization, application_id: int, key: str) -> HttpResponse:
    """A section of the report. Once it was sent, the report is read as a whole."""
    application, report = _find(organization, application_id)
    if request.method != "POST" and application.status != ApplicationStatus.REPORT_DUE:
        return redirect("funding:report", organization.pk, application_id)
    return write(request, ReportDraft(report), key)


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
