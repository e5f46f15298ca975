"""« Mon profil »: name, title, phone, and another address, which takes effect once confirmed."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.html import escape

from guichet.core.models import Event, OutgoingMessage
from guichet.organizations.tests.factories import InvitationFactory
from tests.support.pages import end_session, text_of

from .factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PROFILE = "/profil/"


def typed(**changes) -> dict:
    return {"first_name": "Zoé", "last_name": "Côté", "job_title": "Trésorière", "phone": "819 555-0199", **changes}


def test_profile_is_saved_and_remembered(client_for):
    person = UserFactory()
    response = client_for(person).post(PROFILE, typed(), follow=True)
    assert "Votre profil est à jour." in text_of(response)
    person.refresh_from_db()
    assert (str(person), person.job_title, person.phone.as_e164) == ("Zoé Côté", "Trésorière", "+18195550199")
    (event,) = Event.objects.of_person(person)
    assert event.sentence.startswith("Zoé Côté a modifié son profil :")
    assert event.data == {"fields": "prénom, nom, fonction, téléphone"}


def test_profile_unchanged_is_no_event(client_for):
    person = UserFactory()
    same = typed(first_name=person.first_name, last_name=person.last_name, job_title="", phone="")
    client_for(person).post(PROFILE, same)
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "first_name"),
        ({"phone": "819"}, "Ce numéro n’est pas complet."),
        ({"last_name": "x" * 81}, "80"),
    ],
)
def test_profile_refused_keeps_what_was_typed_and_changes_nothing(client_for, changes, sentence):
    person = UserFactory(first_name="Avant")
    page = text_of(client_for(person).post(PROFILE, typed(**changes)))
    assert sentence in page
    assert "Trésorière" in page
    assert "error-summary" in page
    person.refresh_from_db()
    assert person.first_name == "Avant"


def test_profile_shows_a_name_that_looks_like_html_as_it_is(client_for):
    person = UserFactory(first_name="<img src=x>")
    page = client_for(person).get(PROFILE).content.decode()
    assert "<img src=x>" not in page
    assert escape("<img src=x>") in page


def test_profile_form_cannot_give_oneself_more(client_for):
    person = UserFactory()
    client_for(person).post(PROFILE, typed(is_staff="on", is_superuser="on", email="x@example.org", username="x"))
    before = (person.email, person.username)
    person.refresh_from_db()
    assert not person.is_staff
    assert not person.is_superuser
    assert (person.email, person.username) == before


def test_profile_left_open_overnight_loses_nothing(client_for):
    person = UserFactory()
    client = client_for(person)
    end_session(client)
    response = client.post(PROFILE, typed())
    assert response.headers["Location"] == "/connexion/?next=/profil/"
    client.post("/connexion/", {"login": person.email, "password": PASSWORD, "next": PROFILE})
    page = text_of(client.get(PROFILE))
    assert "Votre session avait pris fin" in page
    assert "Trésorière" in page


# --- Another address ------------------------------------------------------------------------------


def ask_for(client, email: str):
    return client.post(reverse("account_email"), {"email": email, "action_add": ""}, follow=True)


def confirmation_link(to: str) -> str:
    text = OutgoingMessage.objects.get(kind="accounts/messages/confirm_email", to=to).text
    return re.search(r"http://localhost:8000(/confirmer-courriel/\S+)", text)[1]


def test_new_address_takes_effect_once_confirmed_and_the_old_one_is_told(client_for):
    person = UserFactory(email="avant@example.org")
    client = client_for(person)
    page = text_of(ask_for(client, " Apres@Example.org"))
    assert "Changement à confirmer" in page
    person.refresh_from_db()
    assert person.email == "avant@example.org"
    address = confirmation_link("apres@example.org")
    assert "Confirmer mon adresse" in text_of(client.get(address))
    person.refresh_from_db()
    assert person.email == "avant@example.org"
    client.post(address)
    person.refresh_from_db()
    assert person.email == "apres@example.org"
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "primary", "verified")) == [
        ("apres@example.org", True, True)
    ]
    told = OutgoingMessage.objects.get(kind="accounts/messages/email_changed")
    assert told.to == "avant@example.org"
    assert "apres@example.org" in told.text
    event = Event.objects.get(verb="accounts.email_changed")
    assert event.data == {"old": "avant@example.org", "new": "apres@example.org"}


def test_new_address_can_be_given_up(client_for):
    person = UserFactory(email="avant@example.org")
    client = client_for(person)
    ask_for(client, "apres@example.org")
    data = {"email": "apres@example.org", "action_remove": ""}
    page = text_of(client.post(reverse("account_email"), data, follow=True))
    assert "Changement à confirmer" not in page
    client.post(confirmation_link("apres@example.org"))
    person.refresh_from_db()
    assert person.email == "avant@example.org"


def test_new_address_that_somebody_else_has_is_not_told(client_for):
    UserFactory(email="prise@example.org")
    person = UserFactory(email="avant@example.org")
    free, taken = (ask_for(client_for(person), email) for email in ("libre@example.org", "prise@example.org"))
    assert free.redirect_chain == taken.redirect_chain
    person.refresh_from_db()
    assert person.email == "avant@example.org"
    assert not EmailAddress.objects.filter(user=person, email="prise@example.org", verified=True).exists()


def test_new_address_cannot_be_confirmed_by_two_people(client_for):
    first, second = UserFactory(), UserFactory()
    ask_for(client_for(first), "commune@example.org")
    link = confirmation_link("commune@example.org")
    EmailAddress.objects.filter(user=second).update(email="commune@example.org")
    second.email = "commune@example.org"
    second.save()
    client = client_for(first)
    page = text_of(client.get(link))
    assert "Cette adresse est déjà confirmée pour un autre compte." in page
    client.post(link)
    first.refresh_from_db()
    assert first.email != "commune@example.org"


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("zoé@example.org", "La partie avant le @ ne peut pas contenir d’accent"),
        ("zoe", "Cette adresse courriel n’est pas complète."),
        (f"z@{'a' * 300}.ca", "Cette adresse est trop longue"),
    ],
)
def test_new_address_that_is_none_is_refused_in_words(client_for, email, sentence):
    page = text_of(ask_for(client_for(UserFactory()), email))
    assert "error-summary" in page
    assert sentence in page
    assert OutgoingMessage.objects.count() == 0


def test_own_address_again_is_told(client_for):
    person = UserFactory()
    assert "C’est déjà votre adresse." in text_of(ask_for(client_for(person), person.email.upper()))


@pytest.mark.parametrize("key", ["forged", "MQ:1xYz:forged"])
def test_forged_confirmation_link_confirms_nothing(client, key):
    page = text_of(client.get(f"/confirmer-courriel/{key}/"))
    assert "Ce lien ne fonctionne plus" in page


def test_confirmed_new_address_does_not_take_over_an_invitation_of_the_old_one(client_for):
    person = UserFactory(email="avant@example.org")
    InvitationFactory(email="avant@example.org", token="jeton")
    client = client_for(person)
    ask_for(client, "apres@example.org")
    client.post(confirmation_link("apres@example.org"))
    assert client.get("/invitation/jeton/").status_code == 403
