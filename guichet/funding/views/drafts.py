"""One application: how far it is, what is missing, who worked on it, what colleagues say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.core.errors import InvalidState
from guichet.core.shared import shared_settings
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, services
from ..actions import actions_of
from ..enums import FOLLOWED, ApplicationStatus
from ..forms.comments import CommentForm
from ..models import Application, SectionVisit
from ..schema import QuestionType, Schema, Section, Verdict
from ..steps import next_action, steps_of, tone_of
from .decisions import decision_context
from .scope import find_application

# Asks a section to say what is missing too, beside its questions.
CHECK = "?verifier=1"


@require_safe
@fiche_view(back="funding:applications")
def application(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """The application in one page."""
    found = find_application(organization, pk)
    return render(request, "funding/application.html", overview(request, found, CommentForm()))


def overview(request: HttpRequest, found: Application, form: CommentForm) -> dict[str, Any]:
    """What the page of an application shows."""
    organization = found.organization
    schema = services.schema_of(found)
    files = list(found.files.select_related("uploaded_by"))
    verdict = services.verdict_of(found)
    closing = services.closing_of(found.call, organization)
    is_draft = found.status == ApplicationStatus.DRAFT
    newest = services.newest_version(found.call) if is_draft else None
    can_comment = perms.can_comment(request.user, found)
    total = sum(one.total for one in verdict.progress)
    return {
        **area_context(request, organization, "applications"),
        "application": found,
        "call": found.call,
        "tone": tone_of(found),
        "steps": steps_of(found),
        "next": next_action(
            found,
            can_submit=perms.can_submit(request.user, found),
            closing=closing,
            body=shared_settings().short_name,
        ),
        "closing": closing,
        # What stands in the way of handing in; one goes on writing all the same.
        "warning": services.why_not_in_time(found.call, organization, now=timezone.now()) if is_draft else "",
        "can_write": perms.can_edit_application(request.user, found),
        "is_completion": found.status == ApplicationStatus.CHANGES_REQUESTED,
        "asked": _asked(found, schema, verdict),
        "has_newer_form": newest is not None and newest.pk != found.form_version_id,
        "verdict": verdict,
        "sections": _sections(request, found, schema, verdict),
        "total": total,
        "done": sum(one.done for one in verdict.progress),
        "missing": missing_in(found, verdict),
        "people": people_of(found),
        "files": _files(found, schema, files),
        "can_comment": can_comment,
        "comments": list(found.comments.all()) if can_comment else [],
        "comment_form": form,
        "actions": actions_of(request.user, found),
        "has_deadlines": bool(services.deadlines_of(found)),
        **_with_the_body(request, found),
    }


def _with_the_body(request: HttpRequest, found: Application) -> dict[str, Any]:
    """What passes between the fiche and the body once it is handed in; nothing before."""
    if found.submitted_at is None:
        return {}
    is_member = request.access is not None and request.access.is_active
    return {
        **decision_context(request.user, found),
        "unread": found.thread.unread_by(request.user, is_staff=False).count() if is_member else 0,
        "is_followed": found.status in FOLLOWED or (found.status == ApplicationStatus.CLOSED and bool(found.granted)),
    }


def _sections(request: HttpRequest, found: Application, schema: Schema, verdict: Verdict) -> list[dict[str, Any]]:
    """Each section that shows: how far it is, who wrote in it last, who is in it now."""
    progress = {one.section_key: one for one in verdict.progress}
    visits = services.visits_now(found, but=request.user) if found.is_open_to_clients else []
    return [
        {
            "key": section.key,
            "title": section.title,
            "url": section_url(found, section.key),
            "progress": progress[section.key],
            "hand": last_hand_in(found, [question.key for question in section.questions]),
            "is_asked": any(question.key in found.changes_questions for question in section.questions),
            "writing": names_of(visits, section.key),
        }
        for section in shown_sections(schema, verdict)
    ]


def _asked(found: Application, schema: Schema, verdict: Verdict) -> list[dict[str, str]]:
    """The questions that the body opened again, with the way to each; none when it opened all of them."""
    return [
        {"label": question.label, "url": f"{section_url(found, section.key)}#q-{question.key}"}
        for section, question in schema
        if question.key in found.changes_questions and question.key in verdict.visible
    ]


def shown_sections(schema: Schema, verdict: Verdict) -> list[Section]:
    """The sections that hold something to see."""
    return [
        section
        for section in schema.sections
        if any(question.key in verdict.visible for question in section.questions)
    ]


def section_url(found: Application, key: str) -> str:
    """The address of one section of an application."""
    return reverse("funding:section", args=[found.organization_id, found.pk, key])


def names_of(visits: list[SectionVisit], section_key: str) -> list[str]:
    """Who is in a section now."""
    return [str(visit.user) for visit in visits if visit.section == section_key]


def last_hand_in(found: Application, keys: list[str]) -> dict[str, Any] | None:
    """Who changed one of these answers last, and when."""
    hands = [services.last_hand(found, key) for key in keys]
    latest = max(((at, name) for name, at in hands if at is not None), default=None)
    return {"name": latest[1], "at": latest[0]} if latest else None


def people_of(found: Application) -> list[dict[str, Any]]:
    """Who wrote in it, and when last, the latest first."""
    seen: dict[str, dt.datetime] = {}
    for key in found.touched:
        name, at = services.last_hand(found, key)
        if at is not None and (name not in seen or seen[name] < at):
            seen[name] = at
    return [{"name": name, "at": at} for name, at in sorted(seen.items(), key=lambda one: one[1], reverse=True)]


def missing_in(found: Application, verdict: Verdict) -> list[dict[str, str]]:
    """What is missing or wrong, with the way to each."""
    questions = services.schema_of(found).questions
    return [
        {
            "label": questions[problem.question_key].label,
            "message": problem.message,
            "url": f"{section_url(found, problem.section_key)}{CHECK}#{problem.input_id}",
        }
        for problem in verdict.problems
    ]


def _files(found: Application, schema: Schema, files: list) -> list[dict[str, Any]]:
    """The files that the answers name, by question."""
    by_key = {file.pk: file for file in files}
    return [
        {"question": question.label, "file": by_key[key]}
        for _section, question in schema
        if question.type == QuestionType.FILE
        for key in services.keys_of(found.answers.get(question.key))
        if key in by_key
    ]


@require_POST
@fiche_view(back="funding:applications")
def renew_form(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Passer au nouveau formulaire »."""
    found = find_application(organization, pk)
    try:
        services.renew_form(application=found, actor=request.user)
    except InvalidState as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("C’est fait. Vos réponses sont là ; voyez ce qui manque maintenant."))
    return redirect("funding:application", organization.pk, found.pk)


urlpatterns = [
    path("<int:pk>/", application, name="application"),
    path("<int:pk>/nouveau-formulaire/", renew_form, name="renew_form"),
]
