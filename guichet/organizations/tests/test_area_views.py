"""The client area over HTTP: where one lands, every page of a fiche, its timeline, several fiches."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape

from guichet.accounts.tests.factories import AdminFactory, AgentFactory, UserFactory
from guichet.core.events import record
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, OrganizationStatus, Role
from guichet.organizations.models import Organization
from tests.support.pages import text_of

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db
AREA = "/espace/"
PAGES = ["home", "fiche", "communications", "support", "membership", "users"]


def url(name: str, organization, *args) -> str:
    return reverse(f"organizations:{name}", args=[organization.pk, *args])


# --- `/espace/` -----------------------------------------------------------------------------------


def test_area_leads_straight_to_the_only_fiche(client_for):
    access = AccessFactory()
    client = client_for(access.user)
    assert client.get(AREA).headers["Location"] == url("home", access.organization)
    assert access.organization.name in text_of(client.get(AREA, {"toutes": "1"}))


def test_area_lists_several_fiches_and_what_became_of_others(client_for):
    person = UserFactory()
    active = ManagerFactory(user=person, organization__name="Club actif")
    AccessFactory(user=person, organization__name="Autre club actif")
    RequestFactory(user=person, organization__name="Club attendu")
    AccessFactory(user=person, organization__name="Club quitté", status=AccessStatus.DEACTIVATED, reason="A quitté.")
    AccessFactory(user=person, organization__name="Club refusé", status=AccessStatus.REFUSED, reason="Pas connu.")
    AccessFactory(user=person, organization__name="Club archivé", organization__status=OrganizationStatus.ARCHIVED)
    page = text_of(client_for(person).get(AREA))
    for words in (
        "Vos fiches",
        "Club actif",
        "Autre club actif",
        "Vos demandes d’accès en attente",
        "Club attendu",
        "Réponse prévue avant le",
        "Accès qui ont pris fin",
        "Club quitté",
        "A quitté.",
        "Club refusé",
        "Pas connu.",
        "Club archivé",
        "Fiche archivée",
        "Demander l’accès à une autre fiche",
    ):
        assert words in page
    assert url("home", active.organization) in page


def test_area_of_somebody_without_a_fiche_is_honest(client_for):
    page = text_of(client_for(UserFactory()).get(AREA))
    assert "Vous n’avez accès à aucune fiche pour le moment" in page
    assert reverse("organizations:ask") in page


@pytest.mark.parametrize("factory", [AgentFactory, AdminFactory])
def test_area_of_staff_leads_to_their_side(client_for, factory):
    page = text_of(client_for(factory()).get(AREA))
    assert "Vous faites partie de l’équipe" in page
    assert reverse("staff_fiches") in page
    assert reverse("organizations:ask") not in page


def test_area_says_that_a_late_answer_is_late(client_for):
    request = RequestFactory(due_at="2020-01-01T00:00:00Z")
    assert "Notre réponse a du retard" in text_of(client_for(request.user).get(AREA))


def test_area_says_that_the_address_is_to_confirm(client_for):
    request = RequestFactory(user=UserFactory(confirmed=False), due_at=None)
    assert "Confirmez votre adresse courriel" in text_of(client_for(request.user).get(AREA))


# --- The pages of a fiche -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PAGES, "history"])
def test_every_page_opens_for_a_manager_with_its_menu(client_for, name):
    manager = ManagerFactory()
    response = client_for(manager.user).get(url(name, manager.organization))
    page = text_of(response)
    assert response.status_code == 200
    assert manager.organization.name in page
    for words in (
        "Accueil",
        "Vos demandes",
        "Accompagnement",
        "Mon compte",
        "Fiche",
        "Adhésion",
        "Utilisateurs",
        "Déconnexion",
    ):
        assert words in page
    assert page.count('aria-current="page"') <= 1


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_a_contributor_and_for_staff(client_for, name):
    contributor = AccessFactory()
    assert client_for(contributor.user).get(url(name, contributor.organization)).status_code == 200
    page = client_for(AgentFactory()).get(url(name, contributor.organization))
    assert "Vous consultez cette fiche à titre d’employé de LSCQ." in text_of(page)


@pytest.mark.parametrize("name", [*PAGES, "history", "invite", "hand_over", "leave"])
def test_no_page_opens_for_an_outsider(client, client_for, name):
    organization = ManagerFactory().organization
    address = url(name, organization)
    assert client.get(address).headers["Location"] == f"/connexion/?next={address}"
    assert client_for(ManagerFactory().user).get(address).status_code == 404
    assert client_for(UserFactory()).get(address).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_no_page_opens_for_whoever_waits_or_has_left(client_for, name):
    for status in (AccessStatus.REQUESTED, AccessStatus.REFUSED, AccessStatus.DEACTIVATED):
        access = AccessFactory(status=status)
        assert client_for(access.user).get(url(name, access.organization)).status_code == 403


def test_no_page_opens_of_a_fiche_that_is_none(client_for):
    client = client_for(AgentFactory())
    assert client.get("/espace/999999/").status_code == 404
    assert client.get("/espace/0/").status_code == 404
    assert client.get("/espace/99999999999999999999999/").status_code == 404


def test_archived_fiche_says_so_to_its_people(client_for):
    manager = ManagerFactory(organization__status=OrganizationStatus.ARCHIVED)
    response = client_for(manager.user).get(url("home", manager.organization))
    assert response.status_code == 403
    assert "Cette fiche n’est plus en service" in text_of(response)


def test_archived_fiche_opens_for_staff(client_for):
    organization = OrganizationFactory(status=OrganizationStatus.ARCHIVED)
    assert client_for(AgentFactory()).get(url("users", organization)).status_code == 200


def test_home_has_its_two_cards_and_honest_empty_states(client_for):
    manager = ManagerFactory()
    page = text_of(client_for(manager.user).get(url("home", manager.organization)))
    for words in (
        "Communications récentes",
        "Aucune communication pour le moment",
        "Statut des demandes",
        "Aucune demande d’assistance financière pour le moment",
        "Voir tout",
    ):
        assert words in page


def test_fiche_shows_what_is_on_record_and_what_is_missing(client_for):
    manager = ManagerFactory(organization__neq="1234567890", organization__phone="+18195550199")
    page = text_of(client_for(manager.user).get(url("fiche", manager.organization)))
    for words in ("Associatif (OBNL)", "Victoriaville", "Arthabaska", "1234567890", "(819) 555-0199", "À compléter"):
        assert words in page


def test_fiche_without_municipality_or_phone_opens(client_for):
    manager = ManagerFactory(organization__municipality=None)
    assert client_for(manager.user).get(url("fiche", manager.organization)).status_code == 200


def test_fiche_with_a_hostile_name_shows_it_as_it_is(client_for):
    name = '<script>alert("x")</script>&{{ 7 }}'
    manager = ManagerFactory(organization__name=name)
    for page_name in (*PAGES, "history", "invite", "hand_over", "leave"):
        page = client_for(manager.user).get(url(page_name, manager.organization)).content.decode()
        assert name not in page
        assert escape(name) in page


def test_switch_between_fiches(client_for):
    first = ManagerFactory(organization__name="Premier club")
    second = AccessFactory(user=first.user, organization__name="Deuxième club")
    AccessFactory(user=first.user, organization__name="Club quitté", status=AccessStatus.DEACTIVATED)
    client = client_for(first.user)
    page = text_of(client.get(url("home", first.organization)))
    assert "Changer de fiche" in page
    assert url("home", second.organization) in page
    assert "Club quitté" not in page
    assert "Inviter" not in text_of(client.get(url("users", second.organization)))


# --- « Historique » -------------------------------------------------------------------------------


def test_history_tells_every_decision_in_words(client_for):
    manager = ManagerFactory(user=UserFactory(first_name="Aline", last_name="Roy"))
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user)
    person = UserFactory(first_name="Luc", last_name="Côté", email=invitation.email)
    access = services.accept_invitation(invitation=invitation, actor=person)
    services.approve_access(access=access, role=Role.CONTRIBUTOR, actor=manager.user)
    services.deactivate_access(access=access, actor=manager.user, reason="A quitté le club.")
    page = text_of(client_for(manager.user).get(url("history", manager.organization)))
    sentences = [
        "Aline Roy a désactivé l’accès de Luc Côté.",
        "A quitté le club.",
        "Aline Roy a approuvé Luc Côté comme collaborateur.",
        f"Luc Côté a accepté l’invitation envoyée à {invitation.email}.",
    ]
    places = [page.index(sentence) for sentence in sentences]
    assert places == sorted(places)


def test_history_is_of_this_fiche_alone(client_for):
    manager, other = ManagerFactory(), ManagerFactory()
    record(verb="organizations.people_confirmed", actor=other.user, subject=other.organization)
    page = text_of(client_for(manager.user).get(url("history", manager.organization)))
    assert "Rien à signaler pour le moment" in page


def test_history_has_pages(client_for):
    manager = ManagerFactory()
    for _n in range(51):
        record(verb="organizations.people_confirmed", actor=manager.user, subject=manager.organization)
    client = client_for(manager.user)
    first, second = (client.get(url("history", manager.organization), {"page": n}) for n in (1, 2))
    assert text_of(first).count("a confirmé que") == 50
    assert text_of(second).count("a confirmé que") == 1
    assert client.get(url("history", manager.organization), {"page": "x"}).status_code == 200
    assert client.get(url("history", manager.organization), {"page": 99}).status_code == 200


def test_history_is_for_managers(client_for):
    contributor = AccessFactory()
    assert client_for(contributor.user).get(url("history", contributor.organization)).status_code == 403


def test_history_shows_reasons_that_look_like_html_as_they_are(client_for):
    manager = ManagerFactory()
    record(
        verb="organizations.fiche_archived",
        actor=manager.user,
        subject=Organization.objects.get(),
        reason="<img src=x onerror=y>",
    )
    assert "<img src=x" not in text_of(client_for(manager.user).get(url("history", manager.organization)))
