"""What becomes of a merged fiche's addresses, and where it is no longer offered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.organizations import services
from guichet.organizations.models import FicheMerge, Organization
from guichet.organizations.services import Choices

from .factories import ManagerFactory, OrganizationFactory
from .spreadsheets import HEADER, upload, xlsx

pytestmark = pytest.mark.django_db


def merge(source: Organization, target: Organization) -> FicheMerge:
    return services.merge_fiches(source=source, target=target, choices=Choices(), actor=AgentFactory())


@pytest.fixture
def merged() -> FicheMerge:
    """« Club de ski », with its gestionnaire, went into « Ski Nicolet », with its own."""
    source, target = OrganizationFactory(name="Club de ski"), OrganizationFactory(name="Ski Nicolet", is_listed=True)
    ManagerFactory(organization=source)
    ManagerFactory(organization=target)
    services.refresh_entry(target)
    return merge(source, target)


def mover(merged: FicheMerge):
    return merged.target.accesses.get(pk=merged.moved["relations"]["organizations.Access.organization"]["moved"][0])


def test_address_of_the_old_area_leads_its_people_to_the_same_page_of_the_target(merged, client_for):
    browser = client_for(mover(merged).user)
    for name, rest in (("home", []), ("users", []), ("fiche_section", ["offer"])):
        response = browser.get(reverse(f"organizations:{name}", args=[merged.source_id, *rest]))
        assert response.url == reverse(f"organizations:{name}", args=[merged.target_id, *rest])


def test_what_was_to_be_done_in_the_old_area_is_to_be_done_again_in_the_target(merged, client_for):
    browser = client_for(mover(merged).user)
    url = reverse("organizations:invite", args=[merged.source_id])
    response = browser.post(url, {"emails": "un@example.org"}, follow=True)
    assert response.redirect_chain[0][0] == reverse("organizations:home", args=[merged.target_id])
    assert "fait maintenant partie d’une autre" in response.content.decode()
    assert not merged.target.invitations.exists()


def test_old_area_leads_staff_there_too_and_is_unknown_to_others(merged, client_for):
    url = reverse("organizations:home", args=[merged.source_id])
    assert client_for(AgentFactory()).get(url).status_code == 302
    assert client_for(ManagerFactory().user).get(url).status_code == 404
    assert client_for(UserFactory()).get(url).status_code == 404


def test_old_area_is_itself_again_when_the_merge_is_undone(merged, client_for):
    person = mover(merged).user
    services.undo_merge(merge=merged, actor=AgentFactory())
    assert client_for(person).get(reverse("organizations:home", args=[merged.source_id])).status_code == 200


def test_history_of_the_target_shows_what_happened_to_the_merged_fiche(client_for):
    source, target = OrganizationFactory(), OrganizationFactory()
    agent, manager = AgentFactory(), ManagerFactory(organization=target)
    services.archive_organization(organization=source, actor=agent, reason="Saison finie.")
    merge(source, target)
    page = client_for(manager.user).get(reverse("organizations:history", args=[target.pk])).content.decode()
    assert "Saison finie." in page
    assert "Saison finie." in client_for(agent).get(reverse("staff_fiche", args=[target.pk])).content.decode()


def test_merged_fiche_is_in_no_list(merged, client_for):
    assert "Club de ski" not in Client().get(reverse("organizations:search"), {"q": "ski"}).content.decode()
    agent = client_for(AgentFactory())
    names = [fiche.name for fiche in agent.get(reverse("staff_fiches")).context["object_list"]]
    assert names == ["Ski Nicolet"]
    found = agent.get(reverse("staff_fiches"), {"status": "merged"}).context["object_list"]
    assert [fiche.name for fiche in found] == ["Club de ski"]


def test_nobody_signs_up_for_a_merged_fiche(merged, client_for):
    browser = client_for(UserFactory())
    response = browser.post(reverse("organizations:ask"), {"organization": merged.source_id})
    assert response.status_code == 200
    assert not merged.source.accesses.exists()


def test_public_page_leads_to_the_target_for_a_time_and_then_for_good(merged):
    url = reverse("website:directory_entry", args=[merged.source_id, "club-de-ski"])
    response = Client().get(url)
    assert (response.status_code, response.url) == (302, merged.target.directory_entry.get_absolute_url())
    FicheMerge.objects.update(merged_at=timezone.now() - dt.timedelta(days=31))
    response = Client().get(url)
    assert (response.status_code, response.url) == (301, merged.target.directory_entry.get_absolute_url())


def test_public_page_is_not_found_when_the_target_is_not_public(merged):
    merged.target.directory_entry.delete()
    assert Client().get(reverse("website:directory_entry", args=[merged.source_id, "x"])).status_code == 404


def test_old_row_of_a_spreadsheet_does_not_make_the_duplicate_anew(merged):
    Organization.objects.filter(pk=merged.source_id).update(external_id="D-1")
    twin = OrganizationFactory(name="Les Amis", municipality=None)
    merge(OrganizationFactory(name="Les Amis", municipality=None), twin)
    rows = [
        ["Club de ski", "OBNL", "", "", "", "D-1"],
        ["Les Amis", "OBNL", "", "", "amis@example.org", ""],
    ]
    batch = services.start_import(file=upload(xlsx([HEADER, *rows])), actor=AgentFactory())
    batch.refresh_from_db()
    assert (batch.created_count, batch.updated_count, batch.error_count) == (0, 1, 1)
    assert "fusionnée dans «\u00a0Ski Nicolet\u00a0»" in services.errors_as_csv(batch)
