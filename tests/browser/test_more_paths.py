"""The ways beside the path: a fiche that is not listed, an invitation to somebody known, endings, changes, imports."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Locator, Page, expect

from guichet.accounts.tests.factories import PASSWORD, AgentFactory, UserFactory
from guichet.organizations.enums import InvitationStatus, Kind
from guichet.organizations.models import Municipality, Organization
from guichet.organizations.tests.factories import (
    AccessFactory,
    InvitationFactory,
    ManagerFactory,
    MunicipalityFactory,
    OrganizationFactory,
    RequestFactory,
)
from guichet.organizations.text import fold
from tests.support.mail import text_of

from .steps import THANKS, fill_person, follow, heading, last_message, open_menu, row_of, sign_in_by_hand


@pytest.fixture
def manager(base_url):
    """The gestionnaire of a fiche."""
    return ManagerFactory(
        organization__name="Club de judo de Nicolet", user__first_name="Julie", user__last_name="Morneau"
    )


def member(manager, **names):
    """A collaborateur of the same fiche."""
    return AccessFactory(
        organization=manager.organization, **{f"user__{name}": value for name, value in names.items()}
    )


def users_of(access) -> str:
    return f"/espace/{access.organization_id}/utilisateurs/"


# --- Ways in --------------------------------------------------------------------------------------


def test_fiche_that_is_not_listed(site, new_page, smtp_server, deliver, check_page):
    daveluyville = Municipality.objects.get(name="Daveluyville")
    OrganizationFactory(name="Club de pétanque L’Âge d’or de Daveluyville", municipality=daveluyville)
    agent = AgentFactory()
    page = new_page()
    page.goto("/connexion/")
    page.get_by_role("link", name="Demandez la création de sa fiche").click()
    check_page(page)
    fill_person(page, "Réjean", "Bélanger", "rejean@example.org")
    page.get_by_label("Nom de l’organisme").fill("Club petanque Age d'or Daveluyville")
    page.get_by_label("Milieu").select_option(label="Associatif (OBNL)")
    page.get_by_label("Municipalité").select_option(label="Daveluyville")
    page.get_by_label("Pourquoi cette fiche?").fill("Nous jouons tous les jeudis; je suis le président.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text(THANKS)).to_be_visible()
    deliver()
    follow(page, last_message(smtp_server, "rejean@example.org", "onfirmez votre adresse"))
    page.get_by_role("button", name="Confirmer mon adresse").click()
    expect(heading(page, "Connexion")).to_be_visible()
    deliver()

    staff = new_page(user=agent)
    follow(staff, last_message(smtp_server, agent.email, "Inscription à approuver"))
    similar = staff.get_by_role("region", name="Des fiches qui existent portent un nom semblable")
    expect(similar).to_contain_text("Club de pétanque L’Âge d’or de Daveluyville")
    check_page(staff)
    staff.get_by_role("button", name="Créer la fiche et approuver").click()
    expect(staff.get_by_text("Réjean Bélanger en est gestionnaire")).to_be_visible()
    deliver()
    follow(page, last_message(smtp_server, "rejean@example.org", "Votre accès est approuvé"))
    sign_in_by_hand(page, "rejean@example.org")
    expect(heading(page, "Communications récentes")).to_be_visible()
    expect(page.get_by_text("Club petanque Age d'or Daveluyville")).to_be_visible()


def test_invitation_with_its_role_for_somebody_who_has_an_account(manager, new_page, smtp_server, deliver, check_page):
    member_elsewhere = AccessFactory(user__email="zoe@example.org", organization__name="Club de tennis")
    page = new_page(user=manager.user)
    page.goto(f"{users_of(manager)}inviter/")
    page.get_by_label("Adresse courriel").fill("ZOE@example.org ")
    page.get_by_label("Collaborateur, sans autre approbation").check()
    page.get_by_label("Un mot de votre part").fill("Bienvenue au club!")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("dialog", name="C’est fait")).to_contain_text("zoe@example.org")
    deliver()

    guest = new_page()
    follow(guest, last_message(smtp_server, "zoe@example.org", "Invitation à l’espace client"))
    expect(guest.get_by_text("Bienvenue au club!")).to_be_visible()
    expect(guest.get_by_text("Vous avez déjà un compte? Connectez-vous pour accepter l’invitation.")).to_be_visible()
    sign_in_by_hand(guest, "zoe@example.org")
    check_page(guest)
    guest.get_by_role("button", name="Accepter l’invitation").click()
    expect(guest.get_by_role("status")).to_contain_text("Bienvenue! Vous avez maintenant accès à cette fiche.")
    guest.get_by_text("Changer de fiche").click()
    expect(guest.get_by_role("link", name=member_elsewhere.organization.name)).to_be_visible()
    deliver()
    last_message(smtp_server, manager.user.email, "a rejoint la fiche")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_sign_up_among_five_thousand_fiches(javascript, base_url, new_page, check_page, check_width):
    place = MunicipalityFactory(name="Bécancour")
    names = [f"Club d’athlétisme Étoile n° {number}" for number in range(1, 5001)]
    Organization.objects.bulk_create(
        Organization(name=name, kind=Kind.ASSOCIATION, municipality=place, search_text=fold(f"{name} Bécancour"))
        for name in names
    )
    page = new_page(screen="phone", javascript=javascript)
    page.goto("/connexion/")
    column = page.get_by_role("region", name="Inscription")
    fill_person(column, "Zoé", "Côté", "zoe@example.org")
    if javascript:
        column.get_by_role("combobox", name="Fiche").press_sequentially("etoile 4321")
        option = column.get_by_role("option", name="Club d’athlétisme Étoile n° 4321")
        expect(column.get_by_role("option")).to_have_count(1)
        expect(option).to_contain_text("Bécancour")
        check_width(page)
        option.click()
    else:
        column.get_by_label("Nom de la fiche à chercher").fill("ETOILE 4321")
        column.get_by_role("button", name="Chercher la fiche").click()
        # What was typed is still there; browsers and portals do not give passwords back.
        expect(column.get_by_label("Prénom", exact=True)).to_have_value("Zoé")
        check_page(page)
        choice = column.get_by_label("Fiche", exact=True)
        choice.select_option(label="Club d’athlétisme Étoile n° 4321 — Bécancour")
        column.get_by_label("Saisir le mot de passe", exact=True).fill(PASSWORD)
        column.get_by_label("Confirmer le mot de passe", exact=True).fill(PASSWORD)
    column.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text(THANKS)).to_be_visible()
    assert Organization.objects.get(accesses__user__email="zoe@example.org").name == names[4320]


# --- Decisions ------------------------------------------------------------------------------------


def test_refusal_asks_for_a_reason_in_a_dialog(manager, new_page, smtp_server, deliver, check_page):
    stranger = UserFactory(first_name="Yvon", last_name="Quirion")
    invitation = InvitationFactory(
        organization=manager.organization,
        email=stranger.email,
        status=InvitationStatus.ACCEPTED,
        accepted_by=stranger,
        closed_at=timezone.now(),
    )
    request = RequestFactory(user=stranger, organization=manager.organization, invitation=invitation)
    page = new_page(user=manager.user)
    page.goto(users_of(manager))
    button = page.get_by_role("button", name="Refuser : Yvon Quirion")
    button.click()
    dialog = page.get_by_role("dialog", name="Refuser la demande de Yvon Quirion?")
    expect(dialog.get_by_role("button", name="Annuler")).to_be_visible()
    check_page(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    # Without a reason nothing leaves.
    dialog.get_by_role("button", name="Refuser", exact=True).click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Motif").fill("Vous n’êtes plus au conseil.")
    dialog.get_by_role("button", name="Refuser", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("La demande de Yvon Quirion est refusée.")
    deliver()
    assert "Vous n’êtes plus au conseil." in text_of(
        last_message(smtp_server, stranger.email, "Votre demande d’accès")
    )
    request.refresh_from_db()
    assert request.status == "refused"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_deactivation_ends_an_open_session_at_its_next_click(javascript, manager, new_page, check_page):
    other = member(manager, first_name="Patrick", last_name="Ducharme")
    open_elsewhere = new_page(user=other.user, screen="phone", javascript=javascript)
    open_elsewhere.goto(f"/espace/{other.organization_id}/")
    open_elsewhere.get_by_text("Menu de l’espace client").click()
    page = new_page(user=manager.user, javascript=javascript)
    page.goto(users_of(manager))
    page.get_by_role("button", name="Désactiver : Patrick Ducharme").click()
    if javascript:
        asked = page.get_by_role("dialog", name="Désactiver l’accès de Patrick Ducharme?")
    else:
        expect(heading(page, "Désactiver l’accès de Patrick Ducharme?")).to_be_visible()
        asked = page.get_by_role("main")
        check_page(page)
    asked.get_by_label("Motif").fill("Fin de mandat.")
    asked.get_by_role("button", name=re.compile("^Désactiver")).click()
    expect(page.get_by_role("status")).to_contain_text("L’accès de Patrick Ducharme est désactivé.")

    open_elsewhere.get_by_role("link", name="Vos demandes").click()
    expect(heading(open_elsewhere, "Votre accès à cette fiche a pris fin")).to_be_visible()
    expect(open_elsewhere.get_by_text("Fin de mandat.")).to_be_visible()
    check_page(open_elsewhere)

    row = row_of(page, "Patrick Ducharme").filter(has_text="Réactiver comme")
    row.get_by_role("button", name="Collaborateur").click()
    open_elsewhere.reload()
    expect(heading(open_elsewhere, "Vos demandes")).to_be_visible()


def test_handover_makes_the_successor_manager(manager, new_page, smtp_server, deliver, check_page):
    successor = member(manager, first_name="Patrick", last_name="Ducharme")
    page = new_page(user=manager.user)
    page.goto(users_of(manager))
    expect(page.get_by_text("Seul gestionnaire : nommez quelqu’un d’autre")).to_be_visible()
    page.get_by_role("link", name="Passer le relais").click()
    check_page(page)
    page.get_by_label("Une personne de la fiche").select_option(label="Patrick Ducharme (collaborateur)")
    page.get_by_role("button", name="Passer le relais").click()
    expect(page.get_by_role("status")).to_contain_text("Le relais est passé à Patrick Ducharme. Merci!")
    expect(heading(page, "Accès qui ont pris fin")).to_be_visible()
    check_page(page)
    deliver()
    theirs = new_page(user=successor.user)
    follow(theirs, last_message(smtp_server, successor.user.email, "Vous prenez le relais"))
    open_menu(theirs, "Mon compte").get_by_role("link", name="Utilisateurs").click()
    expect(theirs.get_by_role("link", name="Inviter un utilisateur")).to_be_visible()


def test_leaving_asks_first(manager, new_page, check_page):
    leaving = member(manager)
    page = new_page(user=leaving.user)
    page.goto(users_of(manager))
    page.get_by_role("link", name="Quitter la fiche").click()
    expect(heading(page, "Quitter la fiche Club de judo de Nicolet?")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Quitter la fiche").click()
    expect(page.get_by_role("status")).to_contain_text("Vous avez quitté la fiche Club de judo de Nicolet.")
    page.goto(f"/espace/{manager.organization_id}/")
    expect(heading(page, "Votre accès à cette fiche a pris fin")).to_be_visible()


# --- One's own account ----------------------------------------------------------------------------


def test_profile_and_a_new_address_confirmed_by_its_link(manager, new_page, smtp_server, deliver, check_page):
    old = manager.user.email
    page = new_page(user=manager.user)
    page.goto(f"/espace/{manager.organization_id}/")
    open_menu(page, "Mon compte").get_by_role("link", name="Mon profil").click()
    page.get_by_label("Fonction").fill("Présidente")
    page.get_by_label("Téléphone").fill("819 555-0144")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre profil est à jour.")
    check_page(page)
    page.get_by_role("link", name="Changer d’adresse").click()
    check_page(page)
    page.get_by_label("Nouvelle adresse courriel").fill("julie.nouvelle@example.org")
    page.get_by_role("button", name="Changer d’adresse").click()
    expect(heading(page, "Changement à confirmer")).to_be_visible()
    check_page(page)
    deliver()
    follow(page, last_message(smtp_server, "julie.nouvelle@example.org", "onfirmez votre adresse"))
    page.get_by_role("button", name="Confirmer mon adresse").click()
    page.goto("/profil/")
    expect(page.get_by_role("region", name="Votre connexion")).to_contain_text("julie.nouvelle@example.org")
    expect(page.get_by_label("Fonction")).to_have_value("Présidente")
    deliver()
    last_message(smtp_server, old, "dresse")


def test_password_chosen_anew_by_a_link(manager, new_page, smtp_server, deliver, check_page):
    page = new_page(screen="phone")
    page.goto("/connexion/")
    page.get_by_role("link", name="Mot de passe oublié?").click()
    check_page(page)
    page.get_by_label("Adresse courriel de votre compte").fill(manager.user.email.upper())
    page.get_by_role("button", name="Envoyer le lien").click()
    expect(page.get_by_text("Si un compte existe à cette adresse")).to_be_visible()
    check_page(page)
    deliver()
    message = last_message(smtp_server, manager.user.email, "mot de passe")
    follow(page, message)
    check_page(page)
    # Too short first: the error stands beside the field and in the summary.
    page.get_by_label("Nouveau mot de passe", exact=True).fill("canot")
    page.get_by_label("Confirmer le mot de passe", exact=True).fill("canot")
    page.locator("form[method=post]").filter(has_text="Nouveau mot de passe").evaluate(
        "form => form.noValidate = true"
    )
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été envoyé")
    check_page(page)
    page.get_by_label("Nouveau mot de passe", exact=True).fill("bouleau-lac-pagaie")
    page.get_by_label("Confirmer le mot de passe", exact=True).fill("bouleau-lac-pagaie")
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_text("Votre nouveau mot de passe est enregistré.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    sign_in_by_hand(page, manager.user.username, password="bouleau-lac-pagaie")
    expect(heading(page, "Communications récentes")).to_be_visible()
    follow(page, message)
    expect(page.get_by_text("Ce lien ne fonctionne plus")).to_be_visible()


@pytest.mark.parametrize(("remember", "days"), [(True, 30), (False, None)], ids=["remembered", "forgotten"])
def test_remember_me_does_what_it_says(remember, days, manager, new_page, settings):
    page = new_page()
    page.goto("/connexion/")
    sign_in_by_hand(page, manager.user.email, remember=remember)
    expect(heading(page, "Communications récentes")).to_be_visible()
    (cookie,) = (one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    if days is None:
        # A cookie without an end: the browser forgets it when it closes.
        assert cookie["expires"] == -1
    else:
        end = dt.datetime.fromtimestamp(cookie["expires"], tz=dt.UTC)
        assert abs(end - timezone.now() - dt.timedelta(days=days)) < dt.timedelta(hours=1)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_form_left_open_overnight_keeps_what_was_typed(javascript, manager, new_page, check_page):
    page = new_page(user=manager.user, javascript=javascript)
    page.goto(f"{users_of(manager)}inviter/")
    page.get_by_label("Adresse courriel").fill("zoe@example.org")
    page.get_by_label("Un mot de votre part").fill("À l’automne, tu reprends la trésorerie.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Envoyer").click()
    sign_in_by_hand(page, manager.user.email)
    expect(heading(page, "Inviter un utilisateur")).to_be_visible()
    expect(page.get_by_text("Votre session avait pris fin.")).to_be_visible()
    expect(page.get_by_label("Adresse courriel")).to_have_value("zoe@example.org")
    expect(page.get_by_label("Un mot de votre part")).to_have_value("À l’automne, tu reprends la trésorerie.")
    check_page(page)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("dialog", name="C’est fait")).to_contain_text("zoe@example.org")


# --- LSCQ and its spreadsheet ---------------------------------------------------------------------


def test_spreadsheet_is_shown_before_it_is_imported(site, new_page, tmp_path, check_page):
    known = OrganizationFactory(name="Club de soccer de Warwick", external_id="D-7", municipality=None)
    book = Workbook()
    for row in (
        ("No dossier", "Organisme", "Type", "Ville", "Courriel"),
        ("D-7", "Club de soccer de Warwick", "OBNL", "Warwick", "info@soccer.example.org"),
        ("D-8", "Service des loisirs de Tingwick", "Municipal", "Tingwick", "loisirs@tingwick.example.org"),
        ("D-9", "École de la Clé", "Scolaire", "Atlantide", ""),
    ):
        book.active.append(row)
    book.save(tmp_path / "fiches.xlsx")
    page = new_page(user=AgentFactory())
    page.goto("/gestion/fiches/importer/")
    check_page(page)
    page.get_by_label("Tableur").set_input_files(tmp_path / "fiches.xlsx")
    page.get_by_role("button", name="Vérifier le fichier").click()
    expect(heading(page, "Fiches à créer")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Service des loisirs de Tingwick")).to_be_visible()
    expect(heading(page, "Fiches à mettre à jour")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Atlantide")).to_be_visible()
    check_page(page)
    assert not Organization.objects.filter(external_id="D-8").exists()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("Terminé")).to_be_visible()
    check_page(page)
    assert Organization.objects.get(external_id="D-8").municipality.name == "Tingwick"
    known.refresh_from_db()
    assert known.email == "info@soccer.example.org"


# --- The keyboard alone ---------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody does who has no mouse."""
    for _press in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {target}.")


def test_keyboard_alone_invites_somebody(manager, page):
    page.goto("/connexion/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    column = page.get_by_role("region", name="Connexion")
    tab_to(page, column.get_by_label("Identifiant ou adresse e-mail"))
    page.keyboard.type(manager.user.email)
    tab_to(page, column.get_by_label("Mot de passe", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(heading(page, "Communications récentes")).to_be_visible()

    area = page.get_by_role("navigation", name="Espace client")
    menu = area.locator("summary", has_text="Mon compte")
    users = area.get_by_role("link", name="Utilisateurs")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    expect(users).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(users).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, users)
    page.keyboard.press("Enter")

    tab_to(page, page.get_by_role("link", name="Inviter un utilisateur"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Adresse courriel"))
    page.keyboard.type("zoe@example.org")
    tab_to(page, page.get_by_role("button", name="Envoyer"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="C’est fait")
    expect(dialog).to_contain_text("zoe@example.org")
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row_of(page, "zoe@example.org")).to_be_visible()
