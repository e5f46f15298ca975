"""A database for the bench: fiches as a region has them, in the public directory, with their people and proposals."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.utils import timezone

from guichet.accounts.models import User
from guichet.accounts.tests.factories import UserFactory
from guichet.organizations.content import default_public_fields
from guichet.organizations.lists import load_lists
from guichet.organizations.models import (
    Activity,
    Clientele,
    DirectoryEntry,
    DirectoryTerm,
    FicheChange,
    Municipality,
    Organization,
)
from guichet.organizations.region import load_region, read_region
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from guichet.organizations.text import fold, stems
from guichet.organizations.values import public_content

BATCH = 1000
KINDS = ["association"] * 6 + ["municipal", "school", "private", "disability"]
SHAPES = [
    "Club de {activity} de {place}",
    "Association de {activity} {place}",
    "{activity} {place}",
    "Les amis {place}",
]
SENTENCES = [
    "Cours, entraînement et compétitions, du débutant au niveau provincial.",
    "Des rencontres toutes les semaines, ouvertes à toute la famille.",
    "Nos bénévoles accueillent les nouveaux membres à l’automne et au printemps.",
    "Prêt d’équipement, initiation gratuite et sorties de groupe durant l’année.",
]


@transaction.atomic
def fill(size: int) -> tuple[int, str, str]:
    """Bring the database to so many fiches; one whose gestionnaire visits, its public address's end, their session."""
    load_region(read_region(settings.REGION))
    load_lists()
    _add_fiches(size - Organization.objects.count())
    fiche = Organization.objects.order_by("pk").first()
    person = User.objects.order_by("pk").first() or _people_of(fiche)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return fiche.pk, f"{fiche.pk}-{fiche.directory_entry.slug}", session.session_key


def _people_of(fiche: Organization) -> User:
    """A gestionnaire, nine others, and two proposals to approve."""
    person = UserFactory()
    ManagerFactory(user=person, organization=fiche)
    contributor = AccessFactory.create_batch(9, organization=fiche)[0].user
    for field, value in {"description": SENTENCES[1], "territory": "Toute la région"}.items():
        FicheChange.objects.create(organization=fiche, field=field, value=value, base="", proposed_by=contributor)
    return person


def _add_fiches(count: int) -> None:
    chance = random.Random(count)
    places = list(Municipality.objects.select_related("mrc"))
    activities, clienteles = list(Activity.objects.all()), list(Clientele.objects.all())
    for start in range(0, max(count, 0), BATCH):
        fiches = [_fiche(chance, places, activities) for _one in range(min(BATCH, count - start))]
        for fiche in fiches:
            fiche.refresh_search_text()
        Organization.objects.bulk_create(fiches)
        _list(fiches, chance, activities, clienteles)


def _fiche(chance: random.Random, places: list[Municipality], activities: list[Activity]) -> Organization:
    place = chance.choice(places)
    name = chance.choice(SHAPES).format(activity=chance.choice(activities).name.lower(), place=place.name)
    return Organization(
        name=name[:1].upper() + name[1:],
        kind=chance.choice(KINDS),
        municipality=place,
        description=" ".join(chance.sample(SENTENCES, 2)),
        seasons=["winter", "summer"],
        website=f"https://{chance.randrange(10**9)}.example.org",
        is_listed=True,
        public_fields=default_public_fields(),
        content_confirmed_at=timezone.now() - dt.timedelta(days=chance.randrange(700)),
    )


def _list(fiches: list[Organization], chance: random.Random, activities: list, clienteles: list) -> None:
    """What `services.refresh_entry` writes one fiche at a time, for many."""
    entries, links, terms = [], [], Counter[str]()
    for fiche in fiches:
        chosen = {"activities": chance.sample(activities, 2), "clienteles": chance.sample(clienteles, 2)}
        entry = _entry(fiche, chosen)
        entries.append(entry)
        links.append((fiche.pk, chosen))
        terms.update({*entry.name_words.split(), *entry.words.split()})
    DirectoryEntry.objects.bulk_create(entries)
    for name in ("activities", "clienteles"):
        for model in (Organization, DirectoryEntry):
            field = model._meta.get_field(name)
            own, other = field.m2m_column_name(), field.m2m_reverse_name()
            through = field.remote_field.through
            rows = [through(**{own: pk, other: one.pk}) for pk, chosen in links for one in chosen[name]]
            through.objects.bulk_create(rows)
    known = {term.term: term for term in DirectoryTerm.objects.filter(term__in=terms)}
    for term in known.values():
        term.entries += terms[term.term]
    DirectoryTerm.objects.bulk_update(known.values(), ["entries"], batch_size=300)
    new = [DirectoryTerm(term=term, entries=number) for term, number in terms.items() if term not in known]
    DirectoryTerm.objects.bulk_create(new)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO organizations_directorysearch (rowid, name_words, words) VALUES (%s, %s, %s)",
                [(entry.organization_id, entry.name_words, entry.words) for entry in entries],
            )


def _entry(fiche: Organization, chosen: dict[str, list[Any]]) -> DirectoryEntry:
    fiche.__dict__["chosen"] = {
        **{name: [one.pk for one in ones] for name, ones in chosen.items()},
        "access_features": [],
    }
    words = [fiche.description, fiche.municipality.name, *(one.name for ones in chosen.values() for one in ones)]
    return DirectoryEntry(
        organization=fiche,
        name=fiche.name,
        sort_key=fold(fiche.name)[:120],
        kind=fiche.kind,
        municipality=fiche.municipality,
        mrc=fiche.municipality.mrc,
        data=public_content(fiche),
        confirmed_at=fiche.content_confirmed_at,
        name_words=" ".join(stems(fiche.name)),
        words=" ".join(stems(" ".join(words))),
    )
