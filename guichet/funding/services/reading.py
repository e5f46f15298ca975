"""What an application says now: its form, read with the call's limits, the fiche's words and the files that came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.organizations.models import Organization
from guichet.organizations.values import in_words, value_of

from ..enums import ApplicationStatus
from ..models import Application, Call
from ..schema import FileInfo, Limits, Schema, Verdict, evaluate, parse_schema
from .eligibility import closing_of


def limits_of(call: Call) -> Limits:
    """The call's limits on amounts and shares."""
    return Limits(
        max_amount=call.max_amount,
        max_share=call.max_share,
        max_public_share=call.max_public_share,
        min_own_share=call.min_own_share,
        volunteer_rate=call.volunteer_rate,
    )


def fiche_words(schema: Schema, organization: Organization) -> dict[str, str]:
    """The fields of the fiche that the form takes over, in words, by their name."""
    names = {
        question.field
        for section in schema.sections
        for question in section.questions
        if question.type == "from_fiche"
    }
    return {name: in_words(name, value_of(organization, name)) for name in sorted(names)}


def files_of(application: Application) -> dict[int, FileInfo]:
    """Every file that ever came with the application, by its key."""
    return {file.pk: FileInfo(name=file.name, size=file.size) for file in application.files.all()}


def schema_of(application: Application) -> Schema:
    """The form that the application answers."""
    return parse_schema(application.form_version.schema)


def verdict_of(application: Application, *, answers: Mapping[str, Any] | None = None) -> Verdict:
    """What its answers are worth now; ``answers``: others than its own."""
    schema = schema_of(application)
    return evaluate(
        schema,
        application.answers if answers is None else answers,
        limits=limits_of(application.call),
        fiche=fiche_words(schema, application.organization),
        files=files_of(application),
    )


def deadlines_of(application: Application) -> list[tuple[str, str, dt.datetime]]:
    """What the fiche still has to do in time: a key, its words, and the first moment that is too late."""
    if application.is_completion and application.changes_due_on:
        return [("complement", _("Demande à compléter"), _end_of(application.changes_due_on))]
    if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_MANAGER):
        return [("cloture", _("Demande à transmettre"), closing_of(application.call, application.organization))]
    if application.status == ApplicationStatus.REPORT_DUE and application.report_due_on:
        return [("reddition", _("Reddition de comptes à remettre"), _end_of(application.report_due_on))]
    return []


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def to_cents(amount: Decimal | None) -> Decimal | None:
    """An amount as the database keeps it."""
    return None if amount is None else amount.quantize(Decimal("0.01"))
