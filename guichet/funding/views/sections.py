"""One section of an application or a report as a form: saved whole or as one types, merged with what others write."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.core.kept_forms import mark_of, take_kept
from guichet.core.templatetags.guichet import moment
from guichet.organizations.content import FIELDS
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import services
from ..models import FormVersion
from ..schema import (
    Problem,
    QuestionType,
    Schema,
    Section,
    Verdict,
    bound_questions,
    cancelled_upload,
    digest,
    parse_schema,
    read_base,
    removed_file,
    row_action,
)
from ..schema.showing import show_answer
from . import attaching
from .drafts import names_of, shown_sections
from .scope import find_application
from .writing import ApplicationDraft, Draft

JSON = "application/json"
THEIRS, MINE = "theirs", "mine"
# Where « Enregistrer » leads.
STAY, OVERVIEW = "stay", "overview"
FIX = "?corriger=1"


@dataclass
class Page:
    """What a section shows: stored answers, or over them what was typed and is not saved."""

    draft: Draft
    section: Section
    answers: Mapping[str, Any]
    base: dict[str, str]
    conflicts: list[services.Conflict] = field(default_factory=list)
    # What is wrong with files that were just sent.
    problems: list[Problem] = field(default_factory=list)
    # Why nothing was saved.
    refused: str = ""
    status: int = 200


def answers_its_script(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap the view of a section: its script gets no sign-in page, but 401, once the session has ended."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if _is_script(request) and not request.user.is_authenticated:
            return JsonResponse({"message": _("Votre session a pris fin.")}, status=401)
        return view(request, **kwargs)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@answers_its_script
@fiche_view(keeps_form=True, back="funding:applications")
def section(request: HttpRequest, organization: Organization, pk: int, key: str) -> HttpResponse:
    """A section of an application."""
    return write(request, ApplicationDraft(find_application(organization, pk)), key)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == JSON


def write(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """Show a section to whoever may read it, or save what they wrote; answer its script."""
    if request.method == "POST":
        return _save(request, draft, key)
    here = draft.schema.section(key)
    if here is None:
        raise Http404
    if draft.can_write(request.user):
        services.note_visit(application=draft.found, section_key=key, actor=request.user)
    if _is_script(request):
        return JsonResponse({"token": get_token(request), "presence": _presence(request, draft, key)})
    page = Page(draft, here, draft.answers, _digests(here, draft.answers))
    kept = take_kept(request)
    if kept is not None:
        page.answers, page.base = {**draft.answers, **draft.read(here, kept)}, read_base(kept)
    return _show(request, page)


def _digests(here: Section, answers: Mapping[str, Any]) -> dict[str, str]:
    return {question.key: digest(answers.get(question.key)) for question in here.questions}


def _presence(request: HttpRequest, draft: Draft, key: str) -> str:
    """« Zoé Côté écrit dans cette section. », or nothing."""
    names = names_of(services.visits_now(draft.found, but=request.user), key)
    return (
        ngettext("%(names)s écrit dans cette section.", "%(names)s écrivent dans cette section.", len(names))
        % {"names": ", ".join(names)}
        if names
        else ""
    )


# --- Saving ---------------------------------------------------------------------------------------


def _save(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    version = _other_version(draft, request.POST)
    here = (parse_schema(version.schema) if version else draft.schema).section(key)
    if here is None:
        raise Http404
    posted, base = draft.read(here, request.POST), read_base(request.POST)
    _settle(request.POST, posted, base)
    try:
        saved = draft.save(section_key=key, answers=posted, base=base, actor=request.user, version=version)
    except InvalidState as problem:
        if _is_script(request):
            return JsonResponse({"message": str(problem)}, status=409)
        return _show(request, Page(draft, here, {**draft.answers, **posted}, base, refused=str(problem), status=409))
    if _is_script(request):
        return _tell_script(request, draft, here, posted, saved)
    draft = draft.again()
    if version is not None:
        messages.warning(request, _("Le formulaire a changé pendant que vous écriviez. Vos réponses sont gardées."))
        if draft.schema.section(key) is None:
            return redirect(draft.overview_url())
        here = draft.schema.section(key)
    now_base = _digests(here, saved.answers)
    if saved.conflicts:
        mine = {conflict.question.key: posted[conflict.question.key] for conflict in saved.conflicts}
        was = {key: base.get(key, digest(None)) for key in mine}
        return _show(
            request,
            Page(draft, here, {**saved.answers, **mine}, {**now_base, **was}, saved.conflicts, status=409),
        )
    if row_action(here, request.POST):
        return _show(request, Page(draft, here, {**saved.answers, **posted}, now_base))
    return _go_on(request, draft, here)


def _other_version(draft: Draft, data: QueryDict) -> FormVersion | None:
    """The version of the form that the page was made of, when the draft has another one by now."""
    asked = data.get("version", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18) or int(asked) == draft.version.pk:
        return None
    return FormVersion.objects.filter(form=draft.version.form_id, pk=int(asked)).first()


def _settle(data: QueryDict, posted: dict[str, Any], base: dict[str, str]) -> None:
    """Apply what the person chose between two versions. Without a choice, the question stays."""
    try:
        shown = json.loads(data.get("stored", "") or "{}")
    except (ValueError, RecursionError):
        return
    if not isinstance(shown, dict):
        return
    for key, mark in shown.items():
        choice = data.get(f"choice-{key}")
        if choice == MINE and isinstance(mark, str):
            base[key] = mark
        if choice == THEIRS:
            posted.pop(key, None)


def _tell_script(
    request: HttpRequest, draft: Draft, here: Section, posted: Mapping[str, Any], saved: services.Saved
) -> JsonResponse:
    """What became of an automatic save.

    ``base`` holds the answers that the page shows as they are stored: one that somebody else changed keeps the mark
    that the page knows, so that the next save does not put the old text back.
    """
    waiting = {conflict.question.key for conflict in saved.conflicts}
    same = {key for key in posted if digest(posted[key]) == digest(saved.answers.get(key))}
    changed = [
        question.label for question in here.questions if question.key in posted and question.key not in same | waiting
    ]
    hour = moment(timezone.now()).rpartition(", ")[2]
    return JsonResponse(
        {
            "saved": _("Enregistré à %(hour)s") % {"hour": hour},
            "base": {key: digest(saved.answers.get(key)) for key in same},
            "presence": _presence(request, draft, here.key),
            "conflicts": [
                _("%(person)s a écrit autre chose en même temps que vous : « %(question)s ».")
                % {"person": conflict.by or _("Quelqu’un"), "question": conflict.question.label}
                for conflict in saved.conflicts
            ],
            "changed": (
                _("Modifié par quelqu’un d’autre depuis l’ouverture de cette page : %(questions)s.")
                % {"questions": ", ".join(changed)}
                if changed
                else ""
            ),
        }
    )


def _go_on(request: HttpRequest, draft: Draft, here: Section) -> HttpResponse:
    """Files, then where the button leads; here again when something is wrong."""
    address, keys = draft.section_url(here.key), {question.key for question in here.questions}
    removed, cancelled = removed_file(here, request.POST), cancelled_upload(here, request.POST)
    if removed is not None:
        attaching.remove(request, draft, *removed)
    elif cancelled is not None:
        attaching.cancel(request, draft, cancelled[1])
    # A file that was chosen before some other button was pressed comes with it, and would be chosen for nothing.
    problems = attaching.receive(request, draft, here)
    if problems:
        draft = draft.again()
        return _show(request, Page(draft, here, draft.answers, _digests(here, draft.answers), problems=problems))
    if touched := removed or cancelled:
        return redirect(f"{address}#q-{touched[0]}")
    where = request.POST.get("go")
    if where == STAY:
        anchor = request.POST.get("anchor", "")
        return redirect(f"{address}#{anchor}" if anchor.removeprefix("q-") in keys else address)
    if where == OVERVIEW:
        return redirect(draft.overview_url())
    verdict = draft.again().verdict()
    if any(problem.section_key == here.key and not problem.missing for problem in verdict.problems):
        return redirect(address + FIX)
    following = _neighbours(draft.schema, verdict, here)[1]
    return redirect(draft.section_url(following.key) if following else draft.overview_url())


def _neighbours(schema: Schema, verdict: Verdict, here: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after, among those that show."""
    shown = shown_sections(schema, verdict)
    line = [one for one in schema.sections if one.key == here.key or one in shown]
    place = next((number for number, one in enumerate(line) if one.key == here.key), None)
    if place is None:
        return None, None
    return (line[place - 1] if place else None), (line[place + 1] if place + 1 < len(line) else None)


# --- Showing --------------------------------------------------------------------------------------


def _show(request: HttpRequest, page: Page) -> HttpResponse:
    draft, here = page.draft, page.section
    found, schema = draft.found, draft.schema
    can_write = draft.can_write(request.user)
    verdict = draft.verdict(page.answers)
    problems = [
        problem
        for problem in (*page.problems, *verdict.problems)
        if problem.section_key == here.key and (not problem.missing or "verifier" in request.GET)
    ]
    asks = {"corriger", "verifier"} & request.GET.keys()
    before, after = _neighbours(schema, verdict, here)
    stored = {conflict.question.key: digest(conflict.theirs) for conflict in page.conflicts}
    context = {
        **area_context(request, found.organization, "applications"),
        "application": found,
        "draft": draft.words(),
        "overview": draft.overview_url(),
        "version": draft.version.pk,
        "form_section": here,
        "number": schema.sections.index(here) + 1 if here in schema.sections else 0,
        "count": len(schema.sections),
        "items": _items(request, page, replace(verdict, problems=tuple(problems)), can_write=can_write),
        "can_write": can_write,
        "is_writing": can_write or bool(page.refused),
        "refused": page.refused,
        "conflicts": [_shown(page, conflict) for conflict in page.conflicts],
        "stored": json.dumps(stored),
        "base": json.dumps(page.base),
        "summary": [
            {"label": schema.questions[one.question_key].label, "message": one.message, "url": f"#{one.input_id}"}
            for one in problems
        ]
        if asks or page.problems
        else [],
        "presence": _presence(request, draft, here.key) if can_write else "",
        "owner": mark_of(request.user.pk)[:16],
        "has_conditions": any(question.condition for question in here.questions),
        "has_files": has_files(here),
        "before": draft.section_url(before.key) if before else "",
        "after": draft.section_url(after.key) if after else "",
    }
    return render(request, "funding/section.html", context, status=page.status)


def has_files(here: Section) -> bool:
    """Whether something is to be attached there."""
    return any(question.type == QuestionType.FILE for question in here.questions)


def _items(request: HttpRequest, page: Page, verdict: Verdict, *, can_write: bool) -> list[dict[str, Any]]:
    """The questions in their order: to answer, or to read where they are not open."""
    draft, files = page.draft, page.draft.files()
    closed = {
        question.key
        for question in page.section.questions
        if not page.refused and not (can_write and draft.is_open(question))
    }
    begun = attaching.begun_uploads(request, draft) if can_write and has_files(page.section) else {}
    bound = {
        one.key: one
        for one in bound_questions(
            page.section,
            page.answers,
            verdict,
            files=files,
            uploads=begun,
            fiche_links=fiche_links(draft.found.organization, page.section),
            limits=draft.limits(),
            column=draft.column,
            missing=True,
            closed=closed,
        )
    }
    items = []
    for question in page.section.questions:
        if question.key not in closed or not question.is_answered_here:
            items.append({"bound": bound[question.key], "shown": None})
        elif question.key in verdict.visible:
            items.append(
                {"bound": None, "shown": show_answer(question, page.answers.get(question.key), verdict, files)}
            )
    return items


def fiche_links(organization: Organization, here: Section) -> dict[str, str]:
    """Where each field that the form takes from the fiche is corrected."""
    return {
        question.field: reverse("organizations:fiche_section", args=[organization.pk, FIELDS[question.field].section])
        for question in here.questions
        if question.field in FIELDS
    }


def _shown(page: Page, conflict: services.Conflict) -> dict[str, Any]:
    question, files = conflict.question, page.draft.files()
    both = {}
    for side, raw in (("theirs", conflict.theirs), ("yours", page.answers.get(question.key))):
        verdict = page.draft.verdict({**page.answers, question.key: raw})
        both[side] = show_answer(question, raw, verdict, files).words
    return {"key": question.key, "label": question.label, "by": conflict.by, "at": conflict.at, **both}


urlpatterns = [path("<int:pk>/sections/<slug:key>/", section, name="section")]
