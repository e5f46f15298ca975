"""An application in the body's hands: taking it in, who looks after it, labels, notes, conflicts of interest."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event
from guichet.core.perms import is_agent

from .. import perms
from ..enums import ApplicationStatus
from ..messages import evaluating as messages
from ..models import Application, Conflict, Dossier, Follow, InternalNote, Label, QueueColumns
from .base import dossier_of, lock_application, move, require
from .reviews import refresh_score


def staff_timeline(application: Application):
    """All that happened to it, newest first: what its fiche reads, and what staff alone read."""
    kinds = [model._meta.label_lower for model in (Application, Dossier)]
    return Event.objects.filter(Q(subject_type__in=kinds), subject_id=application.pk)


@transaction.atomic
def take_in(*, application: Application, actor) -> Application:
    """« Prendre en évaluation »: whoever takes it in looks after it, unless somebody does already.

    Raises PermissionDenied, or AlreadyMoved when somebody else was faster.
    """
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    move(application, ApplicationStatus.IN_REVIEW)
    application.officer = application.officer or actor
    application.save(update_fields=["status", "officer"])
    messages.moved(application, record(verb="funding.application_taken_in", actor=actor, subject=application))
    return application


@transaction.atomic
def set_officer(*, application: Application, officer, actor, tell: bool = True) -> Application:
    """Entrust it to an employee, or to nobody. ``tell``: by e-mail, unless the caller does it for many at once.

    Raises PermissionDenied, or InvalidState for somebody who may not read it.
    """
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    if officer == application.officer:
        return application
    if officer is not None and not perms.can_work_on(officer, application):
        raise InvalidState(
            _("%(person)s ne peut pas s’en occuper : pas du programme, ou en conflit d’intérêts.")
            % {"person": officer}
        )
    before, application.officer = application.officer, officer
    application.save(update_fields=["officer"])
    verb = "funding.officer_changed" if officer else "funding.officer_removed"
    record(verb=verb, actor=actor, subject=dossier_of(application), person=officer or before)
    if officer is not None and tell:
        messages.entrusted(application, to=officer, actor=actor)
    return application


@transaction.atomic
def set_labels(*, application: Application, labels: Iterable[Label], actor) -> None:
    """Give it these labels and no others."""
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    labels = list(labels)
    if {label.pk for label in labels} == set(application.labels.values_list("pk", flat=True)):
        return
    application.labels.set(labels)
    record(
        verb="funding.labels_changed",
        actor=actor,
        subject=dossier_of(application),
        data={"labels": ", ".join(sorted(label.name for label in labels)) or "—"},
    )


@transaction.atomic
def follow(*, application: Application, actor) -> None:
    """Be told by e-mail of what moves in it."""
    require(perms.can_open_dossier(actor, application))
    Follow.objects.get_or_create(application=application, user=actor)


@transaction.atomic
def unfollow(*, application: Application, actor) -> None:
    """Be told no more."""
    require(is_agent(actor))
    Follow.objects.filter(application=application, user=actor).delete()


@transaction.atomic
def add_note(*, application: Application, text: str, actor) -> InternalNote:
    """Write something for the other employees."""
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    note = InternalNote.objects.create(
        application=application, author=actor, author_name=str(actor)[:250], text=text.strip()
    )
    record(verb="funding.note_added", actor=actor, subject=dossier_of(application))
    return note


@transaction.atomic
def declare_conflict(*, application: Application, reason: str, actor) -> Conflict:
    """« Je suis en conflit d’intérêts »: from now on the application is closed to this employee.

    It is taken from them, and so is their evaluation, finished or not, while the ranking is open.
    """
    application = lock_application(application)
    require(is_agent(actor))
    conflict, is_new = Conflict.objects.get_or_create(
        application=application, user=actor, defaults={"reason": reason.strip()}
    )
    if not is_new:
        return conflict
    application.follows.filter(user=actor).delete()
    if application.officer == actor:
        application.officer = None
        application.save(update_fields=["officer"])
    if application.call.ranking_closed_at is None:
        application.reviews.filter(evaluator=actor).delete()
        refresh_score(application)
    record(verb="funding.conflict_declared", actor=actor, subject=dossier_of(application), reason=conflict.reason)
    return conflict


@transaction.atomic
def lift_conflict(*, conflict: Conflict, actor) -> None:
    """There is none after all: somebody else than the person says so."""
    application = lock_application(conflict.application)
    require(perms.can_lift_conflict(actor, conflict))
    deleted, _by_model = Conflict.objects.filter(pk=conflict.pk).delete()
    if not deleted:
        raise InvalidState(_("Ce conflit d’intérêts est déjà levé."))
    record(verb="funding.conflict_lifted", actor=actor, subject=dossier_of(application), person=conflict.user)


@transaction.atomic
def choose_columns(*, columns: list[str], actor) -> None:
    """Keep which columns an employee sees in the list; none: as at first."""
    require(is_agent(actor))
    if columns:
        QueueColumns.objects.update_or_create(user=actor, defaults={"columns": columns})
    else:
        QueueColumns.objects.filter(user=actor).delete()
