"""Passwords: what is accepted, how one is chosen anew, and who is told."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from guichet.accounts.models import User
from guichet.core.models import Event, OutgoingMessage
from tests.support.pages import Words, text_of, without_tokens

from .factories import PASSWORD, UserFactory

NEW = "marmotte-sous-la-pluie"


@pytest.mark.parametrize(
    "password",
    [
        "sapin riviere canot",  # spaces, no capital, no digit: no composition rules
        "aaaabbbbccccdddd",
        "épinettes où mûrit",
        "correct horse battery staple",
        "🐻🐻🐻🐻 dans la forêt",
        "x1" * 128,  # 256 characters
        "Gilles aime la rivière Bécancour",
    ],
)
def test_password_is_accepted(password):
    validate_password(password, User(first_name="Gilles", last_name="Roy", email="gilles.roy@example.org"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("onze.lettre", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("startfinding", "password_too_common"),
        ("telechargement", "password_too_common"),
        ("gilles.roy@example.org", "password_about_person"),
        ("Gilles.Roy12", "password_about_person"),
        ("bouchardgilles", "password_about_person"),
        ("Bouchard 2026", "password_about_person"),
        ("guichet guichet", "password_about_person"),
        ("espaceclient1", "password_about_person"),
    ],
)
def test_password_is_refused(password, code):
    person = User(first_name="Gilles", last_name="Bouchard", email="gilles.roy@example.org")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert code in [error.code for error in refused.value.error_list]


def test_password_of_a_person_with_a_short_name_is_still_free():
    validate_password("le lac est calme ce soir", User(first_name="Lu", last_name="Le", email="lu@le.example"))


# --- Forgotten ------------------------------------------------------------------------------------


def ask(client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def link() -> str:
    text = OutgoingMessage.objects.get(kind="accounts/messages/password_reset").text
    return re.search(r"http://localhost:8000(/mot-de-passe/nouveau/\S+)", text)[1]


@pytest.mark.django_db
def test_forgotten_password_is_chosen_anew_from_the_link(client):
    person = UserFactory()
    page = text_of(ask(client, f" {person.email.upper()}"))
    assert "Si un compte existe à cette adresse" in page
    address = link()
    opened = client.get(address, follow=True)
    form = opened.redirect_chain[-1][0]
    assert "Nouveau mot de passe" in text_of(opened)
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Votre nouveau mot de passe est enregistré" in text_of(done)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert OutgoingMessage.objects.filter(kind="accounts/messages/password_changed", to=person.email).count() == 1
    assert [event.verb for event in Event.objects.of_person(person)] == ["accounts.password_changed"]
    again = client.get(address, follow=True)
    assert "Ce lien ne fonctionne plus" in text_of(again)


@pytest.mark.django_db
def test_forgotten_password_message_is_secret_and_names_the_identifier(client):
    person = UserFactory()
    ask(client, person.email)
    message = OutgoingMessage.objects.get()
    assert message.secret
    assert f"Votre identifiant : {person.username}" in Words(message.text)


@pytest.mark.django_db
def test_forgotten_password_never_tells_whether_an_account_exists(client):
    person = UserFactory()
    known, unknown = ask(client, person.email), ask(client, "inconnu@example.org")
    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    kinds = dict(OutgoingMessage.objects.values_list("to", "kind"))
    assert kinds == {
        person.email: "accounts/messages/password_reset",
        "inconnu@example.org": "accounts/messages/unknown_account",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/mot-de-passe/nouveau/1-abc-def/", "/mot-de-passe/nouveau/zzzz-set-password/"])
def test_forged_link_opens_nothing(client, address):
    assert "Ce lien ne fonctionne plus" in text_of(client.get(address, follow=True))


@pytest.mark.django_db
def test_forgotten_password_follows_the_same_rules(client):
    person = UserFactory(first_name="Gilles", last_name="Bouchard")
    ask(client, person.email)
    form = client.get(link(), follow=True).redirect_chain[-1][0]
    for password, sentence in (("court", "12 caractères"), ("Bouchard 2026", "ressemble trop à votre nom")):
        page = text_of(client.post(form, {"password1": password, "password2": password}))
        assert sentence in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.django_db
def test_forgotten_password_is_limited(client, rate_limits):
    person = UserFactory()
    for _try in range(7):
        ask(client, person.email)
    assert OutgoingMessage.objects.count() == 5


# --- Changed --------------------------------------------------------------------------------------


def change(client, **data):
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **data},
        follow=True,
    )


@pytest.mark.django_db
def test_password_is_changed_and_the_other_sessions_end(client_for):
    person = UserFactory()
    here, elsewhere = client_for(person), client_for(person)
    change(here)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert here.get("/profil/").status_code == 200
    assert elsewhere.get("/profil/").status_code == 302
    assert OutgoingMessage.objects.filter(kind="accounts/messages/password_changed", to=person.email).count() == 1
    assert [event.verb for event in Event.objects.of_person(person)] == ["accounts.password_changed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"oldpassword": "pas le bon mot"}, "Ce n’est pas votre mot de passe actuel."),
        ({"password2": "autre chose que cela"}, "mot de passe"),
        ({"password1": "court", "password2": "court"}, "12 caractères"),
    ],
)
def test_password_change_that_is_refused_says_why(client_for, data, sentence):
    person = UserFactory()
    page = text_of(change(client_for(person), **data))
    assert sentence in page
    assert "error-summary" in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
