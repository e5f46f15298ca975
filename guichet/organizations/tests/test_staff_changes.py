"""« Modifications réservées »: what waits for the body, in the menu, in the list, and one fiche's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations import services
from guichet.organizations.models import FicheChange

from .factories import AccessFactory, ManagerFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory(first_name="Marc", last_name="Gagné"))


def proposal(of: str = "Club de natation", /, **values) -> FicheChange:
    """A gestionnaire proposes a new legal name; the first of what they propose."""
    manager = ManagerFactory(organization__name=of)
    values = values or {"name": f"{of} du Centre"}
    services.save_section(organization=manager.organization, values=values, base={}, actor=manager.user)
    return FicheChange.objects.get(organization=manager.organization, field=next(iter(values)))


def page_of(agent, change) -> str:
    return reverse("staff_fiche_changes", args=[change.organization_id])


def test_menu_counts_the_fiches_with_reserved_proposals(agent):
    # The side menu is JSON, in ASCII.
    label = r"Changements"
    page = agent.get(reverse("wagtailadmin_home")).content.decode()
    assert label in page
    assert f"{label} (" not in page
    proposal("Un", name="Premier", neq="1145678901")
    proposal("Deux")
    assert f"{label} (2)" in agent.get(reverse("wagtailadmin_home")).content.decode()


def test_list_has_only_what_the_body_decides_at_fiches_in_service(agent):
    proposal("Club de ski")
    archived = proposal("Club de tir").organization
    services.archive_organization(organization=archived, actor=AgentFactory())
    contributor = AccessFactory()
    services.save_section(
        organization=contributor.organization, values={"territory": "Nicolet"}, base={}, actor=contributor.user
    )
    response = agent.get(reverse("staff_changes"))
    assert [fiche.name for fiche in response.context["object_list"]] == ["Club de ski"]
    assert [fiche.name for fiche in agent.get(reverse("staff_changes"), {"q": "tir"}).context["object_list"]] == []


def test_list_costs_the_same_whatever_its_length(agent):
    counts = []
    for more in (2, 15):
        for number in range(more):
            proposal(f"Club {more} {number}")
        with CaptureQueriesContext(connection) as captured:
            agent.get(reverse("staff_changes"))
        counts.append(len(captured))
    assert counts[1] <= counts[0] <= 25


def test_page_shows_both_values_in_words_and_who_proposed(agent):
    change = proposal(kind="school")
    page = agent.get(page_of(agent, change)).content.decode()
    for text in ("Milieu", "Associatif (OBNL)", "Scolaire", str(change.proposed_by), "Approuver", "Plus tard"):
        assert text in page


def test_agent_approves_one_and_refuses_another(agent):
    change = proposal(name="Nouveau nom", neq="1145678901")
    other = FicheChange.objects.get(field="neq")
    url = page_of(agent, change)
    data = {f"change_{change.pk}": "approve", f"change_{other.pk}": "refuse", "reason": ""}
    assert "la personne le lira" in agent.post(url, data).content.decode()
    assert agent.post(url, {**data, "reason": "Ce n’est pas le bon."}).status_code == 302
    change.organization.refresh_from_db()
    assert (change.organization.name, change.organization.neq) == ("Nouveau nom", "")


def test_later_leaves_it_waiting(agent):
    change = proposal(name="Nouveau nom", neq="1145678901")
    other = FicheChange.objects.get(field="neq")
    agent.post(page_of(agent, change), {f"change_{change.pk}": "approve", f"change_{other.pk}": "later"})
    assert set(services.waiting_changes(change.organization)) == {"neq"}


def test_value_that_changed_since_is_said(agent):
    change = proposal()
    fiche = change.organization
    type(fiche).objects.filter(pk=fiche.pk).update(name="Encore autre")
    assert "a changé depuis la proposition" in agent.get(page_of(agent, change)).content.decode()


def test_fiche_without_proposals_says_so_and_one_that_is_not_there_is_404(agent):
    fiche = OrganizationFactory()
    assert (
        "Aucune modification n’attend" in agent.get(reverse("staff_fiche_changes", args=[fiche.pk])).content.decode()
    )
    assert agent.get(reverse("staff_fiche_changes", args=[999_999])).status_code == 404


def test_fiche_leads_to_its_proposals(agent):
    change = proposal()
    page = agent.get(reverse("staff_fiche", args=[change.organization_id])).content.decode()
    assert page_of(agent, change) in page
