"""What the financial assistance came to: asked, granted, refused, how fast, for whom. Reads alone, a fixed number.

Only what was announced counts as an answer: a decision that is prepared leaves its application waiting. The year of an
application is that of its call's closing, so that it counts beside the envelope that it draws from.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, ExtractYear, TruncDate
from django.utils import timezone

from guichet.organizations.enums import Kind
from guichet.organizations.models import Mrc, Organization
from guichet.organizations.text import fold

from ..enums import FOLLOWED, ApplicationStatus, CallStatus
from ..models import Application, Call, Decision, Program

_A = ApplicationStatus
# What was announced became of them. A grant that was given up stays one, of nothing.
GRANTED = (*FOLLOWED, _A.CLOSED)
ANSWERED = (*GRANTED, _A.REFUSED, _A.WAITLISTED)
# Handed in, and nothing announced; a completion may be at a gestionnaire.
WAITING = (_A.SUBMITTED, _A.IN_REVIEW, _A.CHANGES_REQUESTED, _A.AWAITING_MANAGER)
RECEIVED = (*ANSWERED, *WAITING)
ZERO = Decimal("0.00")
CENT, TENTH = Decimal("0.01"), Decimal("0.1")
DAY = dt.timedelta(days=1)
FINANCIAL_MONTH = 4


@dataclass(frozen=True)
class Year:
    """A calendar year; or, financial, the ministry's, from 1 April to 31 March. ``key`` stands in addresses."""

    first: int
    is_financial: bool = False

    def __str__(self) -> str:
        return self.key

    @classmethod
    def read(cls, key: str) -> Year:
        """« 2026 » or « 2026-2027 ». Raises ValueError for what is neither."""
        first, _dash, second = key.partition("-")
        found = cls(int(first), is_financial=bool(second))
        if found.key != key:
            raise ValueError(key)
        return found

    @property
    def key(self) -> str:
        """As addresses and titles say it."""
        return f"{self.first}-{self.first + 1}" if self.is_financial else str(self.first)

    @property
    def start(self) -> dt.date:
        """Its first day."""
        return dt.date(self.first, FINANCIAL_MONTH if self.is_financial else 1, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.start.replace(year=self.first + 1) - DAY

    def holds(self, field: str) -> Q:
        """A filter: the moment in ``field`` is in it, by the region's clock."""
        start, end = (
            timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (self.start, self.last + DAY)
        )
        return Q(**{f"{field}__gte": start, f"{field}__lt": end})


@dataclass(frozen=True)
class Tally:
    """Some applications, and what became of them; those that were withdrawn count nowhere else.

    ``requested`` and ``denied`` are what was asked, of all and of those that were refused; ``given`` is what is
    granted now. ``delay`` and ``promised`` are means, in days, of those that were answered; None without any.
    """

    received: int
    requested: Decimal
    granted: int
    given: Decimal
    refused: int
    denied: Decimal
    waitlisted: int
    waiting: int
    withdrawn: int
    timed: int
    in_time: int
    delay: Decimal | None
    promised: Decimal | None

    @property
    def success(self) -> Decimal | None:
        """The percentage of grants among those that were granted or refused."""
        return percentage(self.granted, self.granted + self.refused)

    @property
    def punctual(self) -> Decimal | None:
        """The percentage of answers that came by the promised day."""
        return percentage(self.in_time, self.timed)


@dataclass(frozen=True)
class Line:
    """What one programme, MRC… comes to. ``key``: its primary key or value; None for those that have none."""

    key: int | str | None
    label: str
    tally: Tally


@dataclass(frozen=True)
class CallLine:
    """A call, its envelope if it has one, and what its announced decisions grant now."""

    key: int
    label: str
    closes_at: dt.datetime
    envelope: Decimal | None
    given: Decimal

    @property
    def used(self) -> Decimal | None:
        """The percentage of the envelope that is granted."""
        return percentage(self.given, self.envelope) if self.envelope is not None else None

    @property
    def left(self) -> Decimal | None:
        """What is still in the envelope; less than nothing when it was exceeded."""
        return None if self.envelope is None else self.envelope - self.given


@dataclass(frozen=True)
class MrcLine:
    """An MRC's fiches in service beside what they were granted, and the share of each in the region's."""

    key: int | None
    label: str
    fiches: int
    given: Decimal
    fiches_share: Decimal | None
    given_share: Decimal | None

    @property
    def per_fiche(self) -> Decimal | None:
        """What was granted for one fiche in service."""
        return (self.given / self.fiches).quantize(CENT, ROUND_HALF_UP) if self.fiches else None

    @property
    def gap(self) -> Decimal | None:
        """In points: more than nothing where the amount is more than the part of the fiches."""
        if self.fiches_share is None or self.given_share is None:
            return None
        return self.given_share - self.fiches_share


@dataclass(frozen=True)
class Assistance:
    """What was counted. ``lines``: by « program », « year », « mrc », « municipality », « kind », « activity »,
    « clientele »; an application counts once in each activity and clientèle of its fiche.
    """

    counted_at: dt.datetime
    total: Tally
    lines: dict[str, list[Line]]
    calls: list[CallLine]
    mrcs: list[MrcLine]

    @property
    def envelope(self) -> Decimal:
        """What the calls that have an envelope hold together."""
        return sum((call.envelope for call in self.calls if call.envelope is not None), start=ZERO)

    @property
    def drawn(self) -> Decimal:
        """What these calls granted of it."""
        return sum((call.given for call in self.calls if call.envelope is not None), start=ZERO)

    @property
    def used(self) -> Decimal | None:
        """The percentage of them that is granted."""
        return percentage(self.drawn, self.envelope)

    @property
    def left(self) -> Decimal:
        """What is still in them."""
        return self.envelope - self.drawn


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """To the tenth; None of nothing."""
    return (100 * Decimal(part) / whole).quantize(TENTH, ROUND_HALF_UP) if whole else None


def applications_of(*, program: Program | None = None, year: Year | None = None) -> QuerySet[Application]:
    """What was handed in to these calls."""
    return Application.objects.handed_in().filter(_asked(program, year, "call__"))


def years_of_calls() -> list[Year]:
    """The calendar years in which calls close, then the financial ones, each the newest first."""
    months = Call.objects.exclude(status=CallStatus.DRAFT).order_by().datetimes("closes_at", "month", order="DESC")
    calendar = [Year(month.year) for month in months]
    financial = [Year(month.year - (month.month < FINANCIAL_MONTH), is_financial=True) for month in months]
    return list(dict.fromkeys([*calendar, *financial]))


def count_assistance(
    *, program: Program | None = None, year: Year | None = None, now: dt.datetime | None = None
) -> Assistance:
    """Count what was handed in to a programme's calls, to those that close in a year, or to all."""
    now = now or timezone.now()
    timed = _timed(applications_of(program=program, year=year))
    lines = {name: _lines(timed, *fields) for name, fields in _DIMENSIONS.items()}
    lines["kind"] = sorted(
        (Line(line.key, str(Kind(line.key).label), line.tally) for line in lines["kind"]),
        key=lambda line: Kind.values.index(line.key),
    )
    lines["year"].reverse()
    return Assistance(
        counted_at=now,
        total=_tally(timed.aggregate(**_COUNTS)),
        lines=lines,
        calls=_calls(_asked(program, year), now),
        mrcs=_mrcs(lines["mrc"]),
    )


def _asked(program: Program | None, year: Year | None, prefix: str = "") -> Q:
    asked = Q()
    if program is not None:
        asked &= Q(**{f"{prefix}program": program})
    if year is not None:
        asked &= year.holds(f"{prefix}closes_at")
    return asked


# --- Tallies --------------------------------------------------------------------------------------


def _timed(applications: QuerySet[Application]) -> QuerySet[Application]:
    """With the days that the first answer took, and those that were promised.

    A place on the waiting list is an answer: what comes of it later does not make it late.
    """
    first = Decision.objects.announced().filter(application=OuterRef("pk")).order_by("announced_at")
    answered_at = Coalesce(Subquery(first.values("announced_at")[:1]), "announced_at")
    return applications.order_by().annotate(
        handed_in_on=TruncDate("submitted_at"),
        answered_on=TruncDate(answered_at),
        took=ExpressionWrapper(F("answered_on") - F("handed_in_on"), output_field=DurationField()),
        due_in=ExpressionWrapper(F("decision_due_on") - F("handed_in_on"), output_field=DurationField()),
        year_of_call=ExtractYear("call__closes_at"),
    )


_IS_TIMED = Q(status__in=ANSWERED, answered_on__isnull=False, decision_due_on__isnull=False)
_COUNTS: dict[str, Any] = {
    "received": Count("pk", filter=Q(status__in=RECEIVED)),
    "asked": Sum("requested", filter=Q(status__in=RECEIVED)),
    "count_granted": Count("pk", filter=Q(status__in=GRANTED)),
    "given": Sum("granted", filter=Q(status__in=GRANTED)),
    "refused": Count("pk", filter=Q(status=_A.REFUSED)),
    "denied": Sum("requested", filter=Q(status=_A.REFUSED)),
    "waitlisted": Count("pk", filter=Q(status=_A.WAITLISTED)),
    "waiting": Count("pk", filter=Q(status__in=WAITING)),
    "withdrawn": Count("pk", filter=Q(status=_A.WITHDRAWN)),
    "timed": Count("pk", filter=_IS_TIMED),
    "in_time": Count("pk", filter=_IS_TIMED & Q(answered_on__lte=F("decision_due_on"))),
    "delay": Avg("took", filter=_IS_TIMED),
    "promised": Avg("due_in", filter=_IS_TIMED),
}
# The key of each dimension, then its name.
_DIMENSIONS = {
    "program": ("call__program", "call__program__name"),
    "year": ("year_of_call", "year_of_call"),
    "mrc": ("organization__municipality__mrc", "organization__municipality__mrc__name"),
    "municipality": ("organization__municipality", "organization__municipality__name"),
    "kind": ("organization__kind", "organization__kind"),
    "activity": ("organization__activities", "organization__activities__name"),
    "clientele": ("organization__clienteles", "organization__clienteles__name"),
}


def _lines(timed: QuerySet[Application], key: str, name: str) -> list[Line]:
    """One query: a line for each that has an application, by name; those that have none last."""
    rows = timed.values(group=F(key), group_name=F(name)).annotate(**_COUNTS)
    found = [Line(row["group"], str(row["group_name"] or ""), _tally(row)) for row in rows]
    return sorted(found, key=lambda line: (line.key is None, fold(line.label)))


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(
        received=row["received"],
        requested=_cents(row["asked"]),
        granted=row["count_granted"],
        given=_cents(row["given"]),
        refused=row["refused"],
        denied=_cents(row["denied"]),
        waitlisted=row["waitlisted"],
        waiting=row["waiting"],
        withdrawn=row["withdrawn"],
        timed=row["timed"],
        in_time=row["in_time"],
        delay=_days(row["delay"]),
        promised=_days(row["promised"]),
    )


def _cents(amount: Decimal | None) -> Decimal:
    return (amount or ZERO).quantize(CENT)


def _days(mean: dt.timedelta | None) -> Decimal | None:
    return None if mean is None else Decimal(mean / DAY).quantize(TENTH, ROUND_HALF_UP)


# --- Envelopes and equity -------------------------------------------------------------------------


def _calls(asked: Q, now: dt.datetime) -> list[CallLine]:
    """The calls that have opened, the last to close first; one that was withdrawn only if it granted something."""
    calls = (
        Call.objects.filter(asked, opens_at__lte=now)
        .annotate(given=Sum("applications__granted", filter=Q(applications__status__in=GRANTED)))
        .filter(Q(status=CallStatus.PUBLISHED) | Q(given__isnull=False))
        .select_related("program")
        .order_by("-closes_at", "-pk")
    )
    return [CallLine(call.pk, str(call), call.closes_at, call.envelope, _cents(call.given)) for call in calls]


def _mrcs(lines: list[Line]) -> list[MrcLine]:
    """Every MRC of the region, with nothing granted too: that is what one looks for."""
    given = {line.key: line.tally.given for line in lines}
    fiches = dict(
        Organization.objects.active()
        .order_by()
        .values_list("municipality__mrc")
        .annotate(count=Count("pk"))
        .values_list("municipality__mrc", "count")
    )
    names: list[tuple[int | None, str]] = sorted(Mrc.objects.values_list("pk", "name"), key=lambda mrc: fold(mrc[1]))
    if given.get(None) or fiches.get(None):
        names.append((None, ""))
    all_given, all_fiches = sum(given.values(), start=ZERO), sum(fiches.values())
    return [
        MrcLine(
            key=key,
            label=name,
            fiches=fiches.get(key, 0),
            given=given.get(key, ZERO),
            fiches_share=percentage(fiches.get(key, 0), all_fiches),
            given_share=percentage(given.get(key, ZERO), all_given),
        )
        for key, name in names
    ]
