"""What the worker does for the financial assistance."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily

from . import services


@task(backend="queue")
def make_submission_pdf(submission_id: int) -> None:
    """Make the PDF of what was handed in."""
    services.make_submission_pdf(submission_id=submission_id)


@daily(at=dt.time(8, 30))
@task(backend="queue")
def remind_managers() -> None:
    """Remind gestionnaires of the applications that wait for them."""
    services.remind_managers()


@daily(at=dt.time(8, 15))
@task(backend="queue")
def remind_reports() -> None:
    """Remind gestionnaires of the final reports that are due."""
    services.remind_reports()
