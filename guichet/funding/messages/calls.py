"""About calls: one opens, closes soon, or is withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse

from guichet.core.messages import absolute_url, queue_message
from guichet.core.models import OutgoingMessage
from guichet.organizations.models import Organization

from ..models import Application, Call
from .base import managers_of, tell, writers_of


def call_opens(call: Call, *, user, fiches: Sequence[Organization]) -> OutgoingMessage:
    """To somebody who answers for fiches that may apply: the call, until when, and where to read about it."""
    return queue_message(
        template="funding/messages/call_opens.html",
        to=user.email,
        user=user,
        context={
            "user": user,
            "call": call,
            "fiches": fiches,
            "url": absolute_url(reverse("programs:program", args=[call.program.slug])),
        },
    )


def call_closes_soon(application: Application, *, closing: dt.datetime) -> None:
    """To the gestionnaires and those who write: it is not with the body yet, and by when it has to be."""
    _tell_writers("call_closes_soon", application, closing=closing)


def call_withdrawn(call: Call, applications: Iterable[Application], *, reason: str) -> None:
    """To the gestionnaires and those who write: the call is withdrawn, and what becomes of what they wrote."""
    for application in applications:
        _tell_writers("call_withdrawn", application, reason=reason)


def _tell_writers(name: str, application: Application, **context) -> None:
    people = [*managers_of(application), *writers_of(application)]
    tell(name, people=people, application=application, call=application.call, **context)
