"""« Connexion »: who comes in, for how long, where they land, and what a stranger learns (nothing)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from guichet.core.models import OutgoingMessage
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, OrganizationFactory, RequestFactory
from tests.support.pages import text_of, without_tokens

from .factories import PASSWORD, AgentFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/connexion/"


def sign_in(client, login: str, password: str = PASSWORD, **data):
    return client.post(SIGN_IN, {"login": login, "password": password, **data})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_page_has_both_columns(client):
    page = text_of(client.get(SIGN_IN))
    for words in (
        "Connexion",
        "Identifiant ou adresse e-mail",
        "Mot de passe",
        "Se souvenir de moi",
        "Se connecter",
        "Mot de passe oublié?",
        "Inscription",
        "Prénom",
        "Nom",
        "Courriel",
        "Saisir le mot de passe",
        "Confirmer le mot de passe",
        "Fiche",
        "Envoyer",
        "info@lscq.example.org",
    ):
        assert words in page
    assert reverse("organizations:new_fiche") in page


@pytest.mark.parametrize(
    "spelling", ["zoe@example.org", "ZOE@Example.org", "  zoe@example.org ", "zoe.cote", "Zoe.Cote"]
)
def test_sign_in_with_address_or_identifier(client, spelling):
    UserFactory(email="zoe@example.org", username="zoe.cote")
    assert sign_in(client, spelling).headers["Location"] == reverse("organizations:area")
    assert is_signed_in(client)


def test_sign_in_leads_a_client_to_their_only_fiche(client):
    manager = ManagerFactory()
    response = client.post(SIGN_IN, {"login": manager.user.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("organizations:home", args=[manager.organization_id])
    assert response.status_code == 200


def test_sign_in_leads_staff_to_their_side(client):
    assert sign_in(client, AgentFactory().email).headers["Location"] == reverse("wagtailadmin_home")


def test_sign_in_leads_to_where_one_was_going(client):
    person = UserFactory()
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, "next": "/profil/"})
    assert response.headers["Location"] == "/profil/"


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/", r"/\elsewhere.example", "javascript:x", "http:elsewhere"],
)
def test_sign_in_leads_nowhere_else(client, address):
    person = UserFactory()
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, "next": address})
    assert response.headers["Location"] == reverse("organizations:area")
    assert "elsewhere" not in text_of(client.get(SIGN_IN, {"next": address}, follow=True))


def test_signed_in_person_is_led_on(client_for):
    assert client_for(UserFactory()).get(SIGN_IN).headers["Location"] == reverse("organizations:area")


def test_sign_in_with_a_wrong_password_keeps_the_identifier_not_the_password(client):
    person = UserFactory()
    response = sign_in(client, person.email, "pas le bon mot de passe")
    page = text_of(response)
    assert response.status_code == 200
    assert "L’identifiant, l’adresse ou le mot de passe ne convient pas" in page
    assert f'value="{person.email}"' in page
    assert "pas le bon mot de passe" not in page
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "login", ["", "x" * 300, f"{'z' * 300}@example.org", "zoé@example.org", "a\x00b", "🐻", "' or 1=1 --"]
)
def test_sign_in_with_anything_else_is_refused(client, login):
    response = sign_in(client, login)
    assert response.status_code == 200
    assert "error-summary" in text_of(response)
    assert not is_signed_in(client)


@pytest.mark.parametrize("spelling", ["{}@example.org", "{}"])
def test_sign_in_never_tells_whether_an_account_exists(client, spelling):
    UserFactory(email="connue@example.org", username="connue")
    known = sign_in(client, spelling.format("connue"), "pas le bon mot de passe")
    unknown = sign_in(client, spelling.format("inconnu"), "pas le bon mot de passe")
    assert known.status_code == unknown.status_code
    assert without_tokens(known).replace("connue", "inconnu") == without_tokens(unknown)


def test_sign_in_with_an_unconfirmed_address_sends_the_confirmation(client):
    person = UserFactory(confirmed=False)
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    (message,) = OutgoingMessage.objects.all()
    assert (message.to, message.kind, message.secret) == (person.email, "accounts/messages/confirm_email", True)


def test_sign_in_to_a_closed_account_says_so(client):
    person = UserFactory(is_active=False)
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD}, follow=True)
    assert not is_signed_in(client)
    assert "Ce compte a été désactivé" in text_of(response)


def test_pending_person_is_told_that_the_request_is_pending(client):
    request = RequestFactory()
    response = client.post(SIGN_IN, {"login": request.user.email, "password": PASSWORD}, follow=True)
    page = text_of(response)
    assert response.redirect_chain[-1][0] == reverse("organizations:area")
    assert "Vos demandes d’accès en attente" in page
    assert "Réponse prévue avant le" in page
    refused = client.get(reverse("organizations:home", args=[request.organization_id]))
    assert refused.status_code == 403
    assert "Votre demande d’accès est en attente" in text_of(refused)


def test_deactivated_person_with_an_open_session_is_stopped_at_the_next_request(client_for):
    manager = ManagerFactory()
    access = AccessFactory(organization=manager.organization)
    client = client_for(access.user)
    address = reverse("organizations:home", args=[manager.organization_id])
    assert client.get(address).status_code == 200
    access.status = AccessStatus.DEACTIVATED
    access.reason = "A quitté le club."
    access.save()
    response = client.get(address)
    page = text_of(response)
    assert response.status_code == 403
    assert "Votre accès à cette fiche a pris fin" in page
    assert "A quitté le club." in page


def test_closed_account_with_an_open_session_is_stopped_at_the_next_request(client_for):
    manager = ManagerFactory()
    client = client_for(manager.user)
    manager.user.is_active = False
    manager.user.save()
    response = client.get(reverse("organizations:home", args=[manager.organization_id]))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(SIGN_IN)


# --- « Se souvenir de moi » -----------------------------------------------------------------------


def test_session_ends_with_the_browser(client):
    sign_in(client, UserFactory().email)
    cookie = client.cookies["guichet_session"]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""


def test_remembered_session_lasts_thirty_days(client):
    sign_in(client, UserFactory().email, remember="on")
    assert client.cookies["guichet_session"]["max-age"] == 30 * 24 * 3600
    session = Session.objects.get(pk=client.session.session_key)
    left = session.expire_date - timezone.now()
    assert dt.timedelta(days=29, hours=23) < left <= dt.timedelta(days=30)


def test_sign_in_changes_the_sessions_key(client):
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    sign_in(client, UserFactory().email)
    assert client.session.session_key != before


# --- « Déconnexion » ------------------------------------------------------------------------------


def test_sign_out_asks_then_ends_the_session(client_for):
    client = client_for(UserFactory())
    assert "Voulez-vous vous déconnecter?" in text_of(client.get("/deconnexion/"))
    assert is_signed_in(client)
    response = client.post("/deconnexion/")
    assert response.headers["Location"] == "/"
    assert not is_signed_in(client)


def test_sign_out_comes_back_only_to_our_own_addresses(client_for):
    client = client_for(UserFactory())
    assert client.post("/deconnexion/", {"next": "/invitation/x/"}).headers["Location"] == "/invitation/x/"
    client = client_for(UserFactory())
    assert client.post("/deconnexion/", {"next": "//elsewhere.example/"}).headers["Location"] == "/"


# --- Limits ---------------------------------------------------------------------------------------


def test_sign_in_is_limited_after_failures_even_with_the_right_password(client, rate_limits):
    person = UserFactory()
    for _try in range(5):
        sign_in(client, person.email, "pas le bon mot de passe")
    response = sign_in(client, person.email)
    assert not is_signed_in(client)
    assert "Trop d’essais. Attendez cinq minutes" in text_of(response)
    assert sign_in(client, UserFactory().email).status_code == 302


def test_sign_in_from_one_address_is_limited(client, rate_limits):
    statuses = [sign_in(client, f"a{n}@example.org", "pas le bon").status_code for n in range(31)]
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429


def test_limit_answers_in_french(client, rate_limits):
    for n in range(31):
        response = sign_in(client, f"a{n}@example.org", "pas le bon")
    assert "Trop" in text_of(response)


def test_page_lists_no_fiche_that_is_out_of_service(client):
    shown = OrganizationFactory(name="Club en service")
    OrganizationFactory(name="Club archivé", status="archived")
    OrganizationFactory(name="Club demandé", status="requested")
    page = text_of(client.get(SIGN_IN))
    assert f'<option value="{shown.pk}">Club en service — Victoriaville</option>' in page
    assert "Club archivé" not in page
    assert "Club demandé" not in page
