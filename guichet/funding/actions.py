"""What one person can do with an application now, for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from . import perms
from .enums import APPLICATION_TRANSITIONS, ENDED, ApplicationStatus
from .models import Application


@dataclass(frozen=True)
class Actions:
    """Which buttons to show. ``is_waiting``: a gestionnaire has to submit it; ``may_restart``: begin another."""

    may_submit: bool
    may_send: bool
    may_return: bool
    may_withdraw: bool
    may_restart: bool
    is_waiting: bool


def actions_of(user, application: Application) -> Actions:
    """The actions that the state and the person's role leave."""
    following = APPLICATION_TRANSITIONS[ApplicationStatus(application.status)]
    is_waiting = application.status == ApplicationStatus.AWAITING_MANAGER
    return Actions(
        may_submit=ApplicationStatus.SUBMITTED in following and perms.can_submit(user, application),
        may_send=ApplicationStatus.AWAITING_MANAGER in following and perms.can_send_to_managers(user, application),
        may_return=is_waiting and perms.can_return(user, application),
        may_withdraw=ApplicationStatus.WITHDRAWN in following and perms.can_withdraw(user, application),
        may_restart=application.status in ENDED and perms.can_start_application(user, application.organization),
        is_waiting=is_waiting,
    )
