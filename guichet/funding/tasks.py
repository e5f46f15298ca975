"""What the worker does for the financial assistance."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily

from . import services


@daily(at=dt.time(8, 15))
@task(backend="queue")
def remind_reports() -> None:
    """Remind gestionnaires of the final reports that are due."""
    services.remind_reports()
