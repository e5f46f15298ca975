"""What every answer says to the browser: the policy, the language, what may be kept; and what a lapsed form gets."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from guichet.accounts.tests.factories import UserFactory
from guichet.core.models import SiteSettings
from guichet.core.views import theme_version
from guichet.organizations.tests.factories import ManagerFactory
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/connexion/", "/inscription/", "/nouvelle-fiche/", "/mot-de-passe/oublie/", "/merci/", "/nowhere/"]


def directives(response) -> dict[str, list[str]]:
    found = [part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in found}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_runs_only_what_is_ours(client, address):
    policy = directives(client.get(address))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    assert "'unsafe-inline'" not in str(policy)
    assert "'unsafe-eval'" not in str(policy)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_has_no_inline_script_style_or_handler(client, address):
    page = text_of(client.get(address))
    for inline in ("<script>", "<style", " style=", " onclick=", " onsubmit=", "javascript:"):
        assert inline not in page


def test_client_area_has_the_same_policy(client_for):
    manager = ManagerFactory()
    policy = directives(client_for(manager.user).get(reverse("organizations:home", args=[manager.organization_id])))
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]


def test_answers_carry_the_security_headers(client):
    response = client.get("/connexion/")
    headers = {
        name: response.headers[name]
        for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    }
    assert headers == {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_private_pages_are_never_kept(client_for):
    manager = ManagerFactory()
    response = client_for(manager.user).get(reverse("organizations:users", args=[manager.organization_id]))
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    assert "Cookie" in response.headers["Vary"]


def test_session_cookie_is_out_of_reach_of_scripts(client):
    person = UserFactory()
    client.post("/connexion/", {"login": person.email, "password": "sapin-riviere-canot"})
    cookie = client.cookies["guichet_session"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


# --- Language -------------------------------------------------------------------------------------


def test_language_is_french_whatever_the_browser_asks_for(client):
    response = client.get("/connexion/", headers={"Accept-Language": "en-CA,en;q=0.9"})
    assert response.headers["Content-Language"] == "fr-ca"
    assert '<html lang="fr-ca">' in text_of(response)


def test_language_that_a_person_chose_holds(client):
    chosen = client.post("/langue/", {"language": "en", "next": "/connexion/"})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/connexion/")
    response = client.get("/connexion/")
    assert response.headers["Content-Language"] == "en"


def test_language_that_is_none_of_ours_is_ignored(client):
    client.cookies["django_language"] = "de"
    assert client.get("/connexion/").headers["Content-Language"] == "fr-ca"


def test_language_choice_leads_nowhere_else(client):
    chosen = client.post("/langue/", {"language": "en", "next": "https://elsewhere.example/"})
    assert chosen.headers["Location"] == "/"


# --- The theme ------------------------------------------------------------------------------------


def test_theme_is_the_bodys_colours_and_kept_for_a_year(client):
    body = SiteSettings.load()
    body.primary_color = "#123456"
    body.save()
    address = reverse("core:theme", args=[theme_version(body)])
    assert address in text_of(client.get("/connexion/"))
    response = client.get(address)
    assert text_of(response) == ":root{--guichet-primary:#123456;--guichet-banner:#16263a}"
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_theme_has_another_address_when_a_colour_changes():
    body = SiteSettings()
    before = theme_version(body)
    body.banner_color = "#000000"
    assert theme_version(body) != before


# --- A lapsed form --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/connexion/", "/inscription/", "/mot-de-passe/oublie/", "/deconnexion/"])
def test_form_without_its_protection_is_refused_in_french(address):
    response = Client(enforce_csrf_checks=True).post(address, {"login": "a"})
    assert response.status_code == 403
    assert "Formulaire à renvoyer" in text_of(response)
    assert "rien n’a été envoyé" in text_of(response)


def test_action_of_a_manager_without_its_protection_changes_nothing(client_for):
    manager = ManagerFactory()
    other = ManagerFactory(organization=manager.organization)
    address = reverse("organizations:deactivate", args=[manager.organization_id, other.pk])
    response = client_for(manager.user, enforce_csrf_checks=True).post(address, {"confirmed": "1"})
    assert response.status_code == 403
    other.refresh_from_db()
    assert other.is_active


# --- Pages of errors ------------------------------------------------------------------------------


def test_page_that_is_none_is_404_in_french(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Il n’y a rien à cette adresse" in text_of(response)


def test_robots_and_sitemap_answer(client):
    assert client.get("/robots.txt").status_code == 200
    assert client.get("/sitemap.xml").status_code == 200
