"""What every e-mail about an application needs: to whom, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse

from guichet.core.messages import absolute_url, queue_message
from guichet.organizations.models import Access

from ..models import Application


def tell(name: str, *, people: Iterable, application: Application, **context) -> None:
    """Write to each of these people once, those without an address left out."""
    for user in {user.pk: user for user in people if user.email and user.is_active}.values():
        queue_message(
            template=f"funding/messages/{name}.html",
            to=user.email,
            user=user,
            context={
                "user": user,
                "application": application,
                "organization": application.organization,
                "url": address_of(application),
                **context,
            },
        )


def address_of(application: Application) -> str:
    """The application in the client area, for what leaves the portal."""
    return absolute_url(reverse("funding:application", args=[application.organization_id, application.pk]))


def managers_of(application: Application) -> list:
    """The fiche's active gestionnaires."""
    return [access.user for access in application.organization.accesses.active_managers().select_related("user")]


def writers_of(application: Application) -> list:
    """Who started it and who handed it to the gestionnaires, while they have an access."""
    people = {application.started_by_id, application.sent_to_managers_by_id} - {None}
    accesses = Access.objects.active().filter(organization=application.organization_id, user__in=people)
    return [access.user for access in accesses.select_related("user").order_by("pk")]


def staff_without_conflict(application: Application) -> QuerySet:
    """Employees who may read it, and have an address."""
    members = Access.objects.filter(organization=application.organization_id).active().order_by()
    staff = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return staff.exclude(pk__in=application.conflicts.order_by().values("user")).exclude(pk__in=members.values("user"))


def officers_of(application: Application) -> list:
    """The agents whom its programme is assigned to; the admins while there is none without a conflict of interest."""
    staff = staff_without_conflict(application)
    return list(staff.filter(programs=application.call.program_id)) or list(staff.filter(is_superuser=True))
