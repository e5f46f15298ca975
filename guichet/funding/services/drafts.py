"""The client's draft: begun once a call, written by several people, section by section, nothing overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_agent
from guichet.organizations.models import Organization
from guichet.organizations.services.base import lock_organization

from .. import perms
from ..enums import ApplicationStatus
from ..models import WRITING_FOR, Application, Call, FormVersion, SectionVisit
from ..schema import Question, QuestionType, Schema, parse_schema
from .base import AlreadyMoved, lock_application, require
from .earlier import former_of, take_files, what_it_gives
from .eligibility import conditions_of, why_not_in_time
from .writing import Saved, merge_typed, put_answers, refuse_changes, section_of

# --- Beginning ------------------------------------------------------------------------------------


def newest_version(call: Call) -> FormVersion | None:
    """The form that a new application to the call is written in."""
    return FormVersion.objects.filter(form=call.form_id).order_by("-number").first()


def live_application(call: Call, organization: Organization) -> Application | None:
    """The fiche's application to the call, unless it was withdrawn: there is one at most."""
    return Application.objects.live().filter(call=call, organization=organization).first()


@transaction.atomic
def start_application(
    *,
    call: Call,
    organization: Organization,
    actor,
    source: Application | None = None,
    now: dt.datetime | None = None,
) -> Application:
    """Begin the fiche's application to a call, or find the one that it has: two people at once get the same.

    ``source``: an earlier application of the fiche, whose answers and files the draft begins with where it may.
    Raises PermissionDenied; InvalidState when the call is not open or the fiche not eligible, saying why.
    """
    now = now or timezone.now()
    organization = lock_organization(organization.pk)
    require(perms.can_start_application(actor, organization))
    require(source is None or source.organization_id == organization.pk)
    existing = live_application(call, organization)
    if existing is not None:
        return existing
    problem = why_not_in_time(call, organization, now=now) or " ".join(
        condition.refusal for condition in conditions_of(call, organization, now=now) if not condition.is_met
    )
    if problem:
        raise InvalidState(problem)
    version = newest_version(call)
    if version is None:
        raise InvalidState(_("Le formulaire de cet appel n’est pas encore prêt. Écrivez-nous."))
    earlier = what_it_gives(former_of(source), version) if source else None
    answers = earlier.answers if earlier else {}
    application = Application.objects.create(
        organization=organization,
        call=call,
        form_version=version,
        answers=answers,
        title=title_of(parse_schema(version.schema), answers),
        started_by=actor,
        on_behalf=is_agent(actor),
        started_at=now,
        saved_at=now,
    )
    if earlier:
        take_files(application, earlier)
    verb = "funding.application_started_on_behalf" if application.on_behalf else "funding.application_started"
    record(verb=verb, actor=actor, subject=application)
    return application


@transaction.atomic
def renew_form(*, application: Application, actor) -> Application:
    """Go on in the newest version of the form. Every answer is kept, those that it does not ask any more included.

    Raises PermissionDenied; AlreadyMoved once the draft was handed in.
    """
    application = lock_application(application)
    require_open(application, actor)
    if application.status != ApplicationStatus.DRAFT:
        raise AlreadyMoved(application)
    version = newest_version(application.call)
    if version is not None and version.pk != application.form_version_id:
        application.form_version = version
        application.title = title_of(parse_schema(version.schema), application.answers)
        application.save(update_fields=["form_version", "title"])
        record(verb="funding.application_form_renewed", actor=actor, subject=application)
    return application


# --- Writing --------------------------------------------------------------------------------------


def title_of(schema: Schema, answers: Mapping[str, Any]) -> str:
    """The name of the project: the answer to the form's first short text."""
    first = next((question for _section, question in schema if question.type == QuestionType.TEXT), None)
    answer = answers.get(first.key) if first else ""
    return " ".join(answer.split())[:120] if isinstance(answer, str) else ""


def is_question_open(application: Application, question: Question) -> bool:
    """Whether the client may answer this question now: « À compléter » opens those that are asked for, or all."""
    if not application.is_open_to_clients:
        return False
    if application.status == ApplicationStatus.CHANGES_REQUESTED and application.changes_questions:
        return question.key in application.changes_questions
    return True


@transaction.atomic
def save_answers(
    *,
    application: Application,
    section_key: str,
    answers: Mapping[str, Any],
    base: Mapping[str, str],
    actor,
    version: FormVersion | None = None,
    now: dt.datetime | None = None,
) -> Saved:
    """Save what somebody wrote in one section, beside what others wrote meanwhile.

    ``answers``: raw, by question; ``base``: the digests of what the page showed; ``version``: the form that the page
    was made of, when it is not the application's any more: what the new one does not ask is kept all the same.
    An answer that somebody else changed meanwhile stays as it is, and comes back among the conflicts.
    Raises PermissionDenied; AlreadyMoved when it is locked; InvalidState for a question that is not open, for a
    section that does not exist, and past `ANSWERS_BYTES`. Nothing is written then.
    """
    now = now or timezone.now()
    application = lock_application(application)
    require_open(application, actor)
    section = section_of(parse_schema((version or application.form_version).schema), section_key)
    refuse_changes(application, [one for one in section.questions if not is_question_open(application, one)], answers)
    merged, conflicts = merge_typed(application, section, answers, base)
    if merged.changed:
        write_answers(application, merged.answers, merged.changed, actor, now)
    note_visit(application=application, section_key=section_key, actor=actor, now=now)
    return Saved(merged.answers, merged.changed, conflicts, application.saved_at)


def require_open(application: Application, actor) -> None:
    """Raise AlreadyMoved unless the client may write in it, PermissionDenied unless this person may."""
    if not application.is_open_to_clients:
        require(perms.can_read_application(actor, application))
        raise AlreadyMoved(application)
    require(perms.can_edit_application(actor, application))


def write_answers(
    application: Application, answers: dict[str, Any], changed: Iterable[str], actor, now: dt.datetime
) -> None:
    """Write answers, and who changed which, in the caller's transaction and under its lock."""
    put_answers(application, answers, changed, actor, now)
    application.title = title_of(parse_schema(application.form_version.schema), answers)
    application.save(update_fields=["answers", "touched", "title", "saved_at"])


# --- Who is where ---------------------------------------------------------------------------------


def note_visit(*, application: Application, section_key: str, actor, now: dt.datetime | None = None) -> None:
    """Remember that somebody is in this section now."""
    SectionVisit.objects.update_or_create(
        application=application,
        user=actor,
        defaults={"section": section_key[:40], "seen_at": now or timezone.now()},
    )


def visits_now(application: Application, *, but: Any, now: dt.datetime | None = None) -> list[SectionVisit]:
    """The others who opened or saved a section within the last minutes."""
    since = (now or timezone.now()) - WRITING_FOR
    return list(application.visits.filter(seen_at__gte=since).exclude(user=but).select_related("user").order_by("pk"))
