"""A programme that an admin builds by hand, and the people around it, for the journey of an application."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, OrganizationFactory

# Wagtail's own: its field of rich text has no name, and each of its blocks is a landmark, two of a sort by one name.
WAGTAILS = (".Draftail-Editor", "#panel-body-content")
PATIENCE = 40_000
FICHE = "Club de patinage Les Étincelles"
PROGRAM, CALL = "Patinoires de quartier", "hiver 2026"
FORM, REPORT_FORM = "Demande pour une patinoire", "Bilan d’une patinoire"


@dataclass(frozen=True)
class Story:
    """What every part of the journey needs; what happened is in the database."""

    new_page: Callable
    check_page: Callable
    shoot: Callable[..., Path]
    run_queue: Callable
    opened: list[Page] = field(default_factory=list)

    def look(self, page: Page) -> None:
        """Check a page on first sight, once it is there."""
        expect(page.locator("main")).to_be_visible()
        page.wait_for_load_state()
        self.check_page(page, leaving_out=WAGTAILS)

    def open(self, first_name: str, address: str, screen: str = "desktop") -> Page:
        """Somebody's browser, at an address."""
        page = self.new_page(user=User.objects.get(first_name=first_name), screen=screen)
        # It is a long journey on pages as heavy as the builder's: a slow machine is no failure.
        page.set_default_timeout(PATIENCE)
        self.opened.append(page)
        page.goto(address)
        return page

    def turn_the_page(self) -> None:
        """Close what a chapter opened."""
        while self.opened:
            self.opened.pop().close()


def introduce_everybody() -> None:
    """An admin, three agents, and a fiche with its gestionnaire and its collaborateur."""
    AdminFactory(first_name="Diane")
    for first_name in ("Odile", "Rémi", "Sarah"):
        AgentFactory(first_name=first_name, last_name="Gagnon")
    fiche = OrganizationFactory(name=FICHE, content_confirmed_at=timezone.now())
    ManagerFactory(organization=fiche, user__first_name="Geneviève", user__last_name="Allard")
    AccessFactory(organization=fiche, user__first_name="Mathieu", user__last_name="Côté")


def a_program(story: Story) -> None:
    """« Nouveau programme », given to Odile, in the site."""
    page = story.open("Diane", "/gestion/programmes/")
    page.get_by_role("link", name="Nouveau programme").click()
    story.look(page)
    page.get_by_label("Nom").fill(PROGRAM)
    page.get_by_label("Adresse").fill("patinoires")
    page.get_by_label("En une phrase").fill("Pour patiner près de chez soi.")
    page.get_by_label("Odile Gagnon").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text(f"Le programme « {PROGRAM} » est créé.")).to_be_visible()
    page.get_by_role("button", name="Faire paraître dans le site").click()
    expect(page.get_by_text("Dans le site", exact=True)).to_be_visible()
    story.look(page)


def add_question(page: Page, kind: str, label: str) -> Locator:
    """Add a block to the section, by the « + » under the last one."""
    questions = page.locator("[data-contentpath=questions]")
    questions.get_by_role("button", name="Insérer un bloc").last.click()
    page.get_by_role("listbox").get_by_role("option", name=kind, exact=True).click()
    block = questions.get_by_role("region", name=kind, exact=True)
    block.get_by_label("question*", exact=True).fill(label)
    return block


def a_form(story: Story) -> None:
    """The form of an application, block by block."""
    page = story.open("Diane", "/gestion/formulaires/")
    page.get_by_role("link", name="Nouveau formulaire").click()
    page.get_by_label("Nom*").fill(FORM)
    page.get_by_role("button", name="Insérer un bloc").click()
    page.get_by_label("titre*", exact=True).fill("Votre projet")
    add_question(page, "Texte court", "Nom du projet")
    block = add_question(page, "Oui ou non", "Des jeunes de moins de 18 ans?")
    block.get_by_role("button", name="Paramètres").click()
    block.get_by_label("repère").fill("jeunes")
    block = add_question(page, "Texte long", "Comment vérifiez-vous les antécédents?")
    block.get_by_role("button", name="Paramètres").click()
    condition = block.get_by_role("region", name="Montrer seulement si")
    condition.get_by_role("button", name="Ajouter").click()
    condition.get_by_label("repère de la question*").fill("jeunes")
    condition.get_by_label("réponse").fill("Oui")
    block = add_question(page, "Budget", "Budget du projet")
    name_budget(block)
    story.look(page)
    story.shoot(page, "formulaire-a-la-main", full_page=True)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le formulaire « Demande pour une patinoire » est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.get_by_text("La version 1 est publiée.")).to_be_visible()
    story.look(page)


def name_budget(block: Locator) -> None:
    """Two revenues, the first of which is what is asked, and an expense."""
    revenues = block.locator("[data-contentpath=revenues]")
    name_line(revenues, "Revenu", "Aide demandée à LSCQ", "Aide demandée")
    revenues.get_by_role("button", name="Ajouter").last.click()
    name_line(revenues, "Revenu", "Mise de fonds", "Votre contribution")
    expenses = block.locator("[data-contentpath=expenses]")
    expenses.get_by_role("button", name="Ajouter").click()
    name_line(expenses, "Dépense", "Bandes et éclairage", "En argent")


def name_line(lines: Locator, kind: str, label: str, sort: str) -> None:
    """The last line of a side of the budget."""
    line = lines.get_by_role("region", name=kind).last
    line.get_by_label("nom de la ligne*").fill(label)
    line.get_by_label("sorte*").select_option(label=sort)


def a_report_form(story: Story) -> None:
    """The form of the report, built apart: its budget has lines of its own."""
    page = story.open("Diane", "/gestion/formulaires/nouveau/")
    page.get_by_label("Nom*").fill(REPORT_FORM)
    page.get_by_label("Usage*").select_option(label="Reddition de comptes")
    page.get_by_role("button", name="Insérer un bloc").click()
    page.get_by_label("titre*", exact=True).fill("Votre bilan")
    add_question(page, "Texte long", "Ce qui a été fait")
    block = add_question(page, "Budget", "Ce que le projet a coûté")
    name_budget(block)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.get_by_text("La version 1 est publiée.")).to_be_visible()


def a_call(story: Story) -> None:
    """The call: dates, money, a grid, two instalments, both forms; then open."""
    page = story.open("Diane", "/gestion/programmes/")
    page.get_by_role("link", name=PROGRAM).click()
    page.get_by_role("link", name="Nouvel appel").click()
    expect(page.get_by_label("Programme*")).to_have_value(re.compile(r"\d+"))
    page.get_by_label("Nom*").fill(CALL)
    page.get_by_label("Sigle*").fill("PAT-2026")
    now = timezone.localtime()
    page.get_by_role("textbox", name="Ouverture*").fill(f"{now - dt.timedelta(days=1):%Y-%m-%d %H:%M}")
    page.get_by_role("textbox", name="Clôture*").fill(f"{now + dt.timedelta(days=30):%Y-%m-%d %H:%M}")
    page.get_by_label("Enveloppe ($)").fill("20000")
    page.get_by_label("Maximum par demande ($)").fill("5000")
    page.get_by_label("Associatif (OBNL)").check()
    page.get_by_label("Formulaire de demande*").select_option(label=FORM)
    page.get_by_label("Formulaire de reddition de comptes").select_option(label=REPORT_FORM)
    criteria = page.get_by_role("region", name="Grille d’évaluation")
    for title, points in (("Pertinence", "10"), ("Budget", "20")):
        page.get_by_role("button", name="Ajouter un(e) critère").click()
        criteria.get_by_label("Critère").last.fill(title)
        criteria.get_by_label("Points").last.fill(points)
    instalments = page.get_by_role("region", name="Versements prévus")
    for share, condition in (("75", "À la signature de l’entente"), ("25", "Après la reddition de comptes")):
        page.get_by_role("button", name="Ajouter un(e) versement").click()
        instalments.get_by_label("Part (%)").last.fill(share)
        instalments.get_by_label("Condition").last.fill(condition)
    # At the page's end, where the editor's sticky foot covers nothing.
    page.keyboard.press("End")
    instalments.get_by_role("button", name="Ajouter un(e) versement").scroll_into_view_if_needed()
    page.mouse.wheel(0, 4000)
    story.look(page)
    story.shoot(page, "appel-a-la-main", full_page=True)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=2, name=f"{PROGRAM}, {CALL}")).to_be_visible()
    expect(page.get_by_text("75 % · À la signature de l’entente")).to_be_visible()
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("Ouvert", exact=True)).to_be_visible()
    story.look(page)
