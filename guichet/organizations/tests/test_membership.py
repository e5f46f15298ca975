"""Who is a member of the body, and until when: the body says it, everywhere it is read, nowhere in public."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import Event
from guichet.organizations import services
from guichet.organizations.conditions import read_date
from guichet.organizations.content import FIELDS
from guichet.organizations.enums import BulkAction, Section
from guichet.organizations.models import DirectoryEntry, FicheChange, FicheSettings, Organization
from guichet.organizations.values import in_words, membership_in_words, public_content
from tests.support.pages import text_of

from .factories import AccessFactory, ManagerFactory, OrganizationFactory
from .test_fiche_bulk import address, do
from .test_import_rows import errors, row_with
from .test_staff_fiches import listed, typed

pytestmark = pytest.mark.django_db
MARCH = dt.date(2027, 3, 31)
DAY = dt.timedelta(days=1)


@pytest.fixture
def fiche():
    return OrganizationFactory(name="Club de ski")


@pytest.fixture
def person():
    return AgentFactory(first_name="Marc", last_name="Gagné")


@pytest.fixture
def agent(client_for, person):
    """A signed-in agent's browser."""
    return client_for(person)


def fresh(fiche: Organization) -> Organization:
    return Organization.objects.get(pk=fiche.pk)


def set_membership(fiche, actor, until: str | None):
    return services.update_organization(organization=fiche, values={"member_until": until}, base={}, actor=actor)


# --- The rule -------------------------------------------------------------------------------------


def test_last_day_of_a_membership_counts(fiche):
    fiche.member_until = MARCH
    assert fiche.is_member(MARCH)
    assert not fiche.is_member(MARCH + DAY)
    fiche.member_until = None
    assert not fiche.is_member(MARCH)


def test_staff_set_it_and_the_timeline_says_until_when(fiche, person):
    set_membership(fiche, person, "2027-03-31")
    set_membership(fiche, person, None)
    assert fresh(fiche).member_until is None
    assert [event.sentence.replace("\N{NO-BREAK SPACE}", " ") for event in Event.objects.about(fiche)] == [
        "Marc Gagné a noté que l’organisme n’est pas membre.",
        "Marc Gagné a noté que l’organisme est membre jusqu’au 31 mars 2027.",
    ]


def test_membership_and_other_fields_of_one_form_are_told_apart(fiche, person):
    values = {"member_until": "2027-03-31", "territory": "Warwick"}
    services.update_organization(organization=fiche, values=values, base={}, actor=person)
    verbs = sorted(Event.objects.about(fiche).values_list("verb", flat=True))
    assert verbs == ["organizations.fiche_changed", "organizations.membership_set"]


@pytest.mark.parametrize("factory", [ManagerFactory, AccessFactory])
def test_clients_neither_set_it_nor_propose_it(fiche, factory):
    user = factory(organization=fiche).user
    with pytest.raises(PermissionDenied):
        services.save_section(organization=fiche, values={"member_until": "2027-03-31"}, base={}, actor=user)
    assert not FicheChange.objects.exists()


def test_no_older_version_brings_it_back(fiche, person):
    manager = ManagerFactory(organization=fiche).user
    set_membership(fiche, person, "2026-03-31")
    set_membership(fiche, person, "2027-03-31")
    services.save_section(organization=fiche, values={"territory": "Warwick"}, base={}, actor=manager)
    for actor in (manager, person):
        services.restore_version(organization=fiche, revision=services.versions(fiche).last(), actor=actor)
        assert (fresh(fiche).territory, fresh(fiche).member_until) == ("", MARCH)


def test_it_is_never_public_whatever_the_fiche_publishes(fiche, person):
    fiche.is_listed, fiche.public_fields = True, list(FIELDS)
    fiche.save()
    set_membership(fiche, person, "2027-03-31")
    assert "member_until" not in public_content(fresh(fiche))
    assert "2027" not in str(DirectoryEntry.objects.get(organization=fiche).data)


def test_body_does_not_reserve_what_is_its_own_already():
    form = modelform_factory(FicheSettings, form=FicheSettings.base_form_class, fields=["reserved_fields"])
    choices = {name for name, _label in form().fields["reserved_fields"].choices}
    assert set(FIELDS) - choices == {"member_until"}


# --- What the fiche's people see ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "Pas membre de LSCQ"),
        (MARCH, "Membre de LSCQ jusqu’au 31 mars 2027"),
        (MARCH - 365 * DAY, "Pas membre de LSCQ : l’adhésion s’est terminée le 31 mars 2026"),
    ],
)
def test_membership_in_words(fiche, until, words):
    fiche.member_until = until
    said = membership_in_words(fiche, "LSCQ", today=dt.date(2026, 11, 29))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == words


def test_clients_read_it_on_the_fiche_and_on_the_page_of_memberships_without_a_box_to_write_in(client_for, fiche):
    browser = client_for(ManagerFactory(organization=fiche).user)
    until = timezone.localdate() + 30 * DAY
    addresses = [reverse(f"organizations:{name}", args=[fiche.pk]) for name in ("fiche", "membership")]
    for where in addresses:
        assert "Pas membre de LSCQ" in text_of(browser.get(where))
    Organization.objects.filter(pk=fiche.pk).update(member_until=until)
    for where in addresses:
        assert f"Membre de LSCQ jusqu’au {in_words('member_until', until.isoformat())}".replace(
            "\N{NO-BREAK SPACE}", " "
        ) in text_of(browser.get(where))
    section = browser.get(reverse("organizations:fiche_section", args=[fiche.pk, Section.IDENTITY]))
    assert "federation" in section.context["form"].fields
    assert "member_until" not in section.context["form"].fields
    assert "Tenu à jour par LSCQ." in text_of(browser.get(addresses[0]))


# --- What staff do with it ------------------------------------------------------------------------


def test_staff_write_it_on_the_form_of_the_fiche(agent, fiche):
    where = reverse("staff_fiche_edit", args=[fiche.pk])
    assert agent.post(where, typed(agent, fiche, member_until="2027-03-31")).status_code == 302
    assert fresh(fiche).member_until == MARCH
    wrong = agent.post(where, typed(agent, fiche, member_until="bientôt"))
    assert wrong.context["form"].errors.keys() == {"member_until"}
    assert fresh(fiche).member_until == MARCH
    assert "31 mars 2027" in text_of(agent.get(reverse("staff_fiche", args=[fiche.pk])))


def test_staff_set_it_for_several_fiches_and_take_it_away(agent, fiche):
    other = OrganizationFactory(name="Club de golf", member_until=MARCH)
    told = do(agent, BulkAction.SET_MEMBERSHIP, fiche, other, value="2027-03-31")
    assert {one.organization.name: one.is_changed for one in told.context["results"]} == {"Club de ski": True}
    shown = agent.post(address(BulkAction.SET_MEMBERSHIP, fiche, other), {"value": ""})
    assert [(one.before.replace("\N{NO-BREAK SPACE}", " "), one.after) for one in shown.context["changes"]] == [
        ("31 mars 2027", "")
    ] * 2
    do(agent, BulkAction.SET_MEMBERSHIP, fiche, other, value="")
    assert {fresh(one).member_until for one in (fiche, other)} == {None}


def test_unreadable_date_for_several_fiches_is_told(agent, fiche):
    answer = agent.post(address(BulkAction.SET_MEMBERSHIP, fiche), {"value": "31/31/2027"})
    assert "Écrivez une date, par exemple 2027-03-31." in text_of(answer)


def test_list_of_fiches_is_filtered_by_membership(agent):
    today = timezone.localdate()
    OrganizationFactory(name="A", member_until=today)
    OrganizationFactory(name="B", member_until=today - DAY)
    OrganizationFactory(name="C")
    assert {key: listed(agent, membership=key) for key in ("member", "ended", "never")} == {
        "member": ["A"],
        "ended": ["B"],
        "never": ["C"],
    }
    query = {"where1_field": "member_until", "where1_is": "below", "where1_value": today.isoformat()}
    assert listed(agent, **query) == ["B"]


def test_export_has_it(agent, fiche):
    Organization.objects.filter(pk=fiche.pk).update(member_until=MARCH)
    lines = b"".join(agent.get(reverse("staff_fiches_export", args=["csv"])).streaming_content).decode()
    assert "Membre jusqu’au" in lines
    assert "31\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2027" in lines


@pytest.mark.parametrize(
    "written", ["2027-03-31", "31/03/2027", "31 mars 2027", "31\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2027", MARCH]
)
def test_import_reads_the_day_as_people_and_as_the_export_write_it(written):
    row = row_with(**{"Membre jusqu’au": written})
    assert errors(row) == []
    assert row.values["member_until"] == MARCH


@pytest.mark.parametrize("written", ["bientôt", "31 juin 2027", "2027", "oui"])
def test_import_tells_of_a_day_that_is_none(written):
    row = row_with(**{"Membre jusqu’au": written})
    assert errors(row) == [("Membre jusqu’au", "Écrivez une date, par exemple 2026-05-04.")]


def test_first_of_the_month_is_read_as_it_is_written():
    assert read_date("1er août 2027") == dt.date(2027, 8, 1)
