"""Periodic work: each occasion once, in whatever number of workers, at the region's hours."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from guichet.core.calendar import CALENDAR, run_due
from guichet.core.models import PeriodicRun

HERE = ZoneInfo("America/Toronto")
OURS = {
    "guichet.funding.tasks.forget_old_uploads",
    "guichet.funding.tasks.remind_reports",
    "guichet.core.tasks.sweep_messages",
    "guichet.core.tasks.tidy",
    "guichet.funding.tasks.remind_managers",
    "guichet.funding.tasks.remind_of_closings",
    "guichet.funding.tasks.make_forgotten_letters",
    "guichet.funding.tasks.resume_announcements",
    "guichet.funding.tasks.resume_decision_announcements",
    "guichet.funding.tasks.remind_completions",
    "guichet.funding.tasks.send_comment_notices",
    "guichet.funding.tasks.remind_opinions",
    "guichet.organizations.tasks.expire_invitations",
    "guichet.organizations.tasks.forget_unused_files",
    "guichet.organizations.tasks.forget_old_merges",
    "guichet.organizations.tasks.remind_late_requests",
    "guichet.organizations.tasks.report_silent_fiches",
    "guichet.organizations.tasks.search_duplicates",
    "guichet.organizations.tasks.send_content_checks",
    "guichet.organizations.tasks.send_document_reminders",
    "guichet.organizations.tasks.send_people_checks",
}


def queued() -> list[str]:
    return sorted(DBTaskResult.objects.values_list("task_path", flat=True))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


def test_calendar_holds_what_the_portal_does_by_itself():
    assert set(CALENDAR) >= OURS


@pytest.mark.parametrize(
    ("now", "next_run"),
    [
        ("2026-05-05 07:59", "2026-05-05 08:00"),
        ("2026-05-05 08:00", "2026-05-06 08:00"),
        ("2026-05-05 12:00", "2026-05-06 08:00"),
        ("2026-03-07 12:00", "2026-03-08 08:00"),  # the clock goes forward that night
        ("2026-10-31 12:00", "2026-11-01 08:00"),  # and back
        ("2026-12-31 23:30", "2027-01-01 08:00"),
    ],
)
def test_daily_task_runs_at_the_regions_hour(now, next_run):
    found = CALENDAR["guichet.organizations.tasks.remind_late_requests"].next_after(at(now))
    assert f"{found.astimezone(HERE):%Y-%m-%d %H:%M}" == next_run


@pytest.mark.django_db
def test_first_round_plans_and_runs_nothing():
    now = timezone.now()
    assert run_due(now) == []
    assert set(PeriodicRun.objects.values_list("name", flat=True)) == set(CALENDAR)
    assert not PeriodicRun.objects.filter(next_run_at__lte=now).exists()
    assert queued() == []


@pytest.mark.django_db
def test_due_task_is_queued_once():
    now = timezone.now()
    run_due(now)
    later = now + dt.timedelta(seconds=31)
    assert run_due(later) == ["guichet.core.tasks.sweep_messages"]
    assert run_due(later) == []
    assert queued() == ["guichet.core.tasks.sweep_messages"]


@pytest.mark.django_db
def test_portal_that_was_off_for_days_runs_each_task_once():
    now = timezone.now()
    run_due(now)
    later = now + dt.timedelta(days=5)
    assert set(run_due(later)) == set(CALENDAR)
    assert run_due(later) == []
    assert not PeriodicRun.objects.filter(next_run_at__lte=later).exists()


@pytest.mark.django_db
def test_task_claimed_by_another_worker_is_left_to_it(monkeypatch):
    now = timezone.now()
    run_due(now)
    later = now + dt.timedelta(seconds=31)
    name = "guichet.core.tasks.sweep_messages"
    read = PeriodicRun.objects.values_list

    def read_then_lose(*fields, **options):
        planned = list(read(*fields, **options))
        PeriodicRun.objects.filter(name=name).update(next_run_at=later + dt.timedelta(seconds=30))
        return planned

    monkeypatch.setattr(PeriodicRun.objects, "values_list", read_then_lose)
    assert run_due(later) == []
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_every_task_of_the_calendar_runs(run_queue):
    for periodic in CALENDAR.values():
        periodic.task.enqueue()
    run_queue()
    failed = DBTaskResult.objects.exclude(status="SUCCESSFUL")
    assert [(task.task_path, task.traceback) for task in failed] == []
