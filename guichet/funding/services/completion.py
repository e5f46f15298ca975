"""« À compléter »: what is asked of the fiche, the promised decision that waits meanwhile, the reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from .. import perms
from ..enums import ApplicationStatus
from ..messages import evaluating as messages
from ..models import Application, FormVersion
from .base import AlreadyMoved, dossier_of, lock_application, move, require

REMIND_BEFORE = dt.timedelta(days=3)
_FIELDS = ("changes_asked_at", "changes_text", "changes_questions", "changes_due_on", "changes_reminded_on")


def questions_of(version: FormVersion) -> dict[str, str]:
    """What may be opened: the label of each question, by its key, in the form's order."""
    sections = version.schema.get("sections", [])
    questions = [question for section in sections for question in section.get("questions", [])]
    return {one["key"]: one["label"] for one in questions if one["type"] != "note"}


@transaction.atomic
def ask_changes(
    *, application: Application, text: str, questions: Iterable[str], due_on: dt.date, actor
) -> Application:
    """Send it back to be completed: these questions alone are open, and the promised decision waits.

    Raises PermissionDenied, AlreadyMoved, or InvalidState: no text, a date that has come, no question of the form.
    """
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    labels = questions_of(application.form_version)
    asked = [key for key in labels if key in set(questions)]
    if not text.strip():
        raise InvalidState(_("Écrivez ce qu’il faut compléter."))
    if not asked:
        raise InvalidState(_("Cochez au moins une question à ouvrir."))
    if due_on <= timezone.localdate():
        raise InvalidState(_("La date limite doit être à venir."))
    move(application, ApplicationStatus.CHANGES_REQUESTED)
    application.changes_asked_at = timezone.now()
    application.changes_text = text.strip()
    application.changes_questions = asked
    application.changes_due_on = due_on
    application.changes_reminded_on = None
    application.save(update_fields=["status", *_FIELDS])
    event = record(
        verb="funding.changes_asked",
        actor=actor,
        subject=application,
        reason=application.changes_text,
        data={"due_on": date_format(due_on, "DATE_FORMAT")},
    )
    messages.changes_asked(application, questions=[labels[key] for key in asked])
    messages.moved(application, event)
    return application


def note_completed(application: Application, *, now: dt.datetime | None = None) -> int:
    """The fiche handed in what was asked: its clock runs again, later by the days that the body waited; return them.

    The caller holds the application's lock, and has checked who hands it in.
    """
    waited = _resume(application, now or timezone.now())
    event = record(
        verb="funding.changes_received",
        actor=None,
        subject=application,
        data={"days": waited, "due_on": _due(application)},
    )
    messages.moved(application, event)
    return waited


@transaction.atomic
def waive_changes(*, application: Application, reason: str, actor) -> Application:
    """Go on without what was asked: what was handed in last is what is evaluated.

    Raises PermissionDenied, or AlreadyMoved when it came back meanwhile.
    """
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    if not application.is_completion:
        raise AlreadyMoved(application)
    _resume(application, timezone.now())
    event = record(verb="funding.changes_waived", actor=actor, subject=dossier_of(application), reason=reason.strip())
    messages.moved(application, event)
    return application


def _resume(application: Application, now: dt.datetime) -> int:
    waited = max((timezone.localdate(now) - timezone.localdate(application.changes_asked_at)).days, 0)
    if application.status != ApplicationStatus.SUBMITTED:
        move(application, ApplicationStatus.SUBMITTED)
    if application.decision_due_on is not None:
        application.decision_due_on += dt.timedelta(days=waited)
    application.changes_asked_at = None
    application.changes_text = ""
    application.changes_questions = []
    application.changes_due_on = None
    application.changes_reminded_on = None
    application.save(update_fields=["status", "decision_due_on", *_FIELDS])
    return waited


def _due(application: Application) -> str:
    return date_format(application.decision_due_on, "DATE_FORMAT") if application.decision_due_on else "—"


def remind_completions(*, today: dt.date | None = None) -> int:
    """Remind the fiches three days before the date and on it, once each; return how many. Nothing is ever refused."""
    today = today or timezone.localdate()
    waiting = Application.objects.filter(
        status__in=[ApplicationStatus.CHANGES_REQUESTED, ApplicationStatus.AWAITING_MANAGER],
        changes_asked_at__isnull=False,
        changes_due_on__lte=today + REMIND_BEFORE,
    )
    never = Q(changes_reminded_on__isnull=True)
    # The reminder of the day itself, after that of three days before.
    again = Q(changes_due_on__lte=today, changes_reminded_on__lt=F("changes_due_on"))
    count = 0
    for application in waiting.filter(never | again).select_related("organization", "call").iterator():
        with transaction.atomic():
            claimed = Application.objects.filter(
                pk=application.pk, changes_reminded_on=application.changes_reminded_on
            )
            if application.changes_reminded_on is None:
                claimed = Application.objects.filter(pk=application.pk, changes_reminded_on__isnull=True)
            if claimed.update(changes_reminded_on=today):
                messages.changes_reminder(application, today=today)
                count += 1
    return count
