"""What the worker does for the client accesses."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily

from . import services


@daily(at=dt.time(8, 0))
@task(backend="queue")
def remind_late_requests() -> None:
    """Write to the staff about late requests."""
    services.remind_late_requests()


@daily(at=dt.time(2, 0))
@task(backend="queue")
def expire_invitations() -> None:
    """Close the invitations past their date."""
    services.expire_invitations()


@daily(at=dt.time(9, 0))
@task(backend="queue")
def send_people_checks() -> None:
    """Put the yearly question to the gestionnaires."""
    services.send_people_checks()


@daily(at=dt.time(9, 30))
@task(backend="queue")
def report_silent_fiches() -> None:
    """Tell the staff of silent fiches."""
    services.report_silent_fiches()
