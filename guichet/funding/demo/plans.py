"""Which fiches apply to which call of the demo, what becomes of each application, and when it happened."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from guichet.accounts.models import User
from guichet.organizations.demo.fiches import MAIN_FICHE, SECOND_FICHE
from guichet.organizations.demo.moments import DAY, HOUR
from guichet.organizations.models import Access, Organization

from ..enums import ApplicationStatus
from ..models import Call
from .programs import DemoCall

S = ApplicationStatus
# Beside the states: in review with a decision prepared, a report that is late, a grant that was given up.
PREPARED, LATE, DECLINED = "prepared", "late", "declined"
# How many of each, by what is told of a call; what is rare comes first: a region has only so many fiches.
TALES: dict[str, list[tuple[str, int]]] = {
    "ended": [(DECLINED, 1), (S.WITHDRAWN, 1), (S.REFUSED, 7), (S.CLOSED, 21)],
    "works": [(S.WITHDRAWN, 1), (S.REFUSED, 6), (S.CLOSED, 8)],
    "last year": [(LATE, 4), (S.REPORT_SUBMITTED, 2), (S.WITHDRAWN, 1), (S.REFUSED, 4), (S.CLOSED, 16)],
    "decided": [
        (S.ACCEPTED, 2),
        (S.WITHDRAWN, 1),
        (S.WAITLISTED, 3),
        (S.REPORT_SUBMITTED, 3),
        (S.CLOSED, 1),
        (S.REFUSED, 6),
        (S.REPORT_DUE, 16),
    ],
    "evaluating": [(S.CHANGES_REQUESTED, 2), (S.SUBMITTED, 2), (S.WITHDRAWN, 1), (PREPARED, 6), (S.IN_REVIEW, 8)],
    "running": [
        (S.AWAITING_MANAGER, 1),
        (S.CHANGES_REQUESTED, 2),
        (PREPARED, 1),
        (S.ACCEPTED, 2),
        (S.REFUSED, 2),
        (S.REPORT_DUE, 4),
        (S.SUBMITTED, 3),
        (S.IN_REVIEW, 4),
        (S.DRAFT, 4),
    ],
    "open": [(S.AWAITING_MANAGER, 3), (S.WITHDRAWN, 1), (S.SUBMITTED, 12), (S.DRAFT, 11)],
}
STATUS_OF_FATE = {PREPARED: S.IN_REVIEW, LATE: S.REPORT_DUE, DECLINED: S.CLOSED}
UNSENT = (S.DRAFT, S.AWAITING_MANAGER)
GRANTS = {S.ACCEPTED, S.REPORT_DUE, LATE, S.REPORT_SUBMITTED, S.CLOSED, DECLINED}
# What the body decided, and told.
DECIDED = {*GRANTS, S.REFUSED, S.WAITLISTED}
# What it looked at.
EVALUATED = {*DECIDED, S.IN_REVIEW, PREPARED, S.CHANGES_REQUESTED}


@dataclass
class Applicant:
    """A fiche that can apply, and its people."""

    organization: Organization
    managers: list[User] = field(default_factory=list)
    others: list[User] = field(default_factory=list)

    @property
    def author(self) -> User:
        """Who writes: somebody who is no gestionnaire, if there is one."""
        return (self.others or self.managers)[0]


@dataclass(frozen=True)
class Plan:
    """One application to come."""

    applicant: Applicant
    call: Call
    fate: str
    started_at: dt.datetime
    submitted_at: dt.datetime
    # From when on the body works on it.
    base: dt.datetime

    @property
    def status(self) -> ApplicationStatus:
        """Its state now."""
        return STATUS_OF_FATE.get(self.fate) or ApplicationStatus(self.fate)

    @property
    def is_main(self) -> bool:
        """Of the fiche where the demo tells its stories."""
        return self.applicant.organization.name == MAIN_FICHE

    def after(self, days: int) -> dt.datetime:
        """So many days after the body began, or an hour ago at the latest."""
        return min(self.base + days * DAY, timezone.now() - HOUR)


def applicants() -> list[Applicant]:
    """The fiches in service with a gestionnaire and a NEQ, which every form asks for."""
    found: dict[int, Applicant] = {}
    accesses = Access.objects.active().filter(organization__archived_at=None).exclude(organization__neq="")
    for access in accesses.select_related("user", "organization__municipality__mrc").order_by("pk"):
        one = found.setdefault(access.organization_id, Applicant(access.organization))
        (one.managers if access.is_manager else one.others).append(access.user)
    return [one for one in found.values() if one.managers]


def plan_all(calls: list[tuple[Call, DemoCall]]) -> list[Plan]:
    """Every application to these calls, the oldest call first."""
    chance = random.Random(2026)  # noqa: S311 - the same demo every time
    people = applicants()
    by_name = {one.organization.name: one for one in people}
    late: set[int] = set()
    served: dict[tuple[int, int], set[int]] = defaultdict(set)
    plans = []
    for call, data in sorted(calls, key=lambda pair: pair[1].closes):
        if not data.tale:
            continue
        # This year's fiches of a programme that takes one application a year; those whose report is late.
        taken = served[call.program_id, call.closes_at.year] if call.program.one_per_year else set()
        barred = taken | (late if data.tale in ("open", "running") else set())
        given = {MAIN_FICHE: data.main, SECOND_FICHE: data.second}
        fates = [(by_name[name], fate) for name, fate in given.items() if fate and name in by_name]
        free = [
            one
            for one in people
            if one.organization.name not in given
            and one.organization.pk not in barred
            and (not call.kinds or one.organization.kind in call.kinds)
            and (not call.members_only or one.organization.member_until)
        ]
        chance.shuffle(free)
        fates += list(zip(free, _fates(data.tale), strict=False))
        late |= {one.organization.pk for one, fate in fates if fate == LATE}
        taken |= {one.organization.pk for one, _fate in fates}
        plans += [_plan(chance, one, call, fate) for one, fate in fates]
    return plans


def _fates(tale: str) -> Iterator[str]:
    for fate, count in TALES[tale]:
        yield from [fate] * count


def _plan(chance: random.Random, applicant: Applicant, call: Call, fate: str) -> Plan:
    now = timezone.now()
    if call.closes_at <= now:
        submitted_at = call.closes_at - chance.randint(1, 200) * HOUR
        base = call.closes_at
    elif fate in EVALUATED:
        # A call that goes on for months: each is decided in its turn.
        submitted_at = base = call.opens_at + chance.randint(20, 50) * DAY
    else:
        elapsed = int((now - call.opens_at) / HOUR)
        submitted_at = base = call.opens_at + chance.randint(elapsed // 2, elapsed - 2) * HOUR
    started_at = max(call.opens_at + HOUR, submitted_at - chance.randint(3, 20) * DAY)
    return Plan(applicant, call, fate, min(started_at, submitted_at - HOUR), submitted_at, base)
