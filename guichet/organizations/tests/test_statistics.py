"""What the statistics count, against what the fiches themselves say."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, ChangeStatus, Kind, OrganizationStatus, RecordCheck
from guichet.organizations.lists import load_lists
from guichet.organizations.models import (
    AccessFeature,
    Activity,
    Clientele,
    FicheChange,
    FicheSettings,
    Mrc,
    Organization,
)
from guichet.organizations.services.statistics import BANDS, count_statistics, months_until

from .factories import AccessFactory, ManagerFactory, MunicipalityFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)
NOVEMBER, OCTOBER = dt.date(2026, 11, 1), dt.date(2026, 10, 1)
DAY = dt.timedelta(days=1)


def counted(**options):
    return count_statistics(**{"months": 24, "now": NOW, **options})


def test_empty_portal_counts_nothing():
    found = counted()
    assert found.fiches == found.listed == found.never_confirmed == 0
    assert set(found.by_kind) == set(Kind.values)
    assert sum(found.by_kind.values()) == sum(found.by_completeness.values()) == sum(found.accesses.values()) == 0
    assert len(found.created) == len(found.changes) == 24
    assert found.changes[NOVEMBER].median_delay is None


def test_fiches_in_service_are_counted_by_kind_and_place():
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    MunicipalityFactory(name="Bécancour", mrc__name="Bécancour")
    OrganizationFactory(kind=Kind.SCHOOL, municipality=nicolet)
    OrganizationFactory.create_batch(2)
    OrganizationFactory(municipality=None)
    OrganizationFactory(status=OrganizationStatus.ARCHIVED)
    OrganizationFactory(status=OrganizationStatus.REQUESTED)
    found = counted()
    assert found.fiches == 4
    assert {kind: count for kind, count in found.by_kind.items() if count} == {"school": 1, "association": 3}
    assert found.by_place == [("Arthabaska", 2), ("Bécancour", 0), ("Nicolet-Yamaska", 1), (None, 1)]


def test_mrc_narrows_everything_to_its_fiches_by_municipality():
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    MunicipalityFactory(name="Pierreville", mrc=nicolet.mrc)
    inside, outside = OrganizationFactory(municipality=nicolet, created_at=NOW), OrganizationFactory(created_at=NOW)
    for fiche in (inside, outside, outside):
        AccessFactory(organization=fiche)
        FicheChange.objects.create(organization=inside, field=f"f{AccessFactory().pk}", proposed_at=NOW)
    found = counted(mrc=nicolet.mrc)
    assert (found.fiches, found.by_place) == (1, [("Nicolet", 1), ("Pierreville", 0)])
    assert found.accesses["active"] == 1
    assert found.created[NOVEMBER] == 1
    assert found.changes[NOVEMBER].proposed == 3
    assert counted(mrc=outside.municipality.mrc).changes[NOVEMBER].proposed == 0


def test_confirmation_and_directory_are_counted():
    months = FicheSettings.load().confirm_months
    OrganizationFactory(content_confirmed_at=NOW - DAY, is_listed=True)
    OrganizationFactory.create_batch(2, content_confirmed_at=NOW - DAY * 31 * (months + 1))
    OrganizationFactory.create_batch(3)
    OrganizationFactory(status=OrganizationStatus.ARCHIVED, is_listed=True)
    found = counted()
    assert (found.confirmed, found.to_confirm_again, found.never_confirmed) == (1, 2, 3)
    assert (found.listed, found.fiches) == (1, 6)


def test_accesses_are_counted_by_state():
    ManagerFactory()
    AccessFactory(status=AccessStatus.DEACTIVATED)
    RequestFactory.create_batch(2)
    assert counted().accesses == {"requested": 2, "active": 1, "refused": 0, "deactivated": 1}


# --- Completeness ---------------------------------------------------------------------------------


def any_fiche(chance: random.Random) -> Organization:
    """A fiche of which each field is filled or not."""
    choices = {
        "neq": "1145678901",
        "description": "Nager.",
        "seasons": ["summer"],
        "members_count": chance.choice([0, 12]),
        "phone": "+18195550101",
        "email": "info@example.org",
        "address": "1, rue du Parc",
        "people": [{"name": "Zoé"}],
        "record_check": RecordCheck.NO,
        "logo": 1,
        "pictures": [{"file": 2, "alt": "Le bassin"}],
        "documents": [{"file": 3, "kind": "charter", "title": "Lettres patentes", "expires_on": ""}],
        "is_listed": True,
    }
    values = {name: value for name, value in choices.items() if chance.random() < 0.6}
    if chance.random() < 0.3:
        values["municipality"] = None
    fiche = OrganizationFactory(**values)
    for name, model in (("activities", Activity), ("clienteles", Clientele), ("access_features", AccessFeature)):
        if chance.random() < 0.5:
            getattr(fiche, name).set(model.objects.all()[: chance.choice([1, 3])])
    return fiche


def test_completeness_is_what_each_fiche_says_of_itself():
    load_lists()
    chance = random.Random(8)
    percents = [services.completeness(any_fiche(chance))[0] for _n in range(60)]
    expected = dict.fromkeys(BANDS, 0)
    for percent in percents:
        expected[max(band for band in BANDS if band <= percent)] += 1
    assert counted().by_completeness == expected
    assert sum(1 for count in expected.values() if count) >= 3


def test_fiche_from_which_nothing_is_missing_is_alone_in_the_last_band():
    load_lists()
    full = OrganizationFactory(
        neq="1145678901",
        description="Nager.",
        seasons=["summer"],
        members_count=12,
        phone="+18195550101",
        email="info@example.org",
        address="1, rue du Parc",
        people=[{"name": "Zoé"}],
        record_check=RecordCheck.NO,
        logo=1,
        pictures=[{"file": 2, "alt": "Le bassin"}],
        documents=[{"file": 3, "kind": "charter", "title": "Lettres patentes", "expires_on": ""}],
        is_listed=True,
    )
    for name in ("activities", "clienteles", "access_features"):
        getattr(full, name).set(type(full)._meta.get_field(name).related_model.objects.all()[:2])
    assert services.completeness(full)[0] == 100
    assert counted().by_completeness == {0: 0, 25: 0, 50: 0, 75: 0, 100: 1}


# --- By month -------------------------------------------------------------------------------------


def test_months_go_up_to_this_one_on_the_regions_calendar():
    # In Québec it is still the evening of the 31st.
    last_evening = dt.datetime(2026, 11, 1, 2, tzinfo=dt.UTC)
    assert months_until(last_evening, 3) == [dt.date(2026, 8, 1), dt.date(2026, 9, 1), OCTOBER]
    OrganizationFactory(created_at=last_evening)
    assert counted().created[OCTOBER] == 1


def test_fiches_are_counted_in_the_month_of_their_creation():
    OrganizationFactory(created_at=NOW)
    OrganizationFactory(created_at=NOW - 30 * DAY, status=OrganizationStatus.ARCHIVED)
    OrganizationFactory(created_at=NOW - 30 * DAY, status=OrganizationStatus.REFUSED)
    OrganizationFactory(created_at=NOW - 800 * DAY)
    found = counted().created
    assert (found[NOVEMBER], found[OCTOBER], sum(found.values())) == (1, 1, 2)


def decided(days: float, status: str = ChangeStatus.APPROVED, at: dt.datetime = NOW) -> FicheChange:
    """A proposal that waited so many days."""
    return FicheChange.objects.create(
        organization=OrganizationFactory(),
        field="description",
        status=status,
        proposed_at=at - days * DAY,
        decided_at=None if status == ChangeStatus.WAITING else at,
    )


def test_changes_are_counted_in_the_month_of_the_proposal_and_of_the_decision():
    decided(30)
    decided(1)
    decided(1, ChangeStatus.REFUSED)
    decided(1, ChangeStatus.WITHDRAWN)
    decided(1, ChangeStatus.WAITING)
    found = counted().changes
    assert (found[OCTOBER].proposed, found[OCTOBER].approved, found[OCTOBER].median_delay) == (1, 0, None)
    november = found[NOVEMBER]
    assert (november.proposed, november.approved, november.refused) == (4, 2, 1)


@pytest.mark.parametrize(
    ("delays", "median"), [([4], 4), ([1, 9], 5), ([9, 1, 2], 2), ([1, 2, 4, 20], 3), ([5, 5, 5, 5, 90], 5), ([0], 0)]
)
def test_delay_of_a_month_is_the_median_of_its_decisions(delays, median):
    for number, delay in enumerate(delays):
        decided(delay, (ChangeStatus.APPROVED, ChangeStatus.REFUSED)[number % 2])
    decided(50, at=NOW - 30 * DAY)
    decided(70, ChangeStatus.WITHDRAWN)
    found = counted().changes
    assert found[NOVEMBER].median_delay == pytest.approx(median)
    assert found[OCTOBER].median_delay == pytest.approx(50)


def test_statistics_cost_the_same_at_any_number_of_fiches():
    FicheSettings.load()
    costs = []
    for more in (1, 30):
        for _n in range(more):
            decided(1)
            ManagerFactory(organization__created_at=timezone.now())
        for mrc in (None, Mrc.objects.first()):
            with CaptureQueriesContext(connection) as captured:
                counted(mrc=mrc)
            costs.append(len(captured))
    assert len(set(costs)) == 1
    assert costs[0] <= 11
