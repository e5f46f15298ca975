"""Fills an empty portal with sixty fiches, their people, and what happened to them."""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from guichet.accounts.models import User
from guichet.core.enums import MessageState
from guichet.core.models import Event, OutgoingMessage

from .. import services
from ..enums import AccessStatus, Kind, Role
from ..lists import load_lists
from ..models import Access, Municipality, Organization
from ..region import load_region, read_region
from ..text import fold
from .fiches import FICHES, MAIN_FICHE, POSTAL_AREA_BY_MRC, POSTAL_AREAS
from .files import tell_files
from .moments import DAY, HOUR, happened
from .offers import tell_offers
from .people import People
from .stories import tell_stories

# From the fifty-fourth on, nobody has an access yet; of the two before, the gestionnaires went silent.
PEOPLED = 54
SILENT_FROM = 52
NEQ_PREFIX = {Kind.MUNICIPAL: "88", Kind.SCHOOL: "88"}
MAIN_NEQ = "1165550142"
STREETS = ["Principale", "de l’Église", "Notre-Dame", "du Parc"]
# Canada Post leaves out the letters that are misread.
POSTAL_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"


@transaction.atomic
def seed() -> None:
    """Create everything, in one transaction: a demo that was interrupted is no demo."""
    first_message = next_message()
    started_at = timezone.now()
    chance = random.Random(2026)  # noqa: S311 - the same demo every time
    people = People()
    with override(settings.LANGUAGE_CODE):
        accounts = people.demo_accounts()
        load_region(read_region(settings.REGION))
        load_lists()
        organizations = _fiches(chance, accounts["admin"])
        _accesses(chance, people, organizations[2:PEOPLED], accounts["agent"])
        by_name = {organization.name: organization for organization in organizations}
        tell_stories(accounts=accounts, people=people, organizations=by_name)
        tell_offers(accounts=accounts, organizations=by_name)
        tell_files(accounts=accounts, main=by_name[MAIN_FICHE])
    keep_few_messages(first_message, started_at)


def _fiches(chance: random.Random, admin: User) -> list[Organization]:
    places = {place.name: place for place in Municipality.objects.select_related("mrc")}
    others = list(places.values())
    organizations = []
    for number, (name, kind, place) in enumerate(FICHES):
        # Another region's portal has other municipalities: any will do for a demo.
        municipality = places.get(place) or chance.choice(others)
        age = chance.randint(420, 1400) * DAY
        organization = _fiche(chance, number, name, kind, municipality)
        organization.created_at = timezone.now() - age
        with happened(age):
            services.create_organization(organization=organization, actor=admin)
        organizations.append(organization)
    return organizations


def _fiche(chance: random.Random, number: int, name: str, kind: Kind, municipality: Municipality) -> Organization:
    domain = f"{fold(name).replace(' ', '-')[:40].strip('-')}.example.org"
    area = POSTAL_AREAS.get(municipality.name) or POSTAL_AREA_BY_MRC.get(municipality.mrc.name, "G0P")
    letter, digits = chance.choice(POSTAL_LETTERS), chance.sample(range(10), 2)
    # Numbers from 555-0100 to 555-0199 belong to nobody.
    phone = f"+1{'418' if municipality.mrc.name == 'L’Érable' else '819'}55501{number:02}"
    return Organization(
        name=name,
        kind=kind,
        municipality=municipality,
        neq=_neq(chance, number, name, kind),
        email=f"info@{domain}",
        phone=phone,
        website=f"https://{domain}" if number % 3 else "",
        address=f"{chance.randint(10, 980)}, rue {chance.choice(STREETS)}",
        postal_code=f"{area} {digits[0]}{letter}{digits[1]}",
        external_id=f"D-{1001 + number}",
        member_until=_member_until(number, timezone.localdate()),
        people_confirmed_at=timezone.now() - chance.randint(20, 300) * DAY,
    )


def _neq(chance: random.Random, number: int, name: str, kind: Kind) -> str:
    """One fiche in five has none; the main one has: applications ask for it."""
    if name == MAIN_FICHE:
        return MAIN_NEQ
    return f"{NEQ_PREFIX.get(kind, '11')}{chance.randint(10_000_000, 99_999_999)}" if number % 5 else ""


def _member_until(number: int, today: dt.date) -> dt.date | None:
    """Memberships go from April to March: one in six has none, one in twelve ended with the last year."""
    if number % 6 == 5:
        return None
    year_end = today.replace(month=3, day=31)
    year_end = year_end if today <= year_end else year_end.replace(year=today.year + 1)
    return year_end.replace(year=year_end.year - 1) if number % 12 == 9 else year_end


def _accesses(chance: random.Random, people: People, organizations: list[Organization], agent: User) -> None:
    """Accesses decided long ago: written as they are, since the services only know of now."""
    accesses, events = [], []
    now = timezone.now()
    for number, organization in enumerate(organizations, start=2):
        silent = number >= SILENT_FROM
        roles = [Role.MANAGER] * (1 + number % 2) + [Role.CONTRIBUTOR] * chance.randint(0, 3)
        for place, user in enumerate(people.some(len(roles))):
            decided_at = organization.created_at + chance.randint(1, 300) * DAY
            deactivated = place == len(roles) - 1 and place > 1
            accesses.append(
                Access(
                    user=user,
                    organization=organization,
                    role=roles[place],
                    status=AccessStatus.DEACTIVATED if deactivated else AccessStatus.ACTIVE,
                    requested_at=decided_at - chance.randint(2, 40) * HOUR,
                    decided_at=decided_at,
                    decided_by=agent,
                    last_used_at=now - (chance.randint(380, 400) if silent else chance.randint(0, 200)) * DAY,
                )
            )
            events += _events_of(accesses[-1], agent)
        if silent:
            organization.people_confirmed_at = None
            organization.save(update_fields=["people_confirmed_at"])
    Access.objects.bulk_create(accesses)
    Event.objects.bulk_create(events)


def _events_of(access: Access, agent: User) -> list[Event]:
    def event(verb: str, at: dt.datetime, actor: User, **data: str) -> Event:
        return Event(
            verb=f"organizations.{verb}",
            at=at,
            actor=actor,
            actor_name=str(actor),
            person=access.user,
            person_name=str(access.user),
            subject_type=Organization._meta.label_lower,
            subject_id=access.organization_id,
            subject_name=str(access.organization),
            data=data,
        )

    events = [
        event("access_requested", access.requested_at, access.user),
        event("access_approved", access.decided_at, agent, role=access.get_role_display().lower()),
    ]
    if access.status == AccessStatus.DEACTIVATED:
        access.decided_at += 60 * DAY
        events.append(event("access_deactivated", access.decided_at, agent))
    return events


def next_message() -> int:
    """The key that the next message gets, at the least."""
    return (OutgoingMessage.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def keep_few_messages(first: int, started_at: dt.datetime) -> None:
    """Keep the last message of each kind as an example; none of them ever leaves this machine."""
    written = OutgoingMessage.objects.filter(pk__gte=first)
    examples = list(written.order_by().values("kind").annotate(last=Max("pk")).values_list("last", flat=True))
    written.exclude(pk__in=examples).delete()
    written.update(state=MessageState.KEPT, sent_at=timezone.now(), attempts=1)
    DBTaskResult.objects.filter(enqueued_at__gte=started_at, task_path="guichet.core.tasks.deliver_message").delete()
