"""Several requests at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, OrganizationStatus, Role
from guichet.organizations.models import Access

from .factories import ManagerFactory, RequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory())


def statuses(*accesses: Access) -> list[tuple[str, str]]:
    """State and role of each, as they are now."""
    by_pk = Access.objects.in_bulk([access.pk for access in accesses])
    return [(by_pk[access.pk].status, by_pk[access.pk].role) for access in accesses]


def test_a_page_lists_what_was_ticked_before_anything_happens(agent):
    first, second = RequestFactory(), RequestFactory()
    response = agent.get(reverse("staff_requests_managers"), {"id": [first.pk, second.pk]})
    page = response.content.decode()
    assert "2 inscriptions sont choisies" in page
    assert str(first.user) in page
    assert str(second.user) in page
    assert statuses(first, second) == [(AccessStatus.REQUESTED, "")] * 2


def test_nothing_ticked_leads_back(agent):
    assert agent.get(reverse("staff_requests_refuse"), {"id": ["x", "99999"]}).url == reverse("staff_requests")


def test_each_goes_through_and_those_that_do_not_say_why(agent):
    fine = RequestFactory()
    unconfirmed = RequestFactory(user__confirmed=False)
    decided = RequestFactory()
    services.approve_access(access=decided, role=Role.MANAGER, actor=AgentFactory(first_name="Anne", last_name="Roy"))
    person = UserFactory()
    new_fiche = services.request_organization(
        user=person, name="Club neuf", kind="other", municipality=None, reason="Neuf.", actor=person
    )
    chosen = [fine, unconfirmed, decided, new_fiche]
    response = agent.post(
        reverse("staff_requests_managers"), {"action": "manager", "requests": [access.pk for access in chosen]}
    )
    page = response.content.decode()
    assert "1 inscription approuvée sur 4" in page
    assert "pas encore confirmé son adresse" in page
    assert "Anne Roy" in page
    assert "Décidez d’abord de la fiche demandée" in page
    assert statuses(fine, unconfirmed, new_fiche) == [
        (AccessStatus.ACTIVE, Role.MANAGER),
        (AccessStatus.REQUESTED, ""),
        (AccessStatus.REQUESTED, ""),
    ]


def test_a_first_person_does_not_become_collaborateur(agent):
    first = RequestFactory()
    second = RequestFactory(organization=ManagerFactory().organization)
    response = agent.post(
        reverse("staff_requests_contributors"), {"action": "contributor", "requests": [first.pk, second.pk]}
    )
    assert "la première personne approuvée le devient" in response.content.decode()
    assert statuses(first, second) == [(AccessStatus.REQUESTED, ""), (AccessStatus.ACTIVE, Role.CONTRIBUTOR)]


def test_a_refusal_of_several_has_one_reason_and_needs_it(agent):
    access = RequestFactory()
    person = UserFactory()
    new_fiche = services.request_organization(
        user=person, name="Club neuf", kind="other", municipality=None, reason="Neuf.", actor=person
    )
    url = reverse("staff_requests_refuse")
    data = {"action": "refuse", "requests": [access.pk, new_fiche.pk]}
    refused = agent.post(url, {**data, "reason": ""})
    assert "Écrivez le motif" in refused.content.decode()
    assert [chosen.pk for chosen in refused.context["chosen"]] == [access.pk, new_fiche.pk]
    agent.post(url, {**data, "reason": "Hors de la région."})
    assert statuses(access, new_fiche) == [(AccessStatus.REFUSED, "")] * 2
    new_fiche.organization.refresh_from_db()
    assert new_fiche.organization.status == OrganizationStatus.REFUSED
    assert Access.objects.get(pk=access.pk).reason == "Hors de la région."


def test_nobody_decides_their_own_request_in_a_batch(client_for):
    agent = AgentFactory()
    own = RequestFactory(user=agent)
    response = client_for(agent).post(reverse("staff_requests_managers"), {"action": "manager", "requests": [own.pk]})
    assert "votre propre demande" in response.content.decode()
    assert statuses(own) == [(AccessStatus.REQUESTED, "")]
