"""What the staff’s statistics count: reads alone, a fixed number of queries at any number of fiches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Case, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from ..content import FIELDS
from ..enums import AccessStatus, ChangeStatus, Kind, OrganizationStatus
from ..models import Access, FicheChange, FicheSettings, Mrc, Municipality, Organization
from ..values import LISTS

# The completeness from which each band begins; the last is a fiche from which nothing is missing.
BANDS = (0, 25, 50, 75, 100)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class MonthOfChanges:
    """What became of proposals in one month; the median delay of decision is in days, None without a decision."""

    proposed: int
    approved: int
    refused: int
    median_delay: float | None


@dataclass(frozen=True)
class Statistics:
    """What was counted, without a word of any language. The states are those of now; the months go up to this one."""

    counted_at: dt.datetime
    fiches: int
    by_kind: dict[str, int]
    # By MRC, or by municipality inside one; those without fiches too. None: fiches without a municipality.
    by_place: list[tuple[str | None, int]]
    by_completeness: dict[int, int]
    confirm_months: int
    confirmed: int
    to_confirm_again: int
    never_confirmed: int
    listed: int
    accesses: dict[str, int]
    created: dict[dt.date, int]
    changes: dict[dt.date, MonthOfChanges]


def count_statistics(*, months: int, mrc: Mrc | None = None, now: dt.datetime | None = None) -> Statistics:
    """Count the fiches of an MRC, or of the whole region, and what happened to them in this many months."""
    now = now or timezone.now()
    fiches = Organization.objects.filter(municipality__mrc=mrc) if mrc else Organization.objects.all()
    active = fiches.active().order_by()
    confirm_months = FicheSettings.load().confirm_months
    recent = Q(content_confirmed_at__gte=now - relativedelta(months=confirm_months))
    totals = active.aggregate(
        fiches=Count("pk"),
        confirmed=Count("pk", filter=recent),
        never_confirmed=Count("pk", filter=Q(content_confirmed_at__isnull=True)),
        listed=Count("pk", filter=Q(is_listed=True)),
    )
    in_months = months_until(now, months)
    return Statistics(
        counted_at=now,
        **totals,
        to_confirm_again=totals["fiches"] - totals["confirmed"] - totals["never_confirmed"],
        by_kind=_counts(active, "kind", Kind.values),
        by_place=_by_place(active, mrc),
        by_completeness=_by_completeness(active),
        confirm_months=confirm_months,
        accesses=_counts(_of(Access.objects.order_by(), mrc), "status", AccessStatus.values),
        created=_created(fiches, in_months),
        changes=_changes(_of(FicheChange.objects.order_by(), mrc), in_months),
    )


def months_until(now: dt.datetime, count: int) -> list[dt.date]:
    """The first days of the last months, the oldest first; the last is the month of ``now``, which goes on."""
    this = timezone.localtime(now).date().replace(day=1)
    return [this - relativedelta(months=ago) for ago in range(count - 1, -1, -1)]


def _of(rows: models.QuerySet, mrc: Mrc | None) -> models.QuerySet:
    return rows.filter(organization__municipality__mrc=mrc) if mrc else rows


def _counts(rows: models.QuerySet, field: str, values: Iterable[Any]) -> dict[Any, int]:
    """How many rows have each of the values, in their order."""
    found = dict(rows.values(field).annotate(count=Count("pk")).values_list(field, "count"))
    return {value: found.get(value, 0) for value in values}


def _by_place(active: models.QuerySet[Organization], mrc: Mrc | None) -> list[tuple[str | None, int]]:
    field = "municipality" if mrc else "municipality__mrc"
    found = dict(active.values(field).annotate(count=Count("pk")).values_list(field, "count"))
    places = Municipality.objects.filter(mrc=mrc) if mrc else Mrc.objects.all()
    counted: list[tuple[str | None, int]] = [(place.name, found.get(place.pk, 0)) for place in places]
    return [*counted, (None, found[None])] if None in found else counted


# --- Completeness ---------------------------------------------------------------------------------


def _by_completeness(active: models.QuerySet[Organization]) -> dict[int, int]:
    """How many fiches are in each band, by its beginning: `completeness` of services/content.py, in one query."""
    wanted = [field.name for field in FIELDS.values() if field.why]
    filled = sum((_one_if_filled(name) for name in wanted), start=Value(0))
    counts = dict.fromkeys(BANDS, 0)
    rows = active.annotate(filled=filled).values("filled").annotate(count=Count("pk"))
    for number, count in rows.values_list("filled", "count"):
        percent = round(100 * number / len(wanted))
        counts[max(band for band in BANDS if band <= percent)] += count
    return counts


def _one_if_filled(name: str) -> Case:
    return Case(When(_is_filled(name), then=1), default=0, output_field=models.IntegerField())


def _is_filled(name: str) -> Q | Exists:
    """`is_empty` of values.py, turned round, as the database says it."""
    field = Organization._meta.get_field(name)
    if name in LISTS:
        chosen = getattr(Organization, name).through
        return Exists(chosen.objects.filter(organization=OuterRef("pk")))
    if isinstance(field, models.BooleanField):
        return Q(**{name: True})
    if isinstance(field, models.JSONField):
        return ~Q(**{name: []})
    if isinstance(field, models.IntegerField | models.ForeignKey | models.DateField):
        return Q(**{f"{name}__isnull": False})
    return ~Q(**{name: ""})


# --- By month -------------------------------------------------------------------------------------


def _by_month(rows: models.QuerySet, field: str, months: list[dt.date]) -> models.QuerySet:
    """The rows of these months, with the number of theirs, on the region's calendar.

    SQLite asks Python for a month's first day, row by row: comparing with each one's beginning takes a tenth of it.
    """
    begins = [timezone.make_aware(dt.datetime.combine(month, dt.time())) for month in months]
    numbered = [When(**{f"{field}__gte": begin}, then=Value(number)) for number, begin in enumerate(begins)]
    month = Case(*reversed(numbered), output_field=models.IntegerField())
    return rows.filter(**{f"{field}__gte": begins[0]}).annotate(month=month)


def _count_by_month(rows: models.QuerySet, field: str, months: list[dt.date]) -> dict[dt.date, int]:
    counts = _counts(_by_month(rows, field, months), "month", range(len(months)))
    return dict(zip(months, counts.values(), strict=True))


def _created(fiches: models.QuerySet[Organization], months: list[dt.date]) -> dict[dt.date, int]:
    """Fiches that entered service, archived since or not: one that was refused was never created."""
    created = fiches.filter(status__in=[OrganizationStatus.ACTIVE, OrganizationStatus.ARCHIVED]).order_by()
    return _count_by_month(created, "created_at", months)


def _changes(changes: models.QuerySet[FicheChange], months: list[dt.date]) -> dict[dt.date, MonthOfChanges]:
    """By the month of the proposal, and of the decision. What its author replaced or withdrew was not decided."""
    proposed = _count_by_month(changes, "proposed_at", months)
    decided = _by_month(changes.filter(status__in=[ChangeStatus.APPROVED, ChangeStatus.REFUSED]), "decided_at", months)
    outcomes = {
        (month, status): count
        for month, status, count in decided.values("month", "status")
        .annotate(count=Count("pk"))
        .values_list("month", "status", "count")
    }
    delays = _median_delays(decided)
    return {
        month: MonthOfChanges(
            proposed=proposed[month],
            approved=outcomes.get((number, ChangeStatus.APPROVED), 0),
            refused=outcomes.get((number, ChangeStatus.REFUSED), 0),
            median_delay=delays.get(number),
        )
        for number, month in enumerate(months)
    }


def _median_delays(decided: models.QuerySet[FicheChange]) -> dict[int, float]:
    """In days, by the number of the month. SQLite has no median: its middle row, or two, are found by their rank."""
    delay: Any = ExpressionWrapper(F("decided_at") - F("proposed_at"), output_field=DurationField())
    middle = (
        decided.annotate(delay=delay)
        .annotate(
            rank=Window(RowNumber(), partition_by=F("month"), order_by=[F("delay"), F("pk")]),
            decisions=Window(Count("pk"), partition_by=F("month")),
        )
        .annotate(off=F("rank") * 2 - F("decisions"))
        .filter(off__gte=0, off__lte=2)
    )
    found: dict[int, list[float]] = {}
    for month, took in middle.values_list("month", "delay"):
        found.setdefault(month, []).append(took / DAY)
    return {month: mean(days) for month, days in found.items()}
