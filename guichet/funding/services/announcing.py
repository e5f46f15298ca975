"""Telling people of a call: once to each when it opens, and before it closes to those who have not handed in.

An announcement is a row a person, made when it starts; the worker sends them by pieces, each one transaction with
its e-mails: killed at any moment, it tells nobody twice and forgets nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.organizations.models import Access, Organization

from .. import perms
from ..enums import ApplicationStatus, CallPhase
from ..messages import calls as messages
from ..models import (
    Announcement,
    AnnouncementRecipient,
    Application,
    Call,
    ClosingReminder,
    Extension,
    closing_for,
)
from .base import require
from .calls import BEING_WRITTEN, lock_call
from .eligibility import CONFIRMED_WITHIN

PIECE = 50
# A piece takes a second or two: whoever is silent this long was killed.
SILENT_AFTER = dt.timedelta(minutes=2)
REMIND_DAYS = (7, 1)


def eligible_fiches(call: Call, *, now: dt.datetime | None = None) -> QuerySet[Organization]:
    """The fiches that `eligibility.is_eligible` lets in, in one query."""
    now = now or timezone.now()
    fiches = Organization.objects.active()
    if call.kinds:
        fiches = fiches.filter(kind__in=call.kinds)
    mrcs = list(call.mrcs.values_list("pk", flat=True))
    if mrcs:
        fiches = fiches.filter(municipality__mrc__in=mrcs)
    if call.needs_confirmed_fiche:
        fiches = fiches.filter(content_confirmed_at__gte=now - CONFIRMED_WITHIN)
    if call.members_only:
        fiches = fiches.filter(member_until__gte=timezone.localdate(now))
    own = Application.objects.filter(organization=OuterRef("pk"))
    if call.program.one_per_year:
        year = timezone.localtime(now).year
        asked = own.live().handed_in().filter(call__program=call.program_id, submitted_at__year=year)
        fiches = fiches.exclude(Exists(asked.exclude(call=call)))
    if call.refuses_late_reports:
        late = own.filter(status=ApplicationStatus.REPORT_DUE, report_due_on__lt=timezone.localdate(now))
        fiches = fiches.exclude(Exists(late))
    return fiches


def audience_of(call: Call) -> dict:
    """Who would be told, by name: each person with the fiches that they answer for."""
    people: dict = {}
    accesses = (
        Access.objects.active_managers()
        .filter(organization__in=eligible_fiches(call))
        .exclude(user__email="")
        .select_related("user", "organization")
        .order_by("user__last_name", "user__first_name", "user", "organization__name")
    )
    for access in accesses:
        people.setdefault(access.user, []).append(access.organization)
    return people


@transaction.atomic
def start_announcement(*, call: Call, actor) -> Announcement:
    """« Annoncer aux organismes admissibles »: write down who is told, and let the worker tell them."""
    call = lock_call(call)
    require(perms.can_run_program(actor, call.program))
    if call.phase() not in {CallPhase.OPEN, CallPhase.COMING} or not call.is_published:
        raise InvalidState(_("Seul un appel publié, ouvert ou à venir, peut être annoncé."))
    if Announcement.objects.filter(call=call).exists():
        raise InvalidState(_("L’ouverture de cet appel est déjà annoncée."))
    people = audience_of(call)
    if not people:
        raise InvalidState(_("Aucune fiche admissible n’a de gestionnaire à qui écrire."))
    announcement = Announcement.objects.create(call=call, started_by=actor)
    AnnouncementRecipient.objects.bulk_create(
        AnnouncementRecipient(announcement=announcement, user=user, fiches=[fiche.pk for fiche in fiches])
        for user, fiches in people.items()
    )
    call.announced_at = announcement.started_at
    call.save(update_fields=["announced_at"])
    record(verb="funding.call_announced", actor=actor, subject=call, data={"count": len(people)})
    _enqueue(announcement)
    return announcement


def _enqueue(announcement: Announcement) -> None:
    from .. import tasks

    tasks.send_announcement.enqueue(announcement.pk)


def send_announcement(*, announcement_id: int) -> None:
    """Tell those who are left, piece by piece."""
    while _send_piece(announcement_id):
        pass


@transaction.atomic
def _send_piece(announcement_id: int) -> bool:
    """Tell some; whether others are left. The lock keeps two workers from telling the same ones."""
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement_id)
    if announcement.finished_at is not None:
        return False
    call = Call.objects.select_related("program").get(pk=announcement.call_id)
    waiting = announcement.recipients.filter(sent_at__isnull=True).select_related("user")
    piece = list(waiting[: PIECE + 1])
    now = timezone.now()
    if not call.is_published:
        # Withdrawn meanwhile: there is nothing to announce any more.
        piece = []
    _tell(call, piece[:PIECE], now)
    announcement.heartbeat_at = now
    if len(piece) <= PIECE:
        announcement.finished_at = now
    announcement.save(update_fields=["heartbeat_at", "finished_at"])
    return announcement.finished_at is None


def _tell(call: Call, recipients: list[AnnouncementRecipient], now: dt.datetime) -> None:
    """Whoever does not answer for any of these fiches any more is not told."""
    fiches: dict[int, list[Organization]] = defaultdict(list)
    wanted = {fiche for recipient in recipients for fiche in recipient.fiches}
    people = [recipient.user_id for recipient in recipients]
    accesses = Access.objects.active_managers().filter(user__in=people, organization__in=wanted)
    for access in accesses.select_related("organization").order_by("organization__name"):
        if access.organization.is_active:
            fiches[access.user_id].append(access.organization)
    for recipient in recipients:
        own = [fiche for fiche in fiches[recipient.user_id] if fiche.pk in recipient.fiches]
        if own:
            messages.call_opens(call, user=recipient.user, fiches=own)
            recipient.sent_at = now
            recipient.save(update_fields=["sent_at"])
        else:
            recipient.delete()


def resume_announcements(*, now: dt.datetime | None = None) -> int:
    """Take over the announcements whose worker was killed; return how many."""
    now = now or timezone.now()
    silent = Announcement.objects.filter(finished_at__isnull=True, heartbeat_at__lt=now - SILENT_AFTER)
    count = 0
    for pk in list(silent.values_list("pk", flat=True)):
        with transaction.atomic():
            announcement = silent.select_for_update(of=("self",)).filter(pk=pk).first()
            if announcement is not None:
                announcement.heartbeat_at = now
                announcement.save(update_fields=["heartbeat_at"])
                _enqueue(announcement)
                count += 1
    return count


@transaction.atomic
def remind_of_closings(*, now: dt.datetime | None = None) -> int:
    """Seven days and one day before a closing, write to those who have not handed in; return how many applications.

    By the days of the calendar: a worker that was down on the day itself catches up on the next.
    """
    now = now or timezone.now()
    count = 0
    for application, closing in _not_handed_in(now):
        left = (timezone.localdate(closing) - timezone.localdate(now)).days
        days = next((days for days in reversed(REMIND_DAYS) if left <= days), None)
        if days is None:
            continue
        _reminder, is_new = ClosingReminder.objects.get_or_create(
            application=application, days=days, closes_at=closing, defaults={"sent_at": now}
        )
        if is_new:
            messages.call_closes_soon(application, closing=closing)
            count += 1
    return count


def _not_handed_in(now: dt.datetime) -> list[tuple[Application, dt.datetime]]:
    """What is being written for a call that closes within days, and until when each may be handed in."""
    soon = now + dt.timedelta(days=max(REMIND_DAYS) + 1)
    longer = Extension.objects.filter(until__gt=now, until__lt=soon)
    own = longer.filter(call=OuterRef("call"), organization=OuterRef("organization"))
    written = (
        Application.objects.filter(status__in=BEING_WRITTEN, call__in=Call.objects.published())
        .filter(Q(call__closes_at__gt=now, call__closes_at__lt=soon) | Exists(own), call__opens_at__lte=now)
        .select_related("call__program", "organization")
        .order_by("pk")
    )
    extensions = {(one.call_id, one.organization_id): one for one in Extension.objects.filter(until__gt=now)}
    return [(one, closing_for(one.call, extensions.get((one.call_id, one.organization_id)))) for one in written]
