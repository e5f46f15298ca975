"""The public directory in a browser: searched and narrowed on a phone, its map by key, with and without a script."""

import re

import pytest
from playwright.sync_api import expect

from guichet.organizations import services
from guichet.organizations.demo.fiches import MAIN_FICHE
from guichet.organizations.demo.seed import seed
from guichet.organizations.models import DirectoryEntry, Municipality
from guichet.organizations.tests.factories import OrganizationFactory


@pytest.fixture
def listed(site):
    """Three organisations that agreed to the directory, in two municipalities."""
    places = {place.name: place for place in Municipality.objects.filter(name__in=["Nicolet", "Drummondville"])}
    for name, kind, place in [
        ("Club de natation de Nicolet", "association", "Nicolet"),
        ("École de natation Drummond", "school", "Drummondville"),
        ("Club de judo de Nicolet", "association", "Nicolet"),
    ]:
        services.refresh_entry(OrganizationFactory(name=name, kind=kind, municipality=places[place], is_listed=True))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_search_and_filters_on_a_phone(listed, new_page, check_page, javascript):
    page = new_page(screen="phone", javascript=javascript)
    page.goto("/repertoire/")
    page.get_by_label("Nom, activité ou mot").fill("natations")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="2 organismes")).to_be_visible()
    page.locator("summary", has_text="Municipalité").click()
    page.get_by_label("Nicolet (1)").check()
    if not javascript:
        page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="1 organisme")).to_be_visible()
    expect(page.get_by_role("link", name="Club de natation de Nicolet")).to_be_visible()
    assert "q=natations" in page.url
    assert "municipalite=" in page.url
    check_page(page)
    shared = new_page(screen="phone", javascript=javascript)
    shared.goto(page.url)
    expect(shared.get_by_role("heading", name="1 organisme")).to_be_visible()
    shared.get_by_role("link", name=re.compile("Retirer le filtre.*Nicolet")).click()
    expect(shared.get_by_role("heading", name="2 organismes")).to_be_visible()
    shared.get_by_label("Nom, activité ou mot").fill("curling")
    shared.get_by_role("button", name="Chercher").click()
    expect(shared.get_by_text("Rien ne correspond.")).to_be_visible()
    check_page(shared)


def test_map_leads_to_a_municipality_by_the_keyboard_alone(listed, page):
    page.goto("/repertoire/")
    page.get_by_label("Nom, activité ou mot").focus()
    for _press in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.map-link')"):
            break
    focused = page.locator(".map-link:focus")
    expect(focused).to_have_count(1)
    name = focused.get_attribute("aria-label") or focused.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url("**municipalite=*")
    place = next(place for place in ("Drummondville", "Nicolet") if place in name)
    count = 2 if place == "Nicolet" else 1
    expect(page.get_by_role("heading", name=re.compile(rf"^\s*{count} organisme"))).to_be_visible()


def test_directory_of_the_demo(site, new_page, check_page, check_axe, shoot):
    seed()
    entry = DirectoryEntry.objects.get(organization__name=MAIN_FICHE)
    for screen in ("phone", "desktop"):
        page = new_page(screen=screen)
        for name, address in {"repertoire": "/repertoire/?q=natation", "organisme": entry.get_absolute_url()}.items():
            page.goto(address)
            check_page(page)
            shoot(page, f"{name}-{screen}")
            page.emulate_media(color_scheme="dark")
            check_axe(page)
            page.emulate_media(color_scheme="light")
        page.goto(f"/repertoire/{entry.pk}/erreur/")
        check_page(page)
