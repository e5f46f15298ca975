"""What is told while an application is evaluated: to whom, which template. Queued in the caller's transaction."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.urls import reverse

from guichet.core.messages import absolute_url
from guichet.core.models import Event

from ..models import Application, ThreadMessage
from .base import officers_of, staff_without_conflict, tell


def _staff_page(application: Application) -> str:
    return absolute_url(reverse("staff_application", args=[application.pk]))


def watchers(application: Application) -> QuerySet:
    """Employees who are told of what moves: whoever looks after it, and whoever follows it."""
    follows = application.follows.order_by().values("user")
    return staff_without_conflict(application).filter(Q(pk=application.officer_id) | Q(pk__in=follows))


def people_concerned(application: Application) -> list:
    """The fiche's people who are written to: its gestionnaires, who began it, and who wrote in its thread."""
    accesses = application.organization.accesses.active().select_related("user").order_by("pk")
    writers = set(application.thread.filter(is_staff=False).values_list("author", flat=True))
    return [
        access.user
        for access in accesses
        if access.is_manager or access.user_id == application.started_by_id or access.user_id in writers
    ]


def moved(application: Application, event: Event) -> None:
    """To whoever looks after it or follows it, but not to who did it: what happened."""
    people = watchers(application).exclude(pk=event.actor_id)
    tell("application_moved", people=people, application=application, event=event, url=_staff_page(application))


def entrusted(application: Application, *, to, actor, count: int = 1) -> None:
    """To whom somebody else entrusts applications: how many; ``application``: one of them."""
    if to == actor:
        return
    url = _staff_page(application)
    if count > 1:
        url = absolute_url(f"{reverse('staff_applications')}?officer=me")
    tell("application_entrusted", people=[to], application=application, actor=actor, count=count, url=url)


def changes_asked(application: Application, *, questions: list[str]) -> None:
    """To the fiche: what is asked, until when, which questions are open."""
    tell(
        "changes_asked",
        people=people_concerned(application),
        application=application,
        questions=questions,
    )


def changes_reminder(application: Application, *, today: dt.date) -> None:
    """To the fiche: the completion is due soon, or today."""
    tell(
        "changes_reminder",
        people=people_concerned(application),
        application=application,
        is_due=application.changes_due_on <= today,
    )


def message_to_fiche(message: ThreadMessage) -> None:
    """To the fiche's people concerned: the body wrote."""
    application = message.application
    people = people_concerned(application)
    url = absolute_url(reverse("funding:messages", args=[application.organization_id, application.pk]))
    tell("message_to_fiche", people=people, application=application, message=message, url=url)


def message_to_staff(message: ThreadMessage) -> None:
    """To whoever looks after it or follows it; else to the programme's agents, else to the admins."""
    application = message.application
    people = list(watchers(application)) or officers_of(application)
    url = absolute_url(reverse("staff_application_messages", args=[application.pk]))
    tell("message_to_staff", people=people, application=application, message=message, url=url)


def reviews_assigned(user, *, application: Application, count: int = 1) -> None:
    """To an evaluator: how many applications of a call await their opinion; ``application``: one of them."""
    listing = absolute_url(f"{reverse('staff_applications')}?to_do=review&call={application.call_id}")
    url = listing if count > 1 else absolute_url(reverse("staff_review", args=[application.pk]))
    tell("reviews_assigned", people=[user], application=application, count=count, url=url)


def review_reopened(user, *, application: Application, reason: str) -> None:
    """To an evaluator: their review is open again, and why."""
    url = absolute_url(reverse("staff_review", args=[application.pk]))
    tell("review_reopened", people=[user], application=application, reason=reason, url=url)
