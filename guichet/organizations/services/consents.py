"""What each person in charge of a fiche lets the public see of them: asked of them, answered by them alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event

from .. import messages
from ..models import Organization, PersonConsent
from ..values import PERSON_FIELDS
from .base import lock_organization
from .directory import refresh_entry

# Within a day the link of the first message shows what changed since: nobody is written to twice.
ASK_AGAIN_AFTER = dt.timedelta(days=1)
# The addresses are whatever somebody typed: the portal writes to no more of them for one fiche in a day.
ASKED_AT_MOST = 20


def person_at(organization: Organization, email: str) -> dict[str, str] | None:
    """What the fiche says of the person at this address, part by part; None when it names nobody there."""
    for person in organization.people:
        if person.get("email") and person["email"].lower() == email.lower():
            return {part: person[part] for part in PERSON_FIELDS if person.get(part)}
    return None


def consent_of(organization: Organization, email: str) -> PersonConsent | None:
    """What the person at this address was asked and answered."""
    return organization.consents.filter(email=email.lower()).first()


def ask_consents(organization: Organization, *, now: dt.datetime | None = None) -> None:
    """Ask the people whom the fiche names what the public may see; forget those whom it names no more.

    In the caller's transaction, at each publication of the people or of the agreement to the directory. Nothing is
    asked for a fiche that is not in the directory: there is nothing to show.
    """
    now = now or timezone.now()
    emails = [person["email"].lower() for person in organization.people if person.get("email")]
    organization.consents.exclude(email__in=emails).delete()
    if not organization.is_listed:
        return
    known = {consent.email: consent for consent in organization.consents.all()}
    lately_asked = Event.objects.about(organization).filter(
        verb="organizations.consent_asked", at__gte=now - ASK_AGAIN_AFTER
    )
    left = ASKED_AT_MOST - lately_asked.count()
    for email in dict.fromkeys(emails):
        shown = person_at(organization, email)
        consent = known.get(email) or PersonConsent(organization=organization, email=email)
        lately = consent.asked_at is not None and now - consent.asked_at < ASK_AGAIN_AFTER
        if consent.asked == shown or lately or left <= 0:
            continue
        left -= 1
        consent.asked, consent.asked_at = shown, now
        consent.save()
        messages.consent_asked(consent)
        record(verb="organizations.consent_asked", actor=None, subject=organization, data={"email": email})


@transaction.atomic
def answer_consent(*, organization: Organization, email: str, parts: Collection[str], actor=None) -> PersonConsent:
    """The person at this address shows these parts (`values.PERSON_FIELDS`) and no other; none takes it all back.

    Who answers is the caller's question: the holder of the link sent there, or of the account with that address.
    Raises InvalidState when the fiche names nobody at this address any more.
    """
    organization = lock_organization(organization.pk)
    person = person_at(organization, email)
    if person is None:
        raise InvalidState(_("Cette fiche ne vous nomme plus : rien de vous n’y est public."))
    consent = consent_of(organization, email) or PersonConsent(organization=organization, email=email.lower())
    consent.agreed = {part: value for part, value in person.items() if part in parts}
    consent.asked = person
    consent.answered_at = timezone.now()
    consent.save()
    record(verb="organizations.consent_given", actor=actor, subject=organization, data={"email": consent.email})
    refresh_entry(organization)
    return consent
