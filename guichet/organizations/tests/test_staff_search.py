"""The search box of the staff's list: every text of a fiche, accents and case ignored."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations import services
from guichet.organizations.content import FIELDS
from guichet.organizations.kinds import FieldKind, kind_of
from guichet.organizations.models import AccessFeature, Activity, Clientele, Organization
from guichet.organizations.staff_text import has_words

from .factories import MunicipalityFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "name": "Les Étoiles filantes",
    "usual_name": "Astro-Québec",
    "initials": "LEF",
    "kind": "disability",
    "neq": "1145678901",
    "founded_year": 1987,
    "federation": "Fédération des astronomes",
    "description": "On observe la nébuleuse.\nBienvenue à l’œil nu!",
    "seasons": ["summer", "autumn"],
    "season_note": "Sauf la pleine lune",
    "territory": "Bécancour et environs",
    "members_count": 4242,
    "volunteers_count": 1717,
    "access_note": "Télescope abaissé",
    "logo": 7,
    "pictures": [{"file": 8, "alt": "La coupole ouverte"}],
    "documents": [{"file": 9, "kind": "charter", "title": "Statuts de 1987", "expires_on": ""}],
    "phone": "+18195550123",
    "other_phone": "+18195550199",
    "email": "ciel@example.org",
    "website": "https://etoiles.example.org",
    "facebook": "https://facebook.example.org/lef",
    "instagram": "https://instagram.example.org/comete",
    "other_network": "https://tiktok.example.org/meteore",
    "address": "12, rue des Érables",
    "postal_code": "G6P 1A1",
    "mailing_address": "Case postale 99",
    "mailing_city": "Drummondville",
    "mailing_postal_code": "J2B 0A1",
    "people": [
        {"name": "Zoé Côté", "function": "Présidence", "email": "zoe@example.org", "phone": "+18195550177"},
    ],
    "last_meeting_on": dt.date(2026, 5, 4),
    "member_until": dt.date(2031, 3, 31),
    "year_end": "31 mars",
    "record_check": "some",
    "external_id": "D-314",
}


def found(query: str) -> list[str]:
    return [fiche.name for fiche in Organization.objects.matching_anywhere(query)]


@pytest.fixture
def stars() -> Organization:
    fiche = OrganizationFactory(
        municipality=MunicipalityFactory(name="Saint-Léonard-d’Aston", mrc__name="Nicolet-Yamaska"), **EVERYTHING
    )
    fiche.activities.add(Activity.objects.create(name="Astronomie", family="Sciences"))
    fiche.clienteles.add(Clientele.objects.create(name="Aînés curieux"))
    fiche.access_features.add(AccessFeature.objects.create(name="Entrée sans marche"))
    OrganizationFactory(name="Autre club")
    return fiche


@pytest.mark.parametrize(
    "query",
    [
        "ÉTOILES filantes",
        "astro quebec",
        "lef",
        "handicapées",
        "1145678901",
        "1987",
        "federation ASTRONOMES",
        "nebuleuse oeil",
        "été automne",
        "pleine lune",
        "coupole",
        "statuts 1987",
        "bécancour",
        "4242",
        "1717",
        "telescope abaisse",
        "819 555-0123",
        "8195550199",
        "ciel@example.org",
        "etoiles.example.org",
        "facebook.example.org/lef",
        "comete",
        "météore",
        "erables",
        "G6P 1A1",
        "case postale 99",
        "drummondville",
        "J2B",
        "Zoe COTE présidence",
        "zoe@example.org",
        "8195550177",
        "4 mai 2026",
        "31 mars",
        "pour certaines",
        "D-314",
        "saint leonard aston",
        "yamaska",
        "astronomie",
        "aines curieux",
        "sans marche",
        "cote astronomie nicolet",
    ],
)
def test_every_text_of_a_fiche_is_found(stars, query):
    assert found(query) == [stars.name]


def test_every_word_must_be_there(stars):
    assert found("étoiles danse") == []


def test_every_field_with_words_is_in_the_column():
    said = {name for name in FIELDS if has_words(name)}
    without = {FieldKind.LIST, FieldKind.RELATED, FieldKind.OTHER}
    looked_up = {name for name in FIELDS if kind_of(name) in without}
    assert {name: bool(EVERYTHING.get(name)) for name in said} == dict.fromkeys(said, True)
    assert set(FIELDS) - said - looked_up == {"is_listed", "public_fields"}


def test_column_follows_each_change_and_a_renamed_choice(stars):
    agent = AgentFactory()
    services.update_organization(
        organization=stars,
        values={"description": "Comètes"},
        base={"description": stars.description},
        external_id="E-271",
        actor=agent,
    )
    assert found("comètes E-271") == [stars.name]
    assert found("nébuleuse") == []
    Activity.objects.update(name="Ornithologie")
    assert found("ornithologie") == [stars.name]
    assert found("astronomie") == []


def test_search_for_sign_ups_finds_no_private_text(stars):
    assert not Organization.objects.matching("nébuleuse").exists()


def test_search_costs_the_same_for_any_number_of_fiches_and_words(stars):
    counts = []
    for query in ("club", "club de natation à Victoriaville avec piscine"):
        with CaptureQueriesContext(connection) as captured:
            found(query)
        counts.append(len(captured))
        OrganizationFactory.create_batch(5)
    assert counts == [6, 6]


def test_migration_fills_the_fiches_of_before_as_a_change_would():
    migration = import_module("guichet.organizations.migrations.0008_fill_staff_text")
    # Fields of later have no words there.
    names = {*migration.TEXTS.split(), "external_id", "seasons", "phone", "other_phone", "people", "last_meeting_on"}
    OrganizationFactory(**{name: value for name, value in EVERYTHING.items() if name in names})
    OrganizationFactory()
    written = dict(Organization.objects.values_list("pk", "staff_text"))
    Organization.objects.update(staff_text="")
    migration.BATCH = 1
    migration.fill(apps, SimpleNamespace(connection=connection))
    filled = dict(Organization.objects.values_list("pk", "staff_text"))
    assert {pk: set(text.split()) for pk, text in filled.items()} == {
        pk: set(text.split()) for pk, text in written.items()
    }
