"""From those who write to the gestionnaires, and from them to the body: sent, returned, submitted, withdrawn."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.templatetags.guichet import moment
from guichet.organizations.models import Organization

from .. import perms, tasks
from ..enums import OPEN_TO_CLIENTS, ApplicationStatus
from ..messages import sending as messages
from ..models import Application, ApplicationFile, Call, Extension, Submission
from ..schema import Verdict
from .base import AlreadyMoved, lock_application, move, require
from .completion import note_completed
from .eligibility import closing_of, conditions_of, why_not_in_time
from .reading import fiche_words, schema_of, to_cents, verdict_of

# A gestionnaire who has not answered is reminded this often.
REMIND_EVERY = dt.timedelta(days=3)


class AlreadySubmitted(AlreadyMoved):
    """Somebody handed it in first: says who and when."""

    def __init__(self, submission: Submission) -> None:
        InvalidState.__init__(
            self,
            _("%(person)s a déjà transmis cette demande, le %(moment)s.")
            % {"person": submission.by_name, "moment": moment(submission.at)},
        )


class Incomplete(InvalidState):
    """Something is missing or wrong: ``verdict`` says what."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        count = len(verdict.problems)
        super().__init__(
            ngettext(
                "Il reste %(count)d réponse à donner ou à corriger avant d’envoyer la demande.",
                "Il reste %(count)d réponses à donner ou à corriger avant d’envoyer la demande.",
                count,
            )
            % {"count": count}
        )


@transaction.atomic
def send_to_managers(*, application: Application, actor, now: dt.datetime | None = None) -> Application:
    """Say that it is ready: its answers are locked, and the gestionnaires are asked to submit it.

    Raises PermissionDenied, AlreadyMoved, Incomplete, or InvalidState when it is too late or nobody could submit.
    """
    now = now or timezone.now()
    application = lock_application(application)
    require(perms.can_read_application(actor, application))
    if application.status not in OPEN_TO_CLIENTS:
        raise AlreadyMoved(application)
    require(perms.can_send_to_managers(actor, application))
    _require_in_time(application, now)
    managers = list(application.organization.accesses.active_managers().select_related("user"))
    if not managers:
        raise InvalidState(_("Votre fiche n’a pas de gestionnaire pour transmettre la demande : écrivez-nous."))
    _require_complete(application)
    move(application, ApplicationStatus.AWAITING_MANAGER)
    application.sent_to_managers_at = now
    application.sent_to_managers_by = actor
    application.managers_reminded_at = None
    application.return_remark = ""
    application.save()
    record(verb="funding.application_sent_to_managers", actor=actor, subject=application)
    messages.to_submit(application, managers, closing=_closing(application))
    return application


@transaction.atomic
def return_application(*, application: Application, remark: str, actor) -> Application:
    """Give it back to those who write, with what is to be mended; its answers are open again.

    Raises PermissionDenied, AlreadyMoved, or InvalidState without a remark.
    """
    application = lock_application(application)
    require(perms.can_return(actor, application))
    if application.status != ApplicationStatus.AWAITING_MANAGER:
        raise AlreadyMoved(application)
    if not remark.strip():
        raise InvalidState(_("Écrivez ce qui est à corriger : vos collègues le liront."))
    move(
        application,
        ApplicationStatus.CHANGES_REQUESTED if application.is_completion else ApplicationStatus.DRAFT,
    )
    application.return_remark = remark.strip()
    application.save()
    record(verb="funding.application_returned", actor=actor, subject=application, reason=application.return_remark)
    messages.returned(application, by=actor)
    return application


@transaction.atomic
def submit(*, application: Application, statement: str, actor, received_at: dt.datetime | None = None) -> Submission:
    """Hand the application in to the body, under a number; the same person submitting twice is once.

    ``statement``: the sentence that the actor agreed to. ``received_at``: when the portal got it, before it waited
    for anybody: what came in time is in time.
    Raises PermissionDenied, AlreadySubmitted, AlreadyMoved, Incomplete, or InvalidState when it is too late, the
    fiche is not eligible, or the statement is not agreed to.
    """
    received_at = received_at or timezone.now()
    application = lock_application(application)
    require(perms.can_submit(actor, application))
    if application.status == ApplicationStatus.SUBMITTED:
        last = application.submissions.last()
        if last.by_id == actor.pk:
            return last
        raise AlreadySubmitted(last)
    if application.status not in {*OPEN_TO_CLIENTS, ApplicationStatus.AWAITING_MANAGER}:
        raise AlreadyMoved(application)
    if not statement:
        raise InvalidState(_("Cochez la déclaration avant de transmettre la demande."))
    _require_in_time(application, received_at)
    _require_eligible(application, received_at)
    verdict = _require_complete(application)
    move(application, ApplicationStatus.SUBMITTED)
    application.requested = to_cents(verdict.requested)
    application.total_cost = to_cents(verdict.total_cost)
    application.return_remark = ""
    if application.submitted_at is None:
        application.submitted_at = received_at
        application.decision_due_on = _decision_due(application, received_at)
        application.number = _next_number(application)
    else:
        application.resubmitted_at = received_at
    application.save()
    submission = _freeze(application, statement=statement, actor=actor, at=received_at)
    record(
        verb="funding.application_submitted",
        actor=actor,
        subject=application,
        data={"number": application.number},
    )
    if application.is_completion:
        note_completed(application, now=received_at)
    messages.submitted(submission)
    tasks.make_submission_pdf.enqueue(submission.pk)
    return submission


@transaction.atomic
def withdraw(*, application: Application, reason: str, actor) -> Application:
    """Take an application back before anything is decided; what was written stays readable.

    Raises PermissionDenied, AlreadyMoved, or InvalidState when one that LSCQ has is withdrawn without a reason.
    """
    application = lock_application(application)
    require(perms.can_withdraw(actor, application))
    if application.submitted_at is not None and not reason.strip():
        raise InvalidState(_("Écrivez pourquoi la demande est retirée."))
    move(application, ApplicationStatus.WITHDRAWN)
    application.withdrawn_at = timezone.now()
    application.withdrawn_reason = reason.strip()
    application.save()
    record(verb="funding.application_withdrawn", actor=actor, subject=application, reason=application.withdrawn_reason)
    if application.submitted_at is not None:
        messages.withdrawn(application, by=actor)
    return application


@transaction.atomic
def grant_extension(*, call: Call, organization: Organization, until: dt.datetime, reason: str, actor) -> Extension:
    """Give one fiche more time to hand in; again: another time. Raises InvalidState when it gives none."""
    require(perms.can_run_program(actor, call.program))
    if until <= call.closes_at:
        raise InvalidState(_("La prolongation va plus loin que la clôture de l’appel."))
    if not reason.strip():
        raise InvalidState(_("Écrivez le motif de la prolongation."))
    extension, _created = Extension.objects.update_or_create(
        call=call,
        organization=organization,
        defaults={
            "until": until,
            "reason": reason.strip(),
            "granted_by": actor,
            "granted_at": timezone.now(),
        },
    )
    record(
        verb="funding.extension_granted",
        actor=actor,
        subject=organization,
        reason=extension.reason,
        data={"call": str(call), "until": moment(until)},
    )
    messages.extension_granted(extension)
    return extension


def remind_managers(*, now: dt.datetime | None = None) -> int:
    """Remind gestionnaires of what waits for them and can still be submitted; return how many applications."""
    now = now or timezone.now()
    waiting = Application.objects.awaiting_manager().filter(sent_to_managers_at__lte=now - REMIND_EVERY)
    waiting = waiting.exclude(managers_reminded_at__gt=now - REMIND_EVERY)
    count = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            application = lock_application(Application.objects.get(pk=pk))
            if application.status != ApplicationStatus.AWAITING_MANAGER or too_late(application, now):
                continue
            application.managers_reminded_at = now
            application.save(update_fields=["managers_reminded_at"])
            managers = list(application.organization.accesses.active_managers().select_related("user"))
            messages.still_to_submit(application, managers, closing=_closing(application))
            count += 1
    return count


def is_intact(submission: Submission) -> bool:
    """Whether what is kept is what was handed in, the content of its files included."""
    files = ApplicationFile.objects.in_bulk([key for key, *_rest in submission.files])
    for key, _name, _size, sha256 in submission.files:
        file = files.get(key)
        if file is None:
            return False
        with file.file.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
                return False
    return fingerprint_of(submission) == submission.fingerprint


def fingerprint_of(submission: Submission) -> str:
    """SHA-256 of everything that a submission holds, in a canonical form."""
    content = {
        "number": submission.application.number,
        "fiche": submission.application.organization_id,
        "form": submission.form_version_id,
        "at": submission.at.astimezone(dt.UTC).isoformat(),
        "by": submission.by_name,
        "statement": submission.statement,
        "answers": submission.answers,
        "words": submission.fiche,
        "files": [list(file) for file in submission.files],
        "requested": _plain(submission.requested),
        "total_cost": _plain(submission.total_cost),
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(amount) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _freeze(application: Application, *, statement: str, actor, at: dt.datetime) -> Submission:
    schema = schema_of(application)
    named = _named_files(application)
    submission = Submission(
        application=application,
        form_version=application.form_version,
        at=at,
        by=actor,
        by_name=str(actor)[:250],
        statement=statement,
        answers=application.answers,
        fiche={"name": application.organization.name, **fiche_words(schema, application.organization)},
        files=[[file.pk, file.name, file.size, file.sha256] for file in named],
        requested=application.requested,
        total_cost=application.total_cost,
    )
    submission.fingerprint = fingerprint_of(submission)
    submission.save()
    return submission


def _named_files(application: Application) -> list[ApplicationFile]:
    """The files that some answer names, in the order of the form."""
    files = {file.pk: file for file in application.files.all()}
    keys = [
        key
        for section in schema_of(application).sections
        for question in section.questions
        if question.type == "file"
        for key in application.answers.get(question.key) or []
    ]
    return [files[key] for key in keys if key in files]


def _next_number(application: Application) -> str:
    """The call's next number; last of the writes, so that the call's row is held for a moment only."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    call.last_number += 1
    call.save(update_fields=["last_number"])
    return f"{call.code}-{call.last_number:04d}"


def _decision_due(application: Application, received_at: dt.datetime) -> dt.date:
    last = max(application.call.closes_at, received_at)
    return timezone.localdate(last) + dt.timedelta(days=application.call.decision_days)


def _closing(application: Application) -> dt.datetime | None:
    """Until when it can be submitted; None for a completion, which the call's closing does not end."""
    if application.is_completion:
        return None
    return closing_of(application.call, application.organization)


def too_late(application: Application, now: dt.datetime) -> str:
    """Why it cannot be handed in at ``now``, in a sentence; empty when it can. A completion is never too late."""
    if application.is_completion:
        return ""
    return why_not_in_time(application.call, application.organization, now=now)


def _require_in_time(application: Application, now: dt.datetime) -> None:
    reason = too_late(application, now)
    if reason:
        raise InvalidState(reason)


def _require_eligible(application: Application, now: dt.datetime) -> None:
    if application.is_completion:
        return
    unmet = [
        one.refusal for one in conditions_of(application.call, application.organization, now=now) if not one.is_met
    ]
    if unmet:
        raise InvalidState(
            _("Une condition de l’appel n’est pas remplie : %(conditions)s") % {"conditions": " ".join(unmet)}
        )


def _require_complete(application: Application) -> Verdict:
    verdict = verdict_of(application)
    if not verdict.is_complete:
        raise Incomplete(verdict)
    return verdict
