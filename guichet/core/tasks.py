"""What the worker does for the core."""

import datetime as dt

from django_tasks import task

from .calendar import daily, every


@task(backend="queue")
def deliver_message(message_id: int) -> None:
    """Send one queued message."""
    from .services import deliver

    deliver(message_id=message_id)


@every(seconds=30)
@task(backend="queue")
def sweep_messages() -> None:
    """Send what is due again, and take back what a killed worker left in the middle."""
    from .services import sweep

    sweep()


@daily(at=dt.time(3, 30))
@task(backend="queue")
def tidy() -> None:
    """Forget old message bodies, finished tasks and ended sessions."""
    from .services import tidy

    tidy()
