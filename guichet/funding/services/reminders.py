"""Reminders of the reports: thirty and seven days before, on the day, then every fourteen days; once each."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from guichet.core.events import record
from guichet.core.templatetags.guichet import day

from ..enums import ApplicationStatus
from ..messages import following as messages
from ..models import Application, ReportReminder
from .base import lock_application

BEFORE = (-30, -7)
EVERY = 14


def step_of(due_on: dt.date, today: dt.date) -> int | None:
    """The last step that the day has reached, in days from the date; None before the first."""
    days = (today - due_on).days
    if days >= 0:
        return days - days % EVERY
    return max((step for step in BEFORE if step <= days), default=None)


def note_step(application: Application, *, today: dt.date) -> bool:
    """Mark the step of today as done; return whether it was not."""
    step = step_of(application.report_due_on, today)
    if step is None:
        return False
    _row, is_new = ReportReminder.objects.get_or_create(
        application=application, due_on=application.report_due_on, step=step
    )
    return is_new


def remind_reports(*, today: dt.date | None = None) -> int:
    """Write to the gestionnaires of the fiches whose report is due soon or late; return about how many.

    Each is a transaction of its own: a worker that is killed goes on where it was.
    """
    today = today or timezone.localdate()
    soon = today - dt.timedelta(days=BEFORE[0])
    due = Application.objects.filter(status=ApplicationStatus.REPORT_DUE, report_due_on__lte=soon)
    return sum(_remind(application, today) for application in due.order_by("pk").iterator(chunk_size=200))


@transaction.atomic
def _remind(application: Application, today: dt.date) -> bool:
    application = lock_application(application)
    if application.status != ApplicationStatus.REPORT_DUE or not application.report_due_on:
        return False
    if not note_step(application, today=today):
        return False
    record(
        verb="funding.report_reminded",
        actor=None,
        subject=application,
        data={"date": day(application.report_due_on)},
    )
    messages.report_reminder(application, today=today)
    return True
