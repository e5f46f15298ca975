"""The calendar of periodic work: tasks register here, and the worker's clock enqueues those that are due.

The libraries for this (django-crontask, django-periodic-tasks) need a newer Python than ours; the day they
serve it, they replace this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import PeriodicRun


@dataclass(frozen=True)
class Periodic:
    """One task of the calendar and the rule for its next run."""

    task: Any
    next_after: Callable[[dt.datetime], dt.datetime]


CALENDAR: dict[str, Periodic] = {}


def every(*, seconds: int) -> Callable[[Any], Any]:
    """Run the decorated task every so many seconds."""
    return _register(lambda now: now + dt.timedelta(seconds=seconds))


def daily(*, at: dt.time) -> Callable[[Any], Any]:
    """Run the decorated task each day at a time of the region."""

    def next_after(now: dt.datetime) -> dt.datetime:
        local = timezone.localtime(now)
        today = timezone.make_aware(dt.datetime.combine(local.date(), at))
        return (
            today if today > now else timezone.make_aware(dt.datetime.combine(local.date() + dt.timedelta(days=1), at))
        )

    return _register(next_after)


def _register(next_after: Callable[[dt.datetime], dt.datetime]) -> Callable[[Any], Any]:
    def decorate(task: Any) -> Any:
        CALENDAR[task.module_path] = Periodic(task, next_after)
        return task

    return decorate


def run_due(now: dt.datetime | None = None) -> list[str]:
    """Enqueue every task that is due and move its next run; return their names.

    The row is claimed by a conditional update, in the transaction that enqueues: two workers never run one
    occasion twice, and a crash between the two loses nothing.
    """
    now = now or timezone.now()
    planned = dict(PeriodicRun.objects.values_list("name", "next_run_at"))
    ran = []
    for name, periodic in CALENDAR.items():
        if name not in planned:
            PeriodicRun.objects.get_or_create(name=name, defaults={"next_run_at": periodic.next_after(now)})
        elif planned[name] <= now:
            with transaction.atomic():
                claimed = PeriodicRun.objects.filter(name=name, next_run_at=planned[name]).update(
                    next_run_at=periodic.next_after(now), last_run_at=now
                )
                if claimed:
                    periodic.task.enqueue()
                    ran.append(name)
    return ran
