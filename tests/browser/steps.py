"""What people do in several journeys, by the words that they see."""

import re

from playwright.sync_api import Locator, Page, expect

from guichet.accounts.tests.factories import PASSWORD
from tests.support.mail import links_in

THANKS = re.compile(r"Merci de nous avoir contactés\s?!\s+Nous vous répondrons sous peu\.")


def heading(page: Page, name: str) -> Locator:
    """A heading by its whole name."""
    return page.get_by_role("heading", name=name, exact=True)


def sign_in_by_hand(page: Page, login: str, *, password: str = PASSWORD, remember: bool = False) -> None:
    """« Connexion », on the page that is open."""
    column = page.get_by_role("region", name="Connexion")
    column.get_by_label("Identifiant ou adresse e-mail").fill(login)
    column.get_by_label("Mot de passe", exact=True).fill(password)
    if remember:
        column.get_by_label("Se souvenir de moi").check()
    column.get_by_role("button", name="Se connecter").click()


def fill_person(column: Locator | Page, first_name: str, last_name: str, email: str = "") -> None:
    """The person's part of a sign-up form; without an address it is filled in already."""
    column.get_by_label("Prénom", exact=True).fill(first_name)
    column.get_by_label("Nom", exact=True).fill(last_name)
    if email:
        column.get_by_label("Courriel", exact=True).fill(email)
    column.get_by_label("Saisir le mot de passe", exact=True).fill(PASSWORD)
    column.get_by_label("Confirmer le mot de passe", exact=True).fill(PASSWORD)


def last_message(server, address: str, subject: str):
    """The last message that an address received; its subject holds ``subject``."""
    message = server.to(address)[-1]
    received = message["Subject"].replace("\u00a0", " ")
    assert subject in received, f"{address} received last: {received}"
    return message


def follow(page: Page, message) -> None:
    """Open the first link of a received message."""
    page.goto(links_in(message)[0])


def open_menu(page: Page, name: str) -> Locator:
    """Open a drop-down menu of the client area, on a phone behind its button; return the menu."""
    area = page.get_by_role("navigation", name="Espace client")
    button = area.get_by_text("Menu de l’espace client")
    if button.is_visible():
        button.click()
    area.get_by_text(name, exact=True).click()
    menu = area.locator("details[data-menu][open]").get_by_role("list")
    expect(menu).to_be_visible()
    return menu


def row_of(page: Page, text: str) -> Locator:
    """The row of a list that holds ``text``."""
    return page.get_by_role("listitem").filter(has_text=text)
