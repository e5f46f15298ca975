"""Reads across calls, applications and extensions, for the pages of a fiche: one query each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from guichet.organizations.folded import Folded
from guichet.organizations.models import Organization
from guichet.organizations.text import fold

from .enums import ENDED
from .models import Application, Call, Extension, closing_for


@dataclass(frozen=True)
class OpenCall:
    """A call that takes this fiche's applications, until when, and the one that it has already."""

    call: Call
    closing: dt.datetime
    application: Application | None


def extensions_of(organization: Organization) -> dict[int, Extension]:
    """The fiche's extensions, by call."""
    return {extension.call_id: extension for extension in Extension.objects.filter(organization=organization)}


def current_applications(organization: Organization) -> list[Application]:
    """Those about which somebody still has something to do, the newest first."""
    return list(organization.applications.current().select_related("call__program"))


def open_calls(
    organization: Organization, applications: list[Application], extensions: dict[int, Extension], now: dt.datetime
) -> list[OpenCall]:
    """The calls that are open to the fiche, those that close first on top; its own extensions count."""
    longer = [pk for pk, extension in extensions.items() if extension.until > now]
    calls = (
        Call.objects.published()
        .filter(Q(closes_at__gt=now) | Q(pk__in=longer), opens_at__lte=now)
        .select_related("program")
    )
    by_call = {application.call_id: application for application in applications}
    found = [OpenCall(call, closing_for(call, extensions.get(call.pk)), by_call.get(call.pk)) for call in calls]
    return sorted(found, key=lambda one: (one.closing, one.call.pk))


def archives(organization: Organization, words: str = "", year: int | None = None) -> QuerySet[Application]:
    """The fiche's ended applications, the newest first; those that hold every word, of that year.

    Their year is that of their first submission, or of their beginning.
    """
    found = (
        organization.applications.filter(status__in=ENDED)
        .select_related("call__program")
        .annotate(dated_at=Coalesce("submitted_at", "started_at"))
        .order_by("-dated_at", "-pk")
    )
    if year is not None:
        found = found.filter(dated_at__year=year)
    for word in fold(words).split():
        found = found.annotate(
            folded_title=Folded(F("title")),
            folded_number=Folded(F("number")),
            folded_call=Folded(F("call__name")),
            folded_program=Folded(F("call__program__name")),
        ).filter(
            Q(folded_title__contains=word)
            | Q(folded_number__contains=word)
            | Q(folded_call__contains=word)
            | Q(folded_program__contains=word)
        )
    return found


def archive_years(organization: Organization) -> list[int]:
    """The years that the archives hold, the newest first."""
    dates = organization.applications.filter(status__in=ENDED).annotate(
        dated_at=Coalesce("submitted_at", "started_at")
    )
    return [moment.year for moment in dates.datetimes("dated_at", "year", order="DESC")]
