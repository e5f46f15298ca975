"""What the worker does for the financial assistance."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily

from .services import completion


@daily(at=dt.time(8, 45))
@task(backend="queue")
def remind_completions() -> None:
    """Remind the fiches of the completions that are due."""
    completion.remind_completions()
