"""The path of a client access (DESIGN, section 3), all ten steps, with letters that really leave and arrive."""

import re

import pytest
from playwright.sync_api import Page, expect

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations.models import Municipality
from guichet.organizations.tests.factories import OrganizationFactory
from tests.support.mail import links_in, text_of

from .steps import THANKS, fill_person, follow, heading, last_message, open_menu, row_of, sign_in_by_hand

FICHE = "Club de patinage artistique Les Étincelles de l’Érable"
MANAGER, COLLEAGUE, AGENT = "genevieve.allard@example.org", "mathieu.cote@example.org", "agent@lscq.example.org"


@pytest.fixture
def fiches(site):
    """The fiche of the story among others that resemble it."""
    places = {place.name: place for place in Municipality.objects.filter(name__in=["Princeville", "Victoriaville"])}
    for name in ("Club de patinage de vitesse", "Club d’escrime L’Étincelle", "École des Érables"):
        OrganizationFactory(name=name, municipality=places["Victoriaville"])
    return OrganizationFactory(name=FICHE, municipality=places["Princeville"])


def choose_fiche(page: Page, *, javascript: bool) -> None:
    """Type in the list, accents and case ignored; without JavaScript, a plain list."""
    if not javascript:
        page.get_by_label("Fiche", exact=True).select_option(label=f"{FICHE} — Princeville")
        return
    box = page.get_by_role("combobox", name="Fiche")
    box.press_sequentially("ETINCELLES erable")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("option", name=FICHE).click()
    expect(box).to_have_value(re.compile(FICHE))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_path_of_a_client_access(screen, javascript, new_page, fiches, smtp_server, deliver, check_page):
    agent = AgentFactory(email=AGENT, first_name="Simon", last_name="Tessier")
    person = new_page(screen=screen, javascript=javascript)

    # 1. The public site's header.
    person.goto("/")
    check_page(person)
    menu = person.get_by_text("Menu", exact=True)
    if menu.is_visible():
        menu.click()
    person.get_by_role("link", name="Se connecter / S’inscrire").first.click()

    # 2. One page, two columns.
    expect(heading(person, "Connexion")).to_be_visible()
    check_page(person)
    column = person.get_by_role("region", name="Inscription")
    fill_person(column, "Geneviève", "Allard", MANAGER)
    choose_fiche(person, javascript=javascript)
    column.get_by_role("button", name="Envoyer").click()

    # 3. « Merci », and an address to confirm.
    expect(person.get_by_text(THANKS)).to_be_visible()
    check_page(person)
    deliver()
    follow(person, last_message(smtp_server, MANAGER, "onfirmez votre adresse"))
    check_page(person)
    person.get_by_role("button", name="Confirmer mon adresse").click()
    expect(heading(person, "Connexion")).to_be_visible()
    deliver()
    assert "Réponse prévue avant le" in text_of(last_message(smtp_server, MANAGER, "nous avons reçu votre demande"))

    # 4. Until the answer, signing in tells that the request is pending, and until when at most.
    sign_in_by_hand(person, MANAGER)
    expect(heading(person, "Vos demandes d’accès en attente")).to_be_visible()
    expect(person.get_by_text("Réponse prévue avant le")).to_be_visible()
    check_page(person)
    approve_as_lscq(new_page(screen=screen), smtp_server, check_page, agent)
    deliver()
    follow(person, last_message(smtp_server, MANAGER, "Votre accès est approuvé"))

    # 5. The client area.
    expect(heading(person, "Espace client")).to_be_visible()
    expect(heading(person, "Communications récentes")).to_be_visible()
    expect(person.get_by_text("Aucune communication pour le moment")).to_be_visible()
    expect(heading(person, "Statut des demandes")).to_be_visible()
    expect(person.get_by_text("Aucune demande d’assistance financière pour le moment")).to_be_visible()
    expect(person.get_by_role("link", name="Voir tout")).to_have_count(2)
    check_page(person)

    # 6. « Utilisateurs », and an invitation that a dialog confirms.
    open_menu(person, "Mon compte").get_by_role("link", name="Utilisateurs").click()
    for name in ("Gestionnaires", "Collaborateurs", "Invitations en attente"):
        expect(heading(person, name)).to_be_visible()
    check_page(person)
    person.get_by_role("link", name="Inviter un utilisateur").click()
    check_page(person)
    person.get_by_label("Adresse courriel").fill(COLLEAGUE)
    person.get_by_role("button", name="Envoyer").click()
    dialog = person.get_by_role("dialog", name="C’est fait")
    expect(dialog).to_contain_text(COLLEAGUE)
    check_page(person)
    dialog.get_by_role("button", name="Fermer").click()
    if javascript:
        expect(dialog).to_be_hidden()
    expect(row_of(person, COLLEAGUE).get_by_role("button", name="Renvoyer")).to_be_visible()

    # 7. The link of the invitation: the address and the fiche are chosen and locked.
    deliver()
    invitation = last_message(smtp_server, COLLEAGUE, "Invitation à l’espace client")
    colleague = new_page(screen=screen, javascript=javascript)
    follow(colleague, invitation)
    column = colleague.get_by_role("region", name="Inscription")
    expect(column.get_by_label("Courriel", exact=True)).to_have_value(COLLEAGUE)
    expect(column.get_by_label("Courriel", exact=True)).to_be_disabled()
    expect(column.locator(".locked-value")).to_have_text(FICHE)
    expect(column.get_by_label("Fiche", exact=True)).to_have_count(0)
    check_page(colleague)
    fill_person(column, "Mathieu", "Côté")
    column.get_by_role("button", name="Envoyer").click()

    # 8. The same thanks; every gestionnaire gets an e-mail.
    expect(colleague.get_by_text(THANKS)).to_be_visible()
    expect(colleague.get_by_text("Une personne gestionnaire de la fiche doit l’approuver.")).to_be_visible()
    check_page(colleague)
    deliver()

    # 9. The banner.
    home = links_in(last_message(smtp_server, MANAGER, "Un utilisateur à approuver"))[0]
    person.goto("/espace/")
    banner = person.get_by_role("region", name="À approuver")
    expect(banner).to_contain_text("Un utilisateur nécessite une approbation. Accéder aux utilisateurs ici.")
    check_page(person)
    banner.get_by_role("link").click()
    assert person.url.split("#")[0] == home.split("#")[0]

    # 10. The approval, and what a collaborateur sees.
    expect(heading(person, "Utilisateurs en attente d’approbation")).to_be_visible()
    check_page(person)
    row = row_of(person, COLLEAGUE).filter(has_text="Approuver en tant que")
    row.get_by_role("button", name="Collaborateur").click()
    expect(person.get_by_role("status")).to_contain_text("Mathieu Côté a maintenant accès à la fiche")
    expect(banner).to_have_count(0)
    deliver()
    see_the_area_as_colleague(new_page(screen=screen, javascript=javascript), smtp_server, check_page)


def approve_as_lscq(page: Page, smtp_server, check_page, agent) -> None:
    """The agent's part of step 4, in the Wagtail admin, which needs JavaScript itself."""
    follow(page, last_message(smtp_server, AGENT, "Inscription à approuver"))
    sign_in_by_hand(page, agent.email)
    expect(heading(page, f"Geneviève Allard, pour la fiche « {FICHE} »")).to_be_visible()
    check_page(page)
    page.goto("/gestion/inscriptions/")
    row = page.get_by_role("row").filter(has_text="Geneviève Allard")
    expect(row).to_contain_text(FICHE)
    expect(row).to_contain_text("dans")
    check_page(page)
    row.get_by_role("link", name="Geneviève Allard").click()
    # The first person of a fiche becomes its gestionnaire: no other role is offered.
    expect(page.get_by_role("button", name="Collaborateur")).to_have_count(0)
    page.get_by_role("button", name="Gestionnaire").click()
    expect(page.get_by_text("Geneviève Allard a maintenant accès à la fiche")).to_be_visible()
    expect(page.get_by_text("Aucune inscription à traiter. Tout le monde a sa réponse.")).to_be_visible()
    check_page(page)


def see_the_area_as_colleague(page: Page, smtp_server, check_page) -> None:
    """Step 10's end: the e-mail, the sign-in by hand, the area without the actions of gestionnaires."""
    follow(page, last_message(smtp_server, COLLEAGUE, "Votre accès est approuvé"))
    sign_in_by_hand(page, COLLEAGUE)
    expect(heading(page, "Communications récentes")).to_be_visible()
    menu = open_menu(page, "Mon compte")
    expect(menu.get_by_role("link", name="Historique")).to_have_count(0)
    menu.get_by_role("link", name="Utilisateurs").click()
    expect(row_of(page, MANAGER)).to_be_visible()
    expect(row_of(page, COLLEAGUE)).to_be_visible()
    expect(page.get_by_role("link", name="Inviter un utilisateur")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("button").filter(has_text="Désactiver")).to_have_count(0)
    check_page(page)
