"""Every page of the site and of the client area, empty and full, in both schemes; the pictures of the users' guide."""

import pytest
from django.core import signing
from openpyxl import Workbook
from playwright.sync_api import expect

from guichet.accounts.models import User
from guichet.accounts.tests.factories import UserFactory
from guichet.core.models import OutgoingMessage
from guichet.organizations.demo.fiches import LONGEST_FICHE, MAIN_FICHE
from guichet.organizations.demo.people import ACCOUNTS
from guichet.organizations.demo.seed import seed
from guichet.organizations.enums import Section
from guichet.organizations.messages import PEOPLE_CHECK_SALT
from guichet.organizations.models import Access, Invitation, Organization
from guichet.organizations.services.invitations import hash_token
from guichet.organizations.tests.factories import (
    AccessFactory,
    InvitationFactory,
    ManagerFactory,
    OrganizationFactory,
    RequestFactory,
)

from .steps import fill_person

PUBLIC = ["", "programmes-services", "assistance-financiere", "a-propos", "nous-joindre", "mediatheque"]
AREA = ["", "fiche/", "historique/", "communications/", "demandes/", "accompagnement/", "adhesion/", "utilisateurs/"]
CONTENT = [
    *(f"fiche/{section}/" for section in Section.values),
    "fiche/modifications/",
    "fiche/versions/",
]
FORMS = ["utilisateurs/inviter/", "utilisateurs/passer-le-relais/", "utilisateurs/quitter/"]
OWN = [
    "/espace/?toutes",
    "/espace/demander/",
    "/nouvelle-fiche/",
    "/profil/",
    "/profil/courriel/",
    "/profil/mot-de-passe/",
]
ENTRANCE = ["/connexion/", "/nouvelle-fiche/", "/mot-de-passe/oublie/", "/mot-de-passe/oublie/envoye/", "/merci/"]
LONG_NAME = (
    "Regroupement des associations de loisir culturel et de plein air "
    "des municipalités riveraines du lac Saint-Pierre – 2026"
)
STAFF = {
    "gestion-accueil": "/gestion/",
    "gestion-inscriptions": "/gestion/inscriptions/",
    "gestion-fiches": "/gestion/fiches/",
    "gestion-personnes": "/gestion/personnes/",
    "gestion-courriels": "/gestion/courriels/",
}


@pytest.fixture
def demo(site):
    """The demo's people and fiches, by the demo's own hands."""
    seed()
    return {account.username: User.objects.get(username=account.username) for account in ACCOUNTS}


@pytest.fixture
def main_fiche(demo):
    return Organization.objects.get(name=MAIN_FICHE)


def visit(page, addresses, check_page, *, status: int = 200) -> None:
    for address in addresses:
        assert page.goto(address).status == status, address
        check_page(page)


# --- With nothing to show -------------------------------------------------------------------------


def test_public_site(site, page, check_page):
    visit(page, [f"/{slug}/" if slug else "/" for slug in PUBLIC], check_page)
    visit(page, ["/cette-page-n-existe-pas/"], check_page, status=404)


def test_entrance_and_links_that_are_over(base_url, page, check_page):
    visit(
        page, [*ENTRANCE, "/confirmer-courriel/nul/", "/mot-de-passe/nouveau/1-nul/", "/compte-inactif/"], check_page
    )
    visit(page, ["/invitation/nulle/", "/bonnes-personnes/nulle/"], check_page, status=404)
    visit(page, ["/mot-de-passe/nouveau/fait/", "/courriels-envoyes/"], check_page)


def test_area_of_a_new_manager(base_url, new_page, check_page):
    access = ManagerFactory(organization__municipality=None)
    page = new_page(user=access.user)
    visit(page, [f"/espace/{access.organization_id}/{part}" for part in AREA + FORMS], check_page)
    visit(page, [*OWN, "/deconnexion/"], check_page)


def test_content_of_a_new_managers_fiche(base_url, new_page, check_page):
    access = ManagerFactory(organization__municipality=None)
    page = new_page(user=access.user, screen="phone")
    visit(page, [f"/espace/{access.organization_id}/{part}" for part in CONTENT], check_page)


def test_area_of_somebody_without_a_fiche(base_url, new_page, check_page):
    page = new_page(user=UserFactory())
    visit(page, ["/espace/"], check_page)
    expect(page.get_by_text("Vous n’avez accès à aucune fiche pour le moment")).to_be_visible()


# --- With more than fits --------------------------------------------------------------------------


@pytest.fixture
def long_names(base_url):
    """A gestionnaire whose fiche, people, addresses and reasons are as long as the columns take."""
    assert len(LONG_NAME) == 120
    fiche = OrganizationFactory(
        name=LONG_NAME,
        email=f"{'secretariat' * 5}@{'organisme' * 6}.example.org",
        website=f"https://{'organisme' * 6}.example.org/{'page' * 20}",
        address="1000, boulevard du Premier-Ministre-Jean-Lesage Ouest, bureau 2000, casier postal 12345",
    )
    name = {
        "first_name": "Marie-Élisabeth-Alexandrine",
        "last_name": "Villeneuve-Desrochers-Saint-Germain-Laframboise",
    }
    manager = ManagerFactory(organization=fiche, **{f"user__{key}": value for key, value in name.items()})
    ManagerFactory(organization=OrganizationFactory(name=LONG_NAME), user=manager.user)
    long_email = f"{'prenom' * 10}@{'organisme' * 6}.example.org"
    other = UserFactory(**name, email=long_email, job_title="Présidence d’honneur " * 5)
    AccessFactory(organization=fiche, user=other)
    AccessFactory(organization=fiche, user__last_name="X" * 80, status="deactivated", reason="Anticonstitution" * 10)
    invitation = InvitationFactory(organization=fiche, email=f"y{long_email}", invited_by=manager.user)
    RequestFactory(organization=fiche, user=UserFactory(**name, email=f"z{long_email}"), invitation=invitation)
    return manager


def test_area_with_the_longest_names(long_names, new_page, check_page):
    page = new_page(user=long_names.user, screen="phone")
    visit(page, [f"/espace/{long_names.organization_id}/{part}" for part in AREA + FORMS], check_page)
    visit(page, OWN, check_page)


def test_area_of_a_fiche_with_many_people(base_url, new_page, check_page):
    manager = ManagerFactory()
    AccessFactory.create_batch(60, organization=manager.organization)
    page = new_page(user=manager.user, screen="phone")
    visit(page, [f"/espace/{manager.organization_id}/utilisateurs/"], check_page)
    expect(page.get_by_role("button", name="Désactiver :")).to_have_count(60)


# --- The demo, in both schemes, and the pictures --------------------------------------------------


@pytest.fixture
def check_both(check_page, check_axe, shoot):
    """``check_both(page, name)``: a picture, what holds on every page, and the dark scheme."""

    def check_both(page, name: str = "") -> None:
        if name:
            shoot(page, name)
        check_page(page)
        page.emulate_media(color_scheme="dark")
        check_axe(page)
        page.emulate_media(color_scheme="light")

    return check_both


def test_entrance_of_the_demo(demo, new_page, check_both, shoot):
    Invitation.objects.filter(email="marie-pier.lauzon@example.org").update(token_hash=hash_token("jeton"))
    for screen in ("phone", "desktop"):
        page = new_page(screen=screen)
        for name, address in {"site": "/", "connexion": "/connexion/", "merci": "/merci/"}.items():
            page.goto(address)
            check_both(page, f"{name}-{screen}")
        page.goto("/invitation/jeton/")
        column = page.get_by_role("region", name="Inscription")
        fill_person(column, "Marie-Pier", "Lauzon")
        column.get_by_label("Confirmer le mot de passe", exact=True).blur()
        column.evaluate("element => element.scrollIntoView()")
        check_both(page, f"invitation-{screen}")
        column = page.get_by_role("region", name="Connexion")
        column.get_by_label("Identifiant ou adresse e-mail").fill("gestionnaire")
        column.get_by_label("Mot de passe", exact=True).fill("un autre mot de passe")
        column.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_role("alert")).to_be_visible()
        check_both(page)


def test_area_of_the_demo(demo, main_fiche, new_page, check_both, shoot):
    area = f"/espace/{main_fiche.pk}/"
    pictures = {
        "accueil": area,
        "approbation": f"{area}utilisateurs/#attente",
        "utilisateurs": f"{area}utilisateurs/#gestionnaires-titre",
        "inviter": f"{area}utilisateurs/inviter/",
        "historique": f"{area}historique/",
        "profil": "/profil/",
        "mes-fiches": "/espace/?toutes",
    }
    for screen in ("phone", "desktop"):
        page = new_page(screen=screen, user=demo["gestionnaire"])
        for name, address in pictures.items():
            page.goto(address)
            if name == "inviter":
                page.get_by_label("Adresse courriel").fill("marc-andre.houle@example.org")
                page.get_by_label("Un mot de votre part").fill("Bonjour Marc-André! Voici l’accès promis.")
                page.get_by_label("Un mot de votre part").blur()
                page.get_by_role("main").locator("form").evaluate("element => element.scrollIntoView()")
            if name == "utilisateurs":
                # The same page as before, further down.
                shoot(page, f"{name}-{screen}")
                continue
            check_both(page, f"{name}-{screen}")
        pending = new_page(screen=screen, user=demo["en-attente"])
        pending.goto("/espace/")
        check_both(pending, f"attente-{screen}")


def test_area_as_others_see_it(demo, main_fiche, new_page, check_page):
    area = f"/espace/{main_fiche.pk}/"
    contributor, former, agent = (new_page(user=demo[name]) for name in ("collaborateur", "desactive", "agent"))
    visit(contributor, [area, f"{area}utilisateurs/"], check_page)
    visit(contributor, [f"{area}utilisateurs/inviter/"], check_page, status=403)
    visit(former, ["/espace/"], check_page)
    visit(former, [area], check_page, status=403)
    visit(agent, [area, f"{area}utilisateurs/"], check_page)
    asked = Access.objects.filter(asked_at__isnull=False).first()
    visit(new_page(user=asked.user), ["/espace/", f"/espace/repondre/{asked.pk}/"], check_page)
    manager = Access.objects.get(organization=main_fiche, user=demo["gestionnaire"])
    token = signing.dumps({"access": manager.pk}, salt=PEOPLE_CHECK_SALT)
    yearly = new_page()
    visit(yearly, [f"/bonnes-personnes/{token}/"], check_page)
    yearly.get_by_role("button", name="Oui, ce sont les bonnes personnes").click()
    check_page(yearly)
    messages = OutgoingMessage.objects.order_by("kind")[:2]
    visit(yearly, ["/courriels-envoyes/", *(f"/courriels-envoyes/{message.pk}/" for message in messages)], check_page)


def test_staff_pages_of_the_demo(demo, main_fiche, new_page, check_page, shoot, tmp_path):
    page = new_page(user=demo["agent"])
    for name, address in STAFF.items():
        page.goto(address)
        check_page(page)
        shoot(page, f"{name}-desktop")
    request = Access.objects.get(organization__name="Club de patinage Étincelles Drummondville")
    page.goto(f"/gestion/inscriptions/{request.pk}/")
    check_page(page)
    shoot(page, "gestion-demande-desktop")
    longest = Organization.objects.get(name=LONGEST_FICHE)
    message = OutgoingMessage.objects.order_by("kind").first()
    asked = Access.objects.filter(asked_at__isnull=False).first()
    request_page = f"/gestion/inscriptions/{request.pk}/"
    visit(
        page,
        [
            f"{request_page}refuser/",
            f"{request_page}question/",
            f"/gestion/inscriptions/{asked.pk}/",
            f"/gestion/fiches/{main_fiche.pk}/",
            f"/gestion/fiches/{longest.pk}/modifier/",
            f"/gestion/fiches/{longest.pk}/archiver/",
            f"/gestion/fiches/{longest.pk}/fusionner/?q=club",
            f"/gestion/fiches/{longest.pk}/fusionner/{main_fiche.pk}/",
            "/gestion/fiches/doublons/",
            "/gestion/fiches/nouvelle/",
            f"/gestion/personnes/{demo['gestionnaire'].pk}/",
            f"/gestion/courriels/{message.pk}/",
        ],
        check_page,
    )
    book = Workbook()
    for row in SPREADSHEET:
        book.active.append(row)
    book.save(tmp_path / "Fiches du Centre-du-Québec.xlsx")
    page.goto("/gestion/fiches/importer/")
    page.get_by_label("Tableur").set_input_files(tmp_path / "Fiches du Centre-du-Québec.xlsx")
    page.get_by_role("button", name="Vérifier le fichier").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_visible()
    check_page(page)
    shoot(page, "gestion-importation-desktop")


SPREADSHEET = [
    ("No dossier", "Organisme", "Type", "Ville", "Courriel", "Téléphone"),
    ("D-1001", MAIN_FICHE, "OBNL", "Victoriaville", "torpilles@example.org", "819 555-0155"),
    ("D-2001", "Club de kayak de Bécancour", "OBNL", "Bécancour", "kayak@example.org", "819 555-0162"),
    ("D-2002", "École primaire du Boisé", "Scolaire", "Drummondville", "boise@example.org", "819 555-0163"),
    ("D-2003", "Camp de jour Les Merles", "OBNL", "Nicolet", "merles@example.org", "819 555-0164"),
    ("D-2004", "Loisirs de Saint-Zéphirin", "Municipal", "Saint-Zéphirin", "loisirs@example.org", "819 555-0165"),
    ("D-2005", "Ligue de hockey cosom", "OBNL", "Princeville", "pas une adresse", "819 555-0166"),
]
