"""From those who write to the gestionnaires, and from them to the body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from guichet.core.messages import absolute_url, queue_message
from guichet.organizations.models import Access

from ..models import Application, Extension, Submission
from .base import managers_of, tell, writers_of


def to_submit(application: Application, managers: Iterable[Access], *, closing: dt.datetime | None) -> None:
    """To the gestionnaires: it is ready, and not yet with the body."""
    _ask_managers("application_to_submit", application, managers, closing)


def still_to_submit(application: Application, managers: Iterable[Access], *, closing: dt.datetime | None) -> None:
    """To the gestionnaires, again."""
    _ask_managers("application_still_to_submit", application, managers, closing)


def _ask_managers(
    name: str, application: Application, managers: Iterable[Access], closing: dt.datetime | None
) -> None:
    people = [access.user for access in managers]
    tell(name, people=people, application=application, closing=closing, sender=application.sent_to_managers_by)


def returned(application: Application, *, by) -> None:
    """To those who wrote it: what a gestionnaire wants mended."""
    people = [user for user in writers_of(application) if user != by]
    tell("application_returned", people=people, application=application, by=by)


def submitted(submission: Submission) -> None:
    """The proof of receipt, to the gestionnaires and to those who wrote it."""
    application = submission.application
    tell(
        "application_submitted",
        people=[*managers_of(application), *writers_of(application)],
        application=application,
        submission=submission,
        is_completion=application.resubmitted_at is not None,
    )


def withdrawn(application: Application, *, by) -> None:
    """To the gestionnaires and those who wrote it: it is withdrawn, by whom."""
    people = [*managers_of(application), *writers_of(application)]
    tell("application_withdrawn", people=people, application=application, by=by)


def extension_granted(extension: Extension) -> None:
    """To the fiche's gestionnaires: they have more time."""
    for access in extension.organization.accesses.active_managers().select_related("user"):
        queue_message(
            template="funding/messages/extension_granted.html",
            to=access.user.email,
            user=access.user,
            context={
                "user": access.user,
                "organization": extension.organization,
                "extension": extension,
                "url": absolute_url(reverse("funding:applications", args=[extension.organization_id])),
            },
        )
