"""What is told about an opinion from outside: to whoever is asked, and to staff when it came."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from guichet.core.messages import absolute_url, queue_message

from ..models import Opinion
from .base import officers_of, staff_without_conflict, tell


def opinion_asked(opinion: Opinion, *, token: str, title: str) -> None:
    """To whoever is asked: what for, until when, the link. ``title``: of the project, as it is shared."""
    _write("opinion_asked", opinion, token, title)


def opinion_reminder(opinion: Opinion, *, token: str, title: str) -> None:
    """To whoever is asked: it is due soon."""
    _write("opinion_reminder", opinion, token, title)


def _write(name: str, opinion: Opinion, token: str, title: str) -> None:
    queue_message(
        template=f"funding/messages/{name}.html",
        to=opinion.email,
        secret=True,
        context={
            "opinion": opinion,
            "title": title,
            "organization": opinion.application.organization,
            "url": absolute_url(reverse("opinions:opinion", args=[token])),
        },
    )


def opinion_received(opinion: Opinion, *, is_correction: bool) -> None:
    """To whoever asked, looks after the application or follows it, else to its agents: it came, not what it says."""
    application = opinion.application
    follows = application.follows.order_by().values("user")
    concerned = Q(pk=application.officer_id) | Q(pk=opinion.asked_by_id) | Q(pk__in=follows)
    tell(
        "opinion_received",
        people=list(staff_without_conflict(application).filter(concerned)) or officers_of(application),
        application=application,
        opinion=opinion,
        is_correction=is_correction,
        url=f"{absolute_url(reverse('staff_application', args=[application.pk]))}#avis",
    )
