"""One thing done to several applications: what it would do to each; then each by the verb of a single one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.perms import is_admin
from guichet.organizations.models import Access

from .. import perms
from ..enums import ApplicationStatus, ManyAction
from ..messages import evaluating as messages
from ..models import Application, Conflict, Label, Program
from .base import AlreadyMoved, lock_application, require
from .reviewing import set_labels, set_officer, take_in

# What a page showed of an application: its state, and who looks after it.
Seen = tuple[str, int | None]


@dataclass(frozen=True)
class PlannedMove:
    """What would become of one application: the value before and after, in words, or why it is left out."""

    application: Application
    before: str = ""
    after: str = ""
    problem: str = ""
    is_change: bool = True


@dataclass(frozen=True)
class MoveResult:
    """What became of one application."""

    application: Application
    problem: str = ""


def seen_of(application: Application) -> Seen:
    """What has to be as it was shown for the action to be done."""
    return application.status, application.officer_id


def plan_many(
    applications: Iterable[Application], action: ManyAction, *, actor, officer=None, labels: Collection[Label] = ()
) -> list[PlannedMove]:
    """What the action would do to each, without doing it, at the same cost whatever their number.

    The applications come from the list: with ``is_run`` and ``in_conflict`` for the actor, and their labels.
    """
    applications = list(applications)
    why_not = _why_not_officer(applications, officer) if action == ManyAction.ASSIGN else _nothing
    return [_planned(one, action, actor, officer, labels, why_not) for one in applications]


def _planned(
    application: Application,
    action: ManyAction,
    actor,
    officer,
    labels: Collection[Label],
    why_not: Callable[[Application], str],
) -> PlannedMove:
    if problem := _why_not(application) or why_not(application):
        return PlannedMove(application, problem=problem, is_change=False)
    if action == ManyAction.TAKE_IN:
        if application.status != ApplicationStatus.SUBMITTED:
            problem = _("Elle n’est pas à prendre en évaluation : elle est « %(status)s ».") % {
                "status": application.get_status_display()
            }
            return PlannedMove(application, problem=problem, is_change=False)
        return PlannedMove(application, after=str(application.officer or actor))
    if action == ManyAction.ASSIGN:
        return PlannedMove(
            application,
            str(application.officer or ""),
            str(officer or ""),
            is_change=application.officer != officer,
        )
    now = {label.name for label in application.labels.all()}
    then = now | {label.name for label in labels}
    return PlannedMove(application, ", ".join(sorted(now)), ", ".join(sorted(then)), is_change=now != then)


def _why_not(application: Application) -> str:
    """`perms.can_work_on` of what reached the body, without a query for each."""
    if application.submitted_at is None:
        return _("Elle n’est pas encore transmise.")
    if application.in_conflict:
        return _("Vous êtes en conflit d’intérêts avec cet organisme.")
    return "" if application.is_run else _("Vous n’êtes pas chargé de ce programme.")


def _nothing(application: Application) -> str:
    return ""


def _why_not_officer(applications: list[Application], officer) -> Callable[[Application], str]:
    """`perms.can_work_on` of whom they would be entrusted to, for all of them at once."""
    if officer is None:
        return _nothing
    runs = set(Program.objects.filter(officers=officer).values_list("pk", flat=True))
    declared = Conflict.objects.filter(user=officer, application__in=applications)
    barred = set(declared.values_list("application", flat=True))
    member_of = set(Access.objects.active().filter(user=officer).values_list("organization", flat=True))

    def why_not(application: Application) -> str:
        if application.pk in barred or application.organization_id in member_of:
            return _("%(person)s est en conflit d’intérêts avec cette demande.") % {"person": officer}
        if is_admin(officer) or application.call.program_id in runs:
            return ""
        return _("%(person)s n’est pas de ce programme.") % {"person": officer}

    return why_not


@transaction.atomic
def move_one(
    *, application: Application, seen: Seen, action: ManyAction, actor, officer=None, labels: Collection[Label] = ()
) -> Application:
    """Do the action to one application, as it was when it was ``seen``.

    Raises PermissionDenied, and InvalidState when it moved since, or when it cannot be done.
    """
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    if application.status != seen[0]:
        raise AlreadyMoved(application)
    if application.officer_id != seen[1]:
        raise InvalidState(_("Quelqu’un d’autre l’a modifiée entre-temps : elle reste comme elle est."))
    if action == ManyAction.TAKE_IN:
        return take_in(application=application, actor=actor)
    if action == ManyAction.ASSIGN:
        return set_officer(application=application, officer=officer, actor=actor, tell=False)
    # Added to those that it has now: nothing that somebody else put on it meanwhile goes.
    set_labels(application=application, labels={*application.labels.all(), *labels}, actor=actor)
    return application


def move_many(
    *, seen: Mapping[int, Seen], action: ManyAction, actor, officer=None, labels: Collection[Label] = ()
) -> list[MoveResult]:
    """Do the action to each application, by primary key; one that cannot be done does not hold back the others.

    Whoever they are entrusted to is told once, however many they are.
    """
    results = []
    found = Application.objects.filter(pk__in=seen).select_related("organization", "call__program").order_by("pk")
    try:
        for application in found.defer("answers", "touched"):
            try:
                move_one(
                    application=application,
                    seen=seen[application.pk],
                    action=action,
                    actor=actor,
                    officer=officer,
                    labels=labels,
                )
            except PermissionDenied:
                results.append(MoveResult(application, _("Vous ne pouvez pas travailler à cette demande.")))
            except InvalidState as problem:
                results.append(MoveResult(application, str(problem)))
            else:
                results.append(MoveResult(application))
    finally:
        # Whatever stops it half-way, who has them now is told.
        _tell_entrusted(results, action, officer, actor)
    return results


def _tell_entrusted(results: list[MoveResult], action: ManyAction, officer, actor) -> None:
    entrusted = [one.application for one in results if not one.problem]
    if action == ManyAction.ASSIGN and officer is not None and entrusted:
        with transaction.atomic():
            messages.entrusted(entrusted[0], to=officer, actor=actor, count=len(entrusted))
