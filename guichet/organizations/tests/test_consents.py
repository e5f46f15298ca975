"""What the public sees of the people in charge: what each one agreed to, and nothing that changed since."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from guichet.core.models import OutgoingMessage
from guichet.organizations import services
from guichet.organizations.models import PersonConsent
from guichet.organizations.services.consents import ASKED_AT_MOST
from tests.support.pages import text_of

from .factories import AccessFactory, ManagerFactory, OrganizationFactory
from .test_fiche_views import url

pytestmark = pytest.mark.django_db
ZOE = {"name": "Zoé Roy", "function": "Présidente", "email": "zoe@example.org", "phone": "+18195550123"}
LEO = {"name": "Léo Côté", "function": "Trésorier", "email": "", "phone": ""}


@pytest.fixture
def fiche():
    return OrganizationFactory(name="Club de natation", is_listed=True)


@pytest.fixture
def manager(fiche):
    return ManagerFactory(organization=fiche).user


def name_people(fiche, manager, *people) -> None:
    fiche.refresh_from_db()
    services.save_section(
        organization=fiche, values={"people": list(people)}, base={"people": fiche.people}, actor=manager
    )
    fiche.refresh_from_db()


def public_people(fiche) -> list[dict]:
    fiche.refresh_from_db()
    return fiche.directory_entry.data.get("people", [])


def link_in(message: OutgoingMessage) -> str:
    return re.search(r"/mes-coordonnees-publiques/[^\s\"]+", message.text)[0]


def test_person_is_asked_by_email_and_nothing_is_public_before_the_answer(fiche, manager):
    name_people(fiche, manager, ZOE, LEO)
    (message,) = OutgoingMessage.objects.all()
    assert message.to == "zoe@example.org"
    assert "(819) 555-0123" in message.text
    assert public_people(fiche) == []


def test_person_chooses_what_shows_by_the_link_of_the_email(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    link = link_in(OutgoingMessage.objects.get())
    assert "Mon nom : Zoé Roy" in text_of(client.get(link))
    assert public_people(fiche) == []
    done = client.post(link, {"name": "on", "function": "on"})
    assert "Merci, c’est noté!" in text_of(done)
    assert public_people(fiche) == [{"name": "Zoé Roy", "function": "Présidente"}]
    page = text_of(client.get(fiche.directory_entry.get_absolute_url()))
    assert "Zoé Roy · Présidente" in page
    assert "zoe@example.org" not in page


def test_person_takes_the_consent_back(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    link = link_in(OutgoingMessage.objects.get())
    client.post(link, {"name": "on"})
    client.post(link, {})
    assert public_people(fiche) == []


def test_number_without_the_name_is_refused(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    link = link_in(OutgoingMessage.objects.get())
    assert "Cochez aussi votre nom" in text_of(client.post(link, {"phone": "on"}))
    assert public_people(fiche) == []


def test_what_changes_after_the_consent_is_not_public_until_agreed_to(fiche, manager):
    name_people(fiche, manager, ZOE)
    services.answer_consent(organization=fiche, email="zoe@example.org", parts=["name", "phone"])
    name_people(fiche, manager, {**ZOE, "phone": "+18195550199"})
    assert public_people(fiche) == [{"name": "Zoé Roy"}]


def test_person_is_asked_again_when_what_is_said_of_them_changes_but_not_twice_a_day(fiche, manager):
    name_people(fiche, manager, ZOE)
    name_people(fiche, manager, {**ZOE, "function": "Trésorière"})
    assert OutgoingMessage.objects.count() == 1
    PersonConsent.objects.update(asked_at="2026-01-01T00:00:00Z")
    name_people(fiche, manager, {**ZOE, "function": "Secrétaire"})
    name_people(fiche, manager, {**ZOE, "function": "Secrétaire"}, LEO)
    assert OutgoingMessage.objects.count() == 2


def test_person_who_is_no_longer_named_is_forgotten(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    link = link_in(OutgoingMessage.objects.get())
    services.answer_consent(organization=fiche, email="zoe@example.org", parts=["name"])
    name_people(fiche, manager, LEO)
    assert PersonConsent.objects.count() == 0
    assert public_people(fiche) == []
    assert client.get(link).status_code == 404
    name_people(fiche, manager, ZOE)
    assert public_people(fiche) == []


def test_nobody_is_asked_for_a_fiche_that_is_not_in_the_directory(manager, fiche):
    fiche.is_listed = False
    fiche.save()
    name_people(fiche, manager, ZOE)
    assert OutgoingMessage.objects.count() == 0
    services.save_section(organization=fiche, values={"is_listed": True}, base={"is_listed": False}, actor=manager)
    assert OutgoingMessage.objects.get().to == "zoe@example.org"


def test_person_with_an_account_chooses_in_the_client_area(client, fiche, manager):
    zoe = AccessFactory(organization=fiche, user__email="zoe@example.org").user
    name_people(fiche, manager, {**ZOE, "email": "Zoe@Example.org"})
    client.force_login(zoe)
    assert "Choisir ce que le public voit de vous" in text_of(client.get(url("fiche", fiche)))
    client.post(url("my_consent", fiche), {"name": "on"})
    assert public_people(fiche) == [{"name": "Zoé Roy"}]


def test_manager_cannot_answer_for_another(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    client.force_login(manager)
    assert "La fiche ne nomme personne à l’adresse" in text_of(client.get(url("my_consent", fiche)))
    client.post(url("my_consent", fiche), {"name": "on"})
    assert public_people(fiche) == []


def test_forged_link_opens_nothing(client, fiche):
    answer = client.get(reverse("organizations:consent", args=["forged"]))
    assert answer.status_code == 404
    assert "Ce lien n’est plus valable" in text_of(answer)


def test_consent_is_not_in_open_data_nor_in_the_search(client, fiche, manager):
    name_people(fiche, manager, ZOE)
    services.answer_consent(organization=fiche, email="zoe@example.org", parts=["name"])
    assert "Zoé" not in client.get(reverse("website:directory_json")).content.decode()
    assert "Zoé" not in client.get(reverse("website:directory_csv")).content.decode()
    assert "Club de natation" not in text_of(client.get(reverse("website:directory"), {"q": "Zoé"}))


def test_portal_does_not_write_to_every_address_that_somebody_types(fiche, manager):
    for number in range(5):
        people = [{**ZOE, "email": f"zoe{number}{one}@example.org"} for one in range(6)]
        name_people(fiche, manager, *people)
    assert OutgoingMessage.objects.count() == ASKED_AT_MOST
