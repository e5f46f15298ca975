"""A form left open overnight: the session has ended, what was typed is not lost, and no secret is kept."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from guichet.accounts.tests.factories import PASSWORD, AgentFactory, UserFactory
from guichet.core.kept_forms import MAX_AGE_SECONDS, MAX_BYTES, SESSION_KEY
from guichet.organizations import services
from guichet.organizations.enums import Kind
from guichet.organizations.models import Access, Organization
from guichet.organizations.tests.factories import (
    ManagerFactory,
    MunicipalityFactory,
    OrganizationFactory,
    RequestFactory,
)
from tests.support.pages import end_session, text_of

pytestmark = pytest.mark.django_db
PROFILE = "/profil/"
STILL_THERE = "Votre session avait pris fin. Ce que vous aviez écrit est toujours là : vérifiez, puis envoyez."


def sign_in(client: Client, user, address: str):
    return client.post("/connexion/", {"login": user.email, "password": PASSWORD, "next": address}, follow=True)


def profile_typed(**changes) -> dict:
    return {"first_name": "Zoé", "last_name": "Côté", "job_title": "Trésorière", "phone": "", **changes}


def left_open(client: Client, person) -> None:
    """This person was signed in here yesterday."""
    client.force_login(person)
    end_session(client)


def kept(client: Client) -> dict:
    return client.session[SESSION_KEY]


def test_typed_form_comes_back_once(client):
    person = UserFactory()
    left_open(client, person)
    response = client.post(PROFILE, profile_typed())
    assert response.headers["Location"] == f"/connexion/?next={PROFILE}"
    shown = text_of(sign_in(client, person, PROFILE))
    assert STILL_THERE in shown
    assert 'value="Trésorière"' in shown
    person.refresh_from_db()
    assert person.job_title == ""
    again = text_of(client.get(PROFILE))
    assert STILL_THERE not in again
    assert "Trésorière" not in again


def test_typed_form_is_sent_after_all(client):
    person = UserFactory()
    left_open(client, person)
    client.post(PROFILE, profile_typed())
    sign_in(client, person, PROFILE)
    client.post(PROFILE, profile_typed())
    person.refresh_from_db()
    assert person.job_title == "Trésorière"


def test_secrets_are_never_kept(client):
    left_open(client, UserFactory())
    client.post(PROFILE, profile_typed(password="a", password1="b", oldpassword="c", csrfmiddlewaretoken="d"))
    assert "password" not in kept(client)["data"]
    assert "csrf" not in kept(client)["data"]
    assert "job_title" in kept(client)["data"]


@pytest.mark.parametrize("address", ["/profil/mot-de-passe/", "/profil/mot-de-passe/definir/", "/profil/courriel/"])
def test_forms_with_a_password_are_not_kept(client, address):
    response = client.post(address, {"oldpassword": "a", "password": "b", "email": "c@example.org"})
    assert response.headers["Location"].startswith("/connexion/")
    assert SESSION_KEY not in client.session


def test_typed_form_is_forgotten_after_an_hour(client):
    person = UserFactory()
    left_open(client, person)
    client.post(PROFILE, profile_typed())
    session = client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "at": int(time.time()) - MAX_AGE_SECONDS - 1}
    session.save()
    page = text_of(sign_in(client, person, PROFILE))
    assert STILL_THERE not in page
    assert "Trésorière" not in page
    assert SESSION_KEY not in client.session


def test_typed_form_is_shown_only_at_its_own_address(client):
    person = UserFactory()
    left_open(client, person)
    client.post(PROFILE, profile_typed())
    page = text_of(sign_in(client, person, reverse("organizations:ask")))
    assert STILL_THERE not in page
    assert STILL_THERE in text_of(client.get(PROFILE))


def test_typed_form_that_is_too_big_is_not_kept(client):
    left_open(client, UserFactory())
    client.post(PROFILE, profile_typed(job_title="x" * MAX_BYTES))
    assert SESSION_KEY not in client.session


def test_typed_form_is_refused_like_any_other(client):
    person = UserFactory()
    left_open(client, person)
    client.post(PROFILE, profile_typed(phone="819"))
    page = text_of(sign_in(client, person, PROFILE))
    assert "Ce numéro n’est pas complet." in page
    assert 'value="819"' in page


def test_typed_form_is_shown_to_nobody_else_on_the_same_computer(client):
    left_open(client, UserFactory())
    client.post(PROFILE, profile_typed())
    page = text_of(sign_in(client, UserFactory(), PROFILE))
    assert STILL_THERE not in page
    assert "Trésorière" not in page


def test_typed_form_of_somebody_unknown_is_not_kept(client):
    client.post(PROFILE, profile_typed())
    assert SESSION_KEY not in client.session


def test_fiche_chosen_before_the_session_ended_is_still_chosen(client_for):
    member, other = ManagerFactory(), OrganizationFactory()
    client, address = client_for(member.user), reverse("organizations:ask")
    end_session(client)
    client.post(address, {"organization": other.pk})
    page = text_of(sign_in(client, member.user, address))
    assert f'<option value="{other.pk}" selected>' in page
    assert Access.objects.filter(organization=other).count() == 0


def test_answer_typed_before_the_session_ended_is_not_lost(client_for):
    request = RequestFactory()
    services.ask_details(access=request, question="Qui?", actor=AgentFactory())
    client, address = client_for(request.user), reverse("organizations:answer", args=[request.pk])
    end_session(client)
    client.post(address, {"answer": "La trésorière, depuis 2019."})
    assert "La trésorière, depuis 2019." in text_of(sign_in(client, request.user, address))


def test_new_fiche_typed_before_the_session_ended_is_not_lost(client_for):
    member = ManagerFactory()
    client, address = client_for(member.user), reverse("organizations:new_fiche")
    end_session(client)
    typed = {
        "fiche_name": "Club de pétanque",
        "kind": Kind.ASSOCIATION,
        "municipality": MunicipalityFactory().pk,
        "reason": "Nous jouons le jeudi.",
    }
    assert client.post(address, typed).headers["Location"] == f"/connexion/?next={address}"
    page = text_of(sign_in(client, member.user, address))
    assert 'value="Club de pétanque"' in page
    assert "Nous jouons le jeudi." in page
    assert Organization.objects.filter(name="Club de pétanque").count() == 0


def test_page_asked_for_by_get_comes_back_with_its_query(client):
    assert client.get("/espace/?toutes=1").headers["Location"] == "/connexion/?next=/espace/%3Ftoutes%3D1"


def test_address_that_takes_no_post_says_so_once_signed_in(client_for):
    assert client_for(UserFactory()).post("/espace/").status_code == 405
