"""The event timeline: every decision is recorded here, and read back as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .models import Event

_SENTENCES: dict[str, str | Promise] = {}


def register_sentences(sentences: Mapping[str, str | Promise]) -> None:
    """Teach the timeline an app's verbs.

    A sentence has the places {actor}, {person}, {subject}, and those that ``data`` fills.
    """
    _SENTENCES.update(sentences)


def record(
    *,
    verb: str,
    actor: models.Model | None,
    subject: models.Model | None = None,
    person: models.Model | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event, in the caller's transaction.

    ``actor`` is None for what the portal does by itself. Raises KeyError for a verb that no app registered:
    an event that could not be read back must not be written.
    """
    _SENTENCES[verb]
    return Event.objects.create(
        verb=verb,
        actor=actor,
        actor_name=str(actor)[:250] if actor else "",
        person=person,
        person_name=str(person)[:250] if person else "",
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        subject_name=str(subject)[:250] if subject else "",
        reason=reason,
        data=data or {},
    )


def sentence_of(event: Event) -> str:
    """The event as one sentence, in the active language."""
    places = {
        "actor": event.actor_name or _("Le portail"),
        "person": event.person_name,
        "subject": event.subject_name,
        **event.data,
    }
    return str(_SENTENCES.get(event.verb, "{actor}")).format_map(places)
