"""« Inscriptions » in the admin: the queue, and one request."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.models import OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, OrganizationStatus, Role
from guichet.organizations.models import Access

from .factories import InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory(first_name="Marc", last_name="Gagné"))


def names(response) -> list[str]:
    """The people of the list, in order."""
    return [str(access.user) for access in response.context["object_list"]]


def late_request(hours: int = 1, **fields) -> Access:
    """A request past its delay."""
    return RequestFactory(due_at=timezone.now() - dt.timedelta(hours=hours), **fields)


def new_fiche(user=None, name: str = "Club de socer de Victoriaville") -> Access:
    """A request for a fiche that is not in the list."""
    user = user or UserFactory()
    return services.request_organization(
        user=user, name=name, kind="association", municipality=None, reason="Une équipe de filles.", actor=user
    )


@pytest.mark.parametrize(
    "url_name", ["staff_requests", "staff_fiches", "staff_people", "staff_messages", "staff_imports"]
)
def test_staff_pages_send_visitors_to_sign_in_and_refuse_clients(client, client_for, url_name):
    url = reverse(url_name)
    assert client.get(url).url == f"{reverse('account_login')}?next={url}"
    response = client_for(ManagerFactory().user).get(url)
    assert response.status_code == 403


def test_a_group_given_by_mistake_opens_nothing(client_for):
    person = AgentFactory(is_staff=False)
    assert client_for(person).get(reverse("staff_requests")).status_code == 403


def test_the_queue_has_late_requests_first_then_by_due_date(agent):
    RequestFactory(user__first_name="Plus", user__last_name="Tard", due_at=timezone.now() + dt.timedelta(days=3))
    RequestFactory(user__first_name="Bien", user__last_name="Tôt", due_at=timezone.now() + dt.timedelta(days=1))
    late_request(user__first_name="En", user__last_name="Retard")
    RequestFactory(user__first_name="Sans", user__last_name="Date", due_at=None, user__confirmed=False)
    response = agent.get(reverse("staff_requests"))
    assert names(response) == ["En Retard", "Bien Tôt", "Plus Tard", "Sans Date"]
    page = response.content.decode()
    assert page.count("en retard") == 1
    assert "adresse non confirmée" in page
    assert "délai suspendu" in page


def test_an_unconfirmed_or_asked_person_is_never_late(agent):
    access = RequestFactory()
    services.ask_details(access=access, question="Quel est votre rôle?", actor=AgentFactory())
    page = agent.get(reverse("staff_requests")).content.decode()
    assert "en attente de la personne" in page
    assert "en retard" not in page


def test_the_queue_says_who_comes_back(agent):
    RequestFactory(is_return=True)
    assert "revient après un refus ou une désactivation" in agent.get(reverse("staff_requests")).content.decode()


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("late", ["En Retard"]),
        ("new", ["Nouvelle Fiche"]),
        ("waiting", ["Sans Adresse"]),
        ("managers", ["Sur Invitation"]),
        ("", ["En Retard", "Nouvelle Fiche", "Sans Adresse"]),
    ],
)
def test_the_queue_filters(agent, show, expected):
    late_request(user__first_name="En", user__last_name="Retard")
    new_fiche(UserFactory(first_name="Nouvelle", last_name="Fiche"))
    RequestFactory(user__first_name="Sans", user__last_name="Adresse", user__confirmed=False, due_at=None)
    manager = ManagerFactory()
    RequestFactory(
        user__first_name="Sur",
        user__last_name="Invitation",
        organization=manager.organization,
        invitation=InvitationFactory(organization=manager.organization, status="accepted", closed_at=timezone.now()),
    )
    assert names(agent.get(reverse("staff_requests"), {"show": show})) == expected


@pytest.mark.parametrize("query", ["cote", "CÔTÉ", "marie-eve.cote@", "natation bécancour", "becancour cote"])
def test_the_queue_is_searched_without_accents(agent, query):
    organization = OrganizationFactory(name="Club de natation", municipality__name="Bécancour")
    person = UserFactory(
        first_name="Marie-Ève", last_name="Côté", username="marie-eve.cote", email="marie-eve.cote@example.org"
    )
    RequestFactory(user=person, organization=organization)
    RequestFactory()
    assert names(agent.get(reverse("staff_requests"), {"q": query})) == ["Marie-Ève Côté"]


def test_the_empty_queue_says_so(agent):
    assert "Tout le monde a sa réponse" in agent.get(reverse("staff_requests")).content.decode()


@pytest.mark.parametrize("count", [10, 120])
def test_the_queue_takes_25_queries_at_most_whatever_its_length(agent, django_assert_max_num_queries, count):
    for _number in range(count):
        RequestFactory()
    with django_assert_max_num_queries(25):
        response = agent.get(reverse("staff_requests"))
    assert len(response.context["object_list"]) == min(count, 30)


def test_the_dashboard_counts_the_requests_and_the_late_ones(agent):
    late_request()
    RequestFactory()
    page = agent.get(reverse("wagtailadmin_home")).content.decode()
    assert "2 inscriptions attendent une réponse" in page
    assert "dont 1 en retard" in page
    assert "Inscriptions (2)" in page


def test_the_first_person_of_a_fiche_is_only_offered_gestionnaire(agent):
    access = RequestFactory()
    page = agent.get(reverse("staff_request", args=[access.pk])).content.decode()
    assert 'value="manager"' in page
    assert 'value="contributor"' not in page
    ManagerFactory(organization=access.organization)
    assert 'value="contributor"' in agent.get(reverse("staff_request", args=[access.pk])).content.decode()


def test_an_agent_approves(agent):
    access = RequestFactory()
    response = agent.post(reverse("staff_request_approve", args=[access.pk]), {"role": "manager"}, follow=True)
    access.refresh_from_db()
    assert (access.status, access.role, str(access.decided_by)) == (AccessStatus.ACTIVE, Role.MANAGER, "Marc Gagné")
    assert "a maintenant accès à la fiche" in response.content.decode()
    page = agent.get(reverse("staff_request", args=[access.pk])).content.decode()
    assert "La décision" in page
    assert 'name="role"' not in page


def test_approving_twice_tells_who_was_first(agent):
    access = RequestFactory()
    services.approve_access(access=access, role=Role.MANAGER, actor=AgentFactory(first_name="Anne", last_name="Roy"))
    response = agent.post(reverse("staff_request_approve", args=[access.pk]), {"role": "manager"}, follow=True)
    assert "Déjà fait" in response.content.decode()
    assert "Anne Roy" in response.content.decode()


def test_a_role_that_is_none_is_refused(agent):
    access = RequestFactory()
    agent.post(reverse("staff_request_approve", args=[access.pk]), {"role": "roi"})
    access.refresh_from_db()
    assert access.status == AccessStatus.REQUESTED


def test_a_refusal_needs_its_reason(agent):
    access = RequestFactory()
    url = reverse("staff_request_refuse", args=[access.pk])
    assert "la personne le lira" in agent.post(url, {"reason": "  "}).content.decode()
    assert agent.post(url, {"reason": "Nous ne vous connaissons pas."}).status_code == 302
    access.refresh_from_db()
    assert (access.status, access.reason) == (AccessStatus.REFUSED, "Nous ne vous connaissons pas.")


def test_a_new_fiche_shows_those_that_are_like_it_and_can_become_one_of_them(agent):
    existing = OrganizationFactory(name="Club de soccer de Victoriaville")
    access = new_fiche()
    page = agent.get(reverse("staff_request", args=[access.pk]))
    assert [fiche for fiche, _score in page.context["similar"]] == [existing]
    url = reverse("staff_request_attach", args=[access.pk, existing.pk])
    assert "devient une demande d’accès" in agent.get(url).content.decode()
    assert Access.objects.get(pk=access.pk).organization != existing
    agent.post(url)
    assert Access.objects.get(user=access.user).organization == existing


def test_a_new_fiche_is_created_with_its_gestionnaire(agent):
    access = new_fiche()
    agent.post(reverse("staff_request_create_fiche", args=[access.pk]))
    access = Access.objects.select_related("organization").get(pk=access.pk)
    assert (access.organization.status, access.status, access.role) == (
        OrganizationStatus.ACTIVE,
        AccessStatus.ACTIVE,
        Role.MANAGER,
    )


def test_a_new_fiche_is_refused_with_its_access(agent):
    access = new_fiche()
    agent.post(reverse("staff_request_refuse", args=[access.pk]), {"reason": "Hors de la région."})
    access = Access.objects.select_related("organization").get(pk=access.pk)
    assert (access.organization.status, access.status) == (OrganizationStatus.REFUSED, AccessStatus.REFUSED)


def test_a_question_stops_the_clock(agent):
    access = RequestFactory()
    agent.post(reverse("staff_request_ask", args=[access.pk]), {"question": "Quel est votre rôle?"})
    access.refresh_from_db()
    assert (access.waits_for_person, access.due_at) == (True, None)
    assert "Demander une précision" not in agent.get(reverse("staff_request", args=[access.pk])).content.decode()


def test_the_confirmation_is_sent_again_only_to_an_address_that_is_not_confirmed(agent):
    access = RequestFactory(user__confirmed=False, due_at=None)
    url = reverse("staff_request_resend", args=[access.pk])
    assert url in agent.get(reverse("staff_request", args=[access.pk])).content.decode()
    agent.post(url)
    assert OutgoingMessage.objects.get(to=access.user.email).kind == "accounts/messages/confirm_email"
    access.user.emailaddress_set.update(verified=True)
    agent.post(url)
    assert OutgoingMessage.objects.filter(to=access.user.email).count() == 1


@pytest.mark.parametrize("url_name", ["staff_request_approve", "staff_request_create_fiche", "staff_request_resend"])
def test_decisions_are_posts(agent, url_name):
    assert agent.get(reverse(url_name, args=[RequestFactory().pk])).status_code == 405


def test_a_person_page_tells_their_story(agent):
    access = RequestFactory()
    services.refuse_access(access=access, reason="Nous ne vous connaissons pas.", actor=AgentFactory())
    page = agent.get(reverse("staff_person", args=[access.user.pk])).content.decode()
    assert "a refusé la demande d’accès" in page
    assert "Nous ne vous connaissons pas." in page
    assert access.organization.name in page
    assert reverse("staff_message", args=[OutgoingMessage.objects.get(to=access.user.email).pk]) in page


def test_people_are_found_by_name_without_accents(agent):
    person = UserFactory(first_name="Zoé", last_name="Béland", username="zoe.beland")
    UserFactory()
    response = agent.get(reverse("staff_people"), {"q": "beland"})
    assert list(response.context["object_list"]) == [person]
