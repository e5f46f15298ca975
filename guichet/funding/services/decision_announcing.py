"""Announcing decisions: the list of who receives what, then each row in a transaction of its own, by the worker.

A row says when it was done, in the transaction that does it: a worker killed at any moment loses the row it was at,
whoever takes over begins with that row, and nobody is told twice. E-mails are queued with it: they leave later.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.organizations.models import Access

from ..enums import DECIDABLE, STATUS_OF, ApplicationStatus, Outcome
from ..messages import decisions as mail
from ..models import AnnouncementRow, AnnouncementRun, Application, Call, Decision
from ..perms import can_run_program
from ..schema import format_amount
from .base import AlreadyMoved, lock_application, move, require
from .envelope import EnvelopeExceeded, excess, granted, lock_call, prepared
from .letters import write_letter

# A task does so many rows, then asks for another: e-mails of others wait no longer than that.
AT_ONCE = 50
# A row takes some hundredths of a second: whoever is silent this long was killed.
SILENT_AFTER = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class ToAnnounce:
    """One line of the list: the decision, the people who will be written to, or why it is left out."""

    decision: Decision
    people: tuple
    problem: str = ""


@dataclass(frozen=True)
class AnnouncementPlan:
    """What announcing would do, and the digest of it: what is done is what was shown."""

    call: Call
    rows: list[ToAnnounce]

    @property
    def ready(self) -> list[ToAnnounce]:
        """What would be announced."""
        return [row for row in self.rows if not row.problem]

    @property
    def left_out(self) -> list[ToAnnounce]:
        """What would not, and why."""
        return [row for row in self.rows if row.problem]

    def count_of(self, outcome: Outcome) -> int:
        """How many of one sort."""
        return sum(row.decision.outcome == outcome for row in self.ready)

    @property
    def total(self) -> Decimal:
        """What is granted by it."""
        return sum((row.decision.amount for row in self.ready), Decimal("0.00"))

    @property
    def letters_to(self) -> int:
        """How many e-mails leave."""
        return sum(len(row.people) for row in self.ready)

    @property
    def digest(self) -> str:
        """Of the decisions as they are, and of who is written to."""
        seen = [
            [row.decision.pk, row.decision.decided_at.isoformat(), sorted(user.pk for user in row.people)]
            for row in self.ready
        ]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:24]


def plan_announcement(call: Call, *, only: Collection[int] | None = None) -> AnnouncementPlan:
    """Who would receive what; ``only`` these decisions. Four queries, whatever their number."""
    decisions = (
        Decision.objects.prepared()
        .filter(application__call=call)
        .select_related("application__organization__municipality", "decided_by")
        .defer("application__answers", "application__touched")
        .order_by("outcome", "application__organization__name", "pk")
    )
    if only is not None:
        decisions = decisions.filter(pk__in=only)
    decisions = list(decisions)
    people = _people_of([decision.application for decision in decisions])
    at_work = set(
        AnnouncementRow.objects.filter(decision__in=decisions, done_at__isnull=True).values_list("decision", flat=True)
    )
    return AnnouncementPlan(
        call,
        [
            ToAnnounce(decision, tuple(people.get(decision.application_id, ())), _problem_of(decision, at_work))
            for decision in decisions
        ],
    )


def _problem_of(decision: Decision, at_work: set[int]) -> str:
    if decision.pk in at_work:
        return _("Déjà en train d’être annoncée.")
    status = decision.application.status
    if status not in DECIDABLE:
        return str(AlreadyMoved(decision.application))
    if status == ApplicationStatus.WAITLISTED and decision.outcome == Outcome.WAITLISTED:
        return _("Cette demande est déjà sur la liste d’attente.")
    return ""


def _people_of(applications: Collection[Application]) -> dict[int, list]:
    """The active gestionnaires of each application's fiche, and its author while they have an access."""
    accesses = (
        Access.objects.active()
        .filter(organization__in={application.organization_id for application in applications}, user__is_active=True)
        .exclude(user__email="")
        .select_related("user", "organization")
        .order_by("pk")
    )
    by_fiche: dict[int, list[Access]] = {}
    for access in accesses:
        by_fiche.setdefault(access.organization_id, []).append(access)
    return {
        application.pk: [
            access.user
            for access in by_fiche.get(application.organization_id, ())
            if access.is_manager or access.user_id == application.started_by_id
        ]
        for application in applications
    }


@transaction.atomic
def announce(*, call: Call, seen: Mapping[int, dt.datetime], actor) -> AnnouncementRun:
    """« Annoncer »: hand these decisions to the worker, as they were ``seen`` (when each was made, by decision).

    Raises PermissionDenied; InvalidState when one changed since, when another announcement is at work, or when the
    envelope became too small for them.
    """
    call = lock_call(call.pk)
    require(can_run_program(actor, call.program))
    decisions = list(Decision.objects.prepared().filter(pk__in=seen, application__call=call))
    if not seen or len(decisions) != len(seen) or any(one.decided_at != seen[one.pk] for one in decisions):
        raise InvalidState(_("Cette liste a changé entre-temps : regardez-la de nouveau avant d’annoncer."))
    over = excess(call, Decimal("0.00"))
    if over and not _is_overrun_confirmed(call):
        raise EnvelopeExceeded(over)
    try:
        with transaction.atomic():
            run = AnnouncementRun.objects.create(call=call, started_by=actor)
    except IntegrityError as error:
        raise InvalidState(_("Une annonce de cet appel est déjà en cours : attendez la fin.")) from error
    AnnouncementRow.objects.bulk_create(AnnouncementRow(run=run, decision=decision) for decision in decisions)
    record(
        verb="funding.announcement_started",
        actor=actor,
        subject=call,
        data={"count": len(decisions)},
    )
    _enqueue(run)
    return run


def _is_overrun_confirmed(call: Call) -> bool:
    """An admin took it upon them for one of the call's grants: what exceeds is known."""
    return Decision.objects.filter(application__call=call).exclude(overrun_reason="").exists()


def _enqueue(run: AnnouncementRun) -> None:
    from .. import tasks

    tasks.run_announcement.enqueue(run.pk)


def run_announcement(*, run_id: int, most: int = AT_ONCE) -> None:
    """Do the rows that are left, at most so many; then ask for the next ones, or say that it is finished."""
    run = AnnouncementRun.objects.select_related("started_by").get(pk=run_id)
    left = AnnouncementRow.objects.filter(run=run, done_at__isnull=True)
    for pk in list(left.values_list("pk", flat=True)[:most]):
        announce_row(pk=pk, actor=run.started_by)
    run.heartbeat_at = timezone.now()
    run.save(update_fields=["heartbeat_at"])
    with transaction.atomic():
        if left.exists():
            _enqueue(run)
        else:
            AnnouncementRun.objects.at_work().filter(pk=run.pk).update(finished_at=timezone.now())
        _enqueue_letters()


def _enqueue_letters() -> None:
    from .. import tasks

    tasks.make_letters.enqueue()


@transaction.atomic
def announce_row(*, pk: int, actor) -> None:
    """Announce one decision: state, amount, event, letter and e-mails in one transaction; nothing when it was done."""
    row = AnnouncementRow.objects.select_related("decision__application").get(pk=pk)
    application = lock_application(row.decision.application)
    row = AnnouncementRow.objects.select_for_update(of=("self",)).select_related("decision").get(pk=pk)
    decision = row.decision
    if row.done_at is not None:
        return
    row.done_at = timezone.now()
    if decision.is_announced:
        row.problem = _("Cette décision était déjà annoncée.")
        row.save(update_fields=["done_at", "problem"])
        return
    try:
        move(application, STATUS_OF[Outcome(decision.outcome)])
    except AlreadyMoved as problem:
        row.problem = str(problem)
        row.save(update_fields=["done_at", "problem"])
        return
    row.save(update_fields=["done_at"])
    decision.application = application
    _tell(decision, actor, row.done_at)


def _tell(decision: Decision, actor, now: dt.datetime) -> None:
    application = decision.application
    decision.announced_at = application.announced_at = now
    application.granted = decision.amount if decision.is_grant else None
    application.save(update_fields=["status", "granted", "announced_at"])
    decision.save(update_fields=["announced_at"])
    record(
        verb=f"funding.application_{STATUS_OF[Outcome(decision.outcome)]}",
        actor=actor,
        subject=application,
        data={"amount": format_amount(decision.amount)} if decision.is_grant else {},
    )
    write_letter(decision).save()
    mail.decision_announced(decision, people=_people_of([application])[application.pk])


def resume_announcements(*, now: dt.datetime | None = None) -> int:
    """Take over the announcements whose worker was killed; return how many."""
    now = now or timezone.now()
    silent = AnnouncementRun.objects.at_work().filter(heartbeat_at__lt=now - SILENT_AFTER)
    count = 0
    for pk in list(silent.values_list("pk", flat=True)):
        with transaction.atomic():
            run = silent.select_for_update(of=("self",)).filter(pk=pk).first()
            if run is None:
                continue
            run.heartbeat_at = now
            run.save(update_fields=["heartbeat_at"])
            _enqueue(run)
            count += 1
    return count


def envelope_words(call: Call) -> dict[str, Decimal | None]:
    """What a page says of the envelope: what it is, what is granted, what is prepared, what is left."""
    taken, waiting = granted(call), prepared(call)
    left = None if call.envelope is None else call.envelope - taken - waiting
    return {"envelope": call.envelope, "granted": taken, "prepared": waiting, "left": left}
